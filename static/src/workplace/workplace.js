import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { serializeDate, serializeDateTime, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { callUnlessOffline } from "@dealflow/offline_call/offline_call";
import { phoneLink } from "@dealflow/phone_link/phone_link";
import { CallLog } from "./call_log";
import { ClientFinance } from "./client_finance";
import { ClientHead } from "./client_head";
import { ClientList } from "./client_list";
import { ClientTerms } from "./client_terms";
import { ContactList } from "./contact_list";
import { DayStrip } from "./day_strip";
import { EventList } from "./event_list";
import { KeptChoice } from "./kept_choice";
import { OpenItems } from "./open_items";
import { SinceTouch } from "./since_touch";
import { TaskList } from "./task_list";

const WORKPLACE = "dealflow.workplace";
const SHORTEST_SEARCH = 2;
const MORE_CLIENTS = 40;
const MOST_CLIENTS = 200;
const MINUTE = 60000;
// The clocks and who can be reached are looked up again after so many minutes.
const MINUTES_OF_A_PAGE = 10;

/** What a sales rep needs for the day on one screen: the clients of the day, one of them in full, its events (C03). */
export class Workplace extends Component {
    static template = "dealflow.Workplace";
    static components = {
        CallLog,
        ClientFinance,
        ClientHead,
        ClientList,
        ClientTerms,
        ContactList,
        DayStrip,
        EventList,
        Layout,
        OpenItems,
        SinceTouch,
        TaskList,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.searchInput = useRef("search");
        this.centre = useRef("centre");
        this.tasks = useRef("tasks");
        this.pages = new KeepLast();
        this.clients = new KeepLast();
        this.events = new KeepLast();
        this.searches = new KeepLast();
        this.keptChoice = new KeptChoice();
        const kept = this.keptChoice.load();
        this.state = useState({
            page: null,
            // Another day is kept as long as this one lasts.
            date: (kept.today === this.today && kept.date) || false,
            span: kept.span || "day",
            limit: MORE_CLIENTS,
            text: "",
            found: null,
            clientId: kept.clientId || false,
            contactId: kept.contactId || false,
            filter: kept.filter || "all",
            // The answer for the chosen client; that of the one before stays, dimmed, until it is there.
            client: null,
            isMissing: false,
            allContacts: false,
            drafts: kept.drafts || {},
            callFocus: 0,
            isBusy: false,
            isLoadingEvents: false,
            isOffline: false,
            tick: 0,
        });
        this.searchSoon = useDebounced(() => this.search(), 200);
        this.loadClientSoon = useDebounced(() => this.loadClient(), 150);
        onWillStart(() => this.open());
        useExternalListener(window, "online", () => this.retry());
        useBus(this.env.services.bus_service, "BUS:RECONNECT", () => this.retry());
        onMounted(() => {
            this.timer = setInterval(() => this.onMinute(), MINUTE);
        });
        onWillUnmount(() => {
            clearInterval(this.timer);
            this.keep();
        });
        useEffect(
            () => this.keep(),
            () => [this.state.date, this.state.span, this.state.clientId, this.state.contactId, this.state.filter]
        );
        useEffect(
            () => {
                if (this.leadsToClient) {
                    this.leadsToClient = false;
                    this.centre.el.scrollIntoView();
                }
            },
            () => [this.state.client]
        );
        this.addKeys();
    }

    // Loading

    /** What the server says; without a connection everything stays as it is, and the page says so. */
    call(method, args, kwargs = {}) {
        return callUnlessOffline(this.state, this.orm.silent.call(WORKPLACE, method, args, kwargs));
    }

    async open() {
        await Promise.all([this.loadPage(), this.state.clientId ? this.loadClient() : null]);
        // On a phone the list comes first, elsewhere there is room for whom to call first.
        if (!this.state.clientId && !this.ui.isSmall && this.state.page?.clients.length) {
            this.state.clientId = this.state.page.clients[0].id;
            await this.loadClient();
        }
    }

    async loadPage() {
        const { date, span, limit } = this.state;
        const options = { span, limit, ...(date ? { date } : {}) };
        const page = await this.pages.add(this.call("get_page", [], { options }));
        if (page) {
            this.state.page = page;
            this.minutes = 0;
        }
    }

    get clientOptions() {
        const { contactId, filter } = this.state;
        return { event_filter: filter, ...(contactId ? { contact_id: contactId } : {}) };
    }

    async loadClient() {
        const { clientId } = this.state;
        const client = await this.clients.add(this.call("get_client", [clientId], { options: this.clientOptions }));
        if (client === false) {
            this.state.client = null;
            this.state.isMissing = true;
            return;
        }
        if (client) {
            this.state.isMissing = false;
            this.state.client = client;
            // A contact or a legal entity brings its client.
            if (client.client.id !== clientId) {
                this.state.contactId = this.state.contactId || client.client.contact_id || false;
                this.state.clientId = client.client.id;
            }
        }
    }

    async loadEvents(offset = 0) {
        this.state.isLoadingEvents = true;
        const options = { ...this.clientOptions, offset, only: "events" };
        const clientId = this.state.clientId;
        const answer = await this.events.add(this.call("get_client", [clientId], { options }));
        this.state.isLoadingEvents = false;
        const { client } = this.state;
        if (answer && client?.client.id === clientId) {
            client.events = offset ? [...client.events, ...answer.events] : answer.events;
            client.has_more = answer.has_more;
            client.event_count = answer.event_count ?? client.event_count;
        }
    }

    reload() {
        return Promise.all([this.loadPage(), this.state.clientId ? this.loadClient() : null]);
    }

    /** Ask again for what a lost connection has not answered. */
    retry() {
        if (!this.state.isOffline && !this.isLoading) {
            return null;
        }
        return this.state.page ? this.reload() : this.open();
    }

    onMinute() {
        this.state.tick++;
        this.retry();
        this.minutes = (this.minutes || 0) + 1;
        if (this.minutes >= MINUTES_OF_A_PAGE && !document.hidden) {
            this.loadPage();
        }
    }

    get today() {
        return serializeDate(today());
    }

    keep() {
        const { date, span, clientId, contactId, filter, drafts } = this.state;
        this.keptChoice.save({ today: this.today, date, span, clientId, contactId, filter, drafts });
    }

    // Keys

    addKeys() {
        const isFree = (target) =>
            !target.closest?.("input, textarea, select, [contenteditable=true], .o-dropdown--menu");
        const isNoButton = (target) => isFree(target) && !target.closest?.("a, button");
        const add = (key, callback, options = {}) => useHotkey(key, callback, { isAvailable: isFree, ...options });
        // The hours that have the focus are scrolled.
        const isOutside = (target) => isFree(target) && !target.closest?.(".o_dealflow_hours_scroll");
        add("arrowdown", () => this.chooseBy(1), { allowRepeat: true, isAvailable: isOutside });
        add("arrowup", () => this.chooseBy(-1), { allowRepeat: true, isAvailable: isOutside });
        // A button that has the focus is pressed by Enter, and not the client.
        add("enter", () => this.startTyping(), { isAvailable: isNoButton });
        add("c", () => this.callClient());
        add("e", () => this.newEvent());
        add("p", () => this.openPrice());
        useHotkey("alt+s", () => this.searchInput.el?.focus(), { bypassEditableProtection: true });
    }

    get keys() {
        return [
            { keys: ["↑", "↓"], name: _t("The client before, the next one") },
            { keys: ["Enter"], name: _t("Log a call") },
            { keys: ["C"], name: _t("Call") },
            { keys: ["E"], name: _t("New Event") },
            { keys: ["P"], name: _t("Price") },
            { keys: ["Alt", "S"], name: _t("Look for a client") },
            { keys: ["Ctrl", "Enter"], name: _t("Save the call that is written down") },
        ];
    }

    // Choosing

    get settings() {
        return this.state.page.settings;
    }

    get rows() {
        return this.state.found || this.state.page?.clients || [];
    }

    /** Whether what the middle shows is the chosen client. */
    get isLoading() {
        return (
            Boolean(this.state.clientId) &&
            !this.state.isMissing &&
            this.state.client?.client.id !== this.state.clientId
        );
    }

    choose(clientId, contactId = false) {
        this.chooseSoon(clientId, contactId);
        this.loadClientSoon.cancel();
        // On a phone the client stands below the list.
        this.leadsToClient = this.ui.isSmall;
        return this.loadClient();
    }

    showList() {
        this.searchInput.el.scrollIntoView({ block: "center" });
    }

    chooseSoon(clientId, contactId = false) {
        if (clientId !== this.state.clientId) {
            this.state.allContacts = false;
            this.state.callFocus = 0;
        }
        this.state.isMissing = false;
        this.state.clientId = clientId;
        this.state.contactId = contactId;
        if (contactId) {
            this.forgetCalled();
        }
        this.loadClientSoon();
    }

    chooseBy(step) {
        const { rows } = this;
        if (!rows.length) {
            return;
        }
        const index = rows.findIndex((row) => row.id === this.state.clientId);
        const next = rows[Math.min(Math.max(index + step, 0), rows.length - 1)];
        if (next.id !== this.state.clientId) {
            this.chooseSoon(next.id, this.foundContact(next));
        }
    }

    foundContact(row) {
        return (row.match && row.match.contact_id) || false;
    }

    chooseContact(contactId) {
        this.state.contactId = contactId === this.state.contactId ? false : contactId;
        this.forgetCalled();
        return this.loadEvents();
    }

    setFilter(filter) {
        this.state.filter = filter;
        return this.loadEvents();
    }

    // Search

    onSearchInput(ev) {
        this.state.text = ev.target.value;
        this.searchSoon();
    }

    async search() {
        const text = this.state.text.trim();
        if (text.length < SHORTEST_SEARCH) {
            this.searches.add(Promise.resolve());
            this.state.found = null;
            return;
        }
        const found = await this.searches.add(this.call("search_clients", [text]));
        if (found) {
            this.state.found = found;
        }
    }

    async onSearchKeydown(ev) {
        if (ev.isComposing) {
            return;
        }
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            this.chooseBy(ev.key === "ArrowDown" ? 1 : -1);
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            // The next key is for the client, and no longer for the search.
            ev.target.blur();
            // What was typed last counts, even if its answer is still on the way.
            this.searchSoon.cancel();
            await this.search();
            const { rows } = this;
            const row = rows.find(({ id }) => id === this.state.clientId) || rows[0];
            if (row) {
                await this.choose(row.id, this.foundContact(row));
            } else {
                this.searchInput.el?.focus();
            }
        } else if (ev.key === "Escape") {
            this.clearSearch();
        }
    }

    clearSearch() {
        this.searchSoon.cancel();
        this.state.text = "";
        this.state.found = null;
    }

    // Days

    setDate(date) {
        this.state.date = date;
        return this.loadPage();
    }

    setSpan(span) {
        this.state.span = span;
        return this.loadPage();
    }

    showMoreClients() {
        this.state.limit = MOST_CLIENTS;
        return this.loadPage();
    }

    get counters() {
        const { counters } = this.state.page;
        return [
            {
                key: "overdue",
                name: _t("Overdue"),
                count: counters.overdue,
                mark: counters.overdue ? "text-danger" : "",
            },
            { key: "today", name: _t("Today"), count: counters.today, mark: "" },
            { key: "tomorrow", name: _t("Tomorrow"), count: counters.tomorrow, mark: "" },
            { key: "done", name: _t("Done"), count: counters.done, mark: "text-success" },
            // Of calls there is only something to do.
            ...(counters.comments
                ? [{ key: "comments", name: _t("To comment"), count: counters.comments, mark: "text-danger" }]
                : []),
        ];
    }

    /** Show what a counter has counted: below, on the strip of its day, or in the register. */
    showCounted(key) {
        if (key === "overdue") {
            this.tasks.el.scrollIntoView({ behavior: "smooth", block: "start" });
            return null;
        }
        if (key === "done") {
            return this.action.doAction("dealflow.calendar_event_action_register", {
                additionalContext: {
                    search_default_filter_mine: 1,
                    search_default_filter_done: 1,
                    search_default_filter_today: 1,
                },
            });
        }
        if (key === "comments") {
            return this.action.doAction("dealflow.dealflow_call_action", {
                additionalContext: { search_default_filter_comment: 1, search_default_filter_mine: 1 },
                viewType: "list",
            });
        }
        this.state.date = key === "today" ? false : serializeDate(today().plus({ days: 1 }));
        this.state.span = "day";
        return this.loadPage();
    }

    // Events

    openRow(row) {
        if (row.activity) {
            // As its button: what comes back for a task of no document names its views to the server only.
            return this.action.doActionButton({
                type: "object",
                name: "action_open_document",
                resModel: "mail.activity",
                resId: row.activity.id,
                onClose: () => this.reload(),
            });
        }
        return this.openEvent(row);
    }

    openEvent(event) {
        this.keep();
        return this.action.doAction("dealflow.calendar_event_action_card", { props: { resId: event.id } });
    }

    async moveEvent(event, start, stop) {
        try {
            await this.orm.write("calendar.event", [event.id], {
                start: serializeDateTime(start),
                stop: serializeDateTime(stop),
            });
        } finally {
            // Refused or not, the strip shows what is true.
            await this.reload();
        }
    }

    /** Ask what an event brought; an activity has nothing to ask. */
    async finish(row) {
        if (row.activity) {
            await this.orm.call("mail.activity", "action_done", [[row.activity.id]]);
            this.notification.add(_t("Done: %(name)s", { name: row.name }), { type: "success" });
            return this.reload();
        }
        const action = await this.orm.call("calendar.event", "action_dealflow_open_close", [[row.id]]);
        return this.doDialog(action);
    }

    doDialog(action, options = {}) {
        return this.action.doAction(action, { ...options, onClose: () => this.reload() });
    }

    get eventDefaults() {
        const values = Object.entries(this.settings.new_event).map(([name, value]) => [`default_${name}`, value]);
        return Object.fromEntries(values);
    }

    /** On a phone the client that was chosen is out of sight: who plans by the hours says with whom. */
    planAt(start, stop) {
        return this.newEvent(start, stop, this.ui.isSmall ? false : this.state.clientId);
    }

    /** Plan an event with the chosen client, at a time where one was chosen, too. */
    async newEvent(start = null, stop = null, clientId = this.state.clientId) {
        if (!this.settings.may_work) {
            return null;
        }
        const times = start
            ? {
                  default_start: serializeDateTime(start),
                  default_stop: serializeDateTime(stop),
                  default_duration: stop.diff(start, "hours").hours,
              }
            : {};
        if (!clientId) {
            const additionalContext = { dialog_size: "large", ...this.eventDefaults, ...times };
            return this.doDialog("dealflow.calendar_event_action_new", { additionalContext });
        }
        const action = await this.orm.call("res.partner", "action_dealflow_new_event", [[clientId]]);
        const contactId = this.likelyId;
        const contact = contactId ? { default_client_contact_id: contactId } : {};
        action.context = { ...action.context, ...contact, ...times };
        return this.doDialog(action);
    }

    // The chosen client

    get contact() {
        return this.state.client?.contacts.find((contact) => contact.id === this.state.contactId) || false;
    }

    /** Who is usually called: whom the next step or the last event is with. */
    get usualContact() {
        const { client, contacts } = this.state.client;
        const find = (id) => id && contacts && contacts.find((contact) => contact.id === id);
        return find(client.contact_id) || find(client.usual_contact_id) || false;
    }

    /** The only contact there is. */
    get onlyContact() {
        const { contacts } = this.state.client;
        return (contacts && contacts.length === 1 && contacts[0]) || false;
    }

    /** Whom a call goes to: the chosen contact, else who is usually called, else the first with a phone. */
    get calledContact() {
        if (this.contact) {
            return this.contact;
        }
        const { client, contacts } = this.state.client;
        const usual = this.usualContact;
        if (usual && (usual.phones.length || client.phone)) {
            return usual;
        }
        const callable = contacts && contacts.find((contact) => contact.phones.length);
        return callable || usual || this.onlyContact;
    }

    /** Whom a call that is written down was with, unless it is chosen there: who was called, else whom a call goes to. */
    get calledId() {
        return this.draft.called_id || this.state.contactId || this.calledContact.id || false;
    }

    /** Whom an event is planned with: who is chosen, who is usually called, or the only one; nobody is guessed. */
    get likelyId() {
        if (this.state.contactId || !this.state.client || this.isLoading) {
            return this.state.contactId;
        }
        return this.usualContact.id || this.onlyContact.id || false;
    }

    get phone() {
        const contact = this.calledContact;
        const phone = contact && contact.phones[0];
        if (phone) {
            return { number: phone.number, href: phone.href };
        }
        const { phone: number } = this.state.client.client;
        return { number, href: phoneLink(number) };
    }

    /** What was said is written down while it is said. */
    onCall(contactId = false) {
        // Who is called now counts more than who was chosen for a call before.
        this.changeDraft({ called_id: contactId, contact_id: undefined });
        if (this.settings.may_work) {
            this.state.callFocus++;
        }
    }

    callClient() {
        if (!this.state.client || this.isLoading) {
            return;
        }
        const link = this.centre.el.querySelector(".o_dealflow_call");
        if (link) {
            link.click();
        } else {
            this.onCall();
        }
    }

    /** Whoever is chosen now counts more than who was called before. */
    forgetCalled() {
        if (this.draft.called_id) {
            this.changeDraft({ called_id: false });
        }
    }

    startTyping() {
        if (this.state.client && this.settings.may_work) {
            this.state.callFocus++;
        }
    }

    get draft() {
        return this.state.drafts[this.state.clientId] || {};
    }

    changeDraft(values) {
        this.state.drafts[this.state.clientId] = { ...this.draft, ...values };
        this.keep();
    }

    async logCall(values) {
        const { clientId } = this.state;
        this.state.isBusy = true;
        try {
            const answer = await this.call("log_call", [clientId, values]);
            if (answer) {
                delete this.state.drafts[clientId];
                this.keep();
                await this.reload();
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async openPrice() {
        if (!this.state.clientId || !this.settings.may_price) {
            return;
        }
        const { client } = this.state;
        const action =
            (!this.isLoading && client?.actions.price) ||
            (await this.orm.call("res.partner", "action_dealflow_open_price_form", [[this.state.clientId]]));
        await this.action.doAction(action);
    }

    openEvents() {
        return this.action.doAction(this.state.client.actions.events);
    }

    openDetails() {
        return this.action.doAction(this.state.client.actions.details);
    }

    openRecord({ model, id }) {
        if (model === "calendar.event") {
            return this.openEvent({ id });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openContact(contact) {
        return this.openRecord({ model: "res.partner", id: contact.id });
    }

    writeTo(contact) {
        return this.doDialog({
            type: "ir.actions.act_window",
            name: _t("Write an e-mail"),
            res_model: "mail.compose.message",
            views: [[false, "form"]],
            target: "new",
            context: {
                default_model: "res.partner",
                default_res_ids: [this.state.clientId],
                default_composition_mode: "comment",
                default_partner_ids: [contact.id],
            },
        });
    }

    postpone(row) {
        const additionalContext = { default_receipt_ids: [row.id] };
        return this.doDialog("dealflow.dealflow_receipt_postpone_action", { additionalContext });
    }

    async moveDeal(row) {
        return this.doDialog(await this.orm.call("dealflow.deal", "action_open_move", [[row.id]]));
    }

    async viewFinance(kind) {
        const name = this.state.client.finance.actions[kind];
        const action = await this.orm.call("res.partner", name, [[this.state.clientId]]);
        // The list opens with what was counted: money that is still to come.
        const additionalContext = kind === "receipts" ? { search_default_filter_planned: 1 } : {};
        return this.action.doAction(action, { additionalContext });
    }

    /** Enter a client by what was looked for: a name, or a phone where there are no letters. */
    newClient() {
        const text = this.state.found ? this.state.text.trim() : "";
        const field = /\p{L}/u.test(text) ? "default_name" : "default_phone";
        return this.enterClient("dealflow.res_partner_action_new_client", text ? { [field]: text } : {});
    }

    /** The client that is entered is the one to go on with. */
    enterClient(action, additionalContext = {}) {
        let clientId = false;
        return this.action.doAction(action, {
            additionalContext,
            props: {
                onSave: (record) => {
                    clientId = record.resId;
                },
            },
            onClose: () => {
                if (!clientId) {
                    return this.reload();
                }
                this.clearSearch();
                return Promise.all([this.loadPage(), this.choose(clientId)]);
            },
        });
    }

    takeFirstStep({ key, action }) {
        return key === "client" ? this.enterClient(action) : this.doDialog(action);
    }
}

registry.category("lazy_components").add("dealflow.Workplace", Workplace);

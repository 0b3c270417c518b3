import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { uuid } from "@web/core/utils/strings";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { callUnlessOffline } from "@dealflow/offline_call/offline_call";
import { phoneLink } from "@dealflow/phone_link/phone_link";
import { CategoryTree } from "./category_tree";
import { ColumnsMenu } from "./columns_menu";
import { KeptSelection } from "./kept_selection";
import { NumberInput } from "./number_input";
import { OfferLetter } from "./offer_letter";
import { ProductList } from "./product_list";

const PAGE = 80;
const NEW_DEAL = -1;
const FORM = "dealflow.price.form";

/** The price form: from the products to the letter with the offer within thirty seconds (C15 to C26). */
export class PriceForm extends Component {
    static template = "dealflow.PriceForm";
    static components = { CategoryTree, ColumnsMenu, NumberInput, OfferLetter, ProductList, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.search = useRef("search");
        this.lists = new KeepLast();
        this.prices = new KeepLast();
        this.clients = new KeepLast();
        this.NEW_DEAL = NEW_DEAL;
        this.state = useState({
            offerId: false,
            step: "choose",
            pane: "products",
            client: false,
            start: null,
            entityId: false,
            dealId: false,
            contactId: false,
            kind: browser.localStorage.getItem(this.kindKey) || "offer",
            chosen: { root: false, category_id: false },
            text: "",
            order: "code asc",
            rows: [],
            total: 0,
            currency: null,
            rowIndex: 0,
            lines: [],
            reason: "",
            ofAll: true,
            transactions: [],
            competitors: [],
            suggestion: null,
            focusedLine: false,
            letter: null,
            sent: null,
            hasFailed: false,
            isBusy: false,
            isOffline: false,
            problem: "",
            waiting: "",
            columns: [],
        });
        // Lines of the quotation that are taken out here; others that it has got meanwhile stay.
        this.removedLineIds = [];
        // How often the selection was changed, and up to which change its prices are known.
        this.changes = 0;
        this.pricedChanges = 0;
        this.loadSoon = useDebounced(() => this.loadProducts(), 200);
        this.priceSoon = useDebounced(() => this.loadPrices(), 300);
        onWillStart(() => this.open());
        useEffect(
            () => {
                this.search.el?.focus();
            },
            () => [this.state.step]
        );
        const always = { bypassEditableProtection: true };
        useHotkey("control+enter", () => this.state.step === "choose" && this.sell(), always);
        useHotkey("escape", () => this.close(), always);
        useHotkey("alt+s", () => this.search.el?.focus(), always);
        onWillUnmount(() => this.keep());
    }

    // Opening

    get params() {
        return this.props.action.params || {};
    }

    get kindKey() {
        return `dealflow.price_form.kind.${user.userId}`;
    }

    /** What the server says; without a connection the selection stays, and the form says so. */
    call(method, args, kwargs = {}) {
        return callUnlessOffline(this.state, this.orm.call(FORM, method, args, kwargs));
    }

    async open() {
        const { partner_id, deal_id, lead_id, order_id, letter_of_order_id } = this.params;
        const [start, roots, groups] = await Promise.all([
            this.orm.call(FORM, "open_form", [], {
                partner_id,
                deal_id,
                lead_id,
                order_id,
                key: uuid(),
                for_letter: Boolean(letter_of_order_id),
            }),
            this.orm.call(FORM, "get_categories", []),
            this.orm.call(FORM, "get_warehouse_groups", []),
        ]);
        // A search goes over everything that is sold until a category is chosen.
        const all = { key: false, name: _t("All"), categories: [] };
        this.roots = roots.some((root) => root.key === "all") ? roots : [all, ...roots];
        this.state.offerId = start.offer_id;
        // After a reload of the page the form is for the same client again.
        this.props.updateActionState?.({ partner_id, deal_id, lead_id, order_id, letter_of_order_id });
        this.state.columns = this.arrange(groups, start);
        this.takeStart(start);
        if (letter_of_order_id) {
            this.state.letter = await this.orm.call(FORM, "get_letter", [letter_of_order_id]);
            this.state.step = "letter";
            return;
        }
        await this.loadProducts();
        this.loadClientData();
    }

    /** Take over what the form knows of a client, and the selection that was kept for it. */
    takeStart(start) {
        this.state.start = start;
        this.state.client = start.client;
        this.state.entityId = start.legal_entity_id;
        this.state.dealId = start.deal_id;
        this.state.contactId = start.contact_id;
        if (!start.kinds.some((kind) => kind.key === this.state.kind)) {
            this.state.kind = "offer";
        }
        this.kept = new KeptSelection(start.client && start.client.id);
        const kept = start.lines.length ? null : this.kept.load();
        if (kept && !this.state.lines.length) {
            this.state.reason = kept.reason || "";
            this.state.lines = kept.lines.map((line) => ({ ...line, key: this.newKey() }));
        }
        if (start.lines.length) {
            this.state.lines = start.lines.map((line) => ({ ...line, key: this.newKey(), isTyped: true }));
        }
        this.priceSoon();
    }

    async onClient(partnerId) {
        if (!partnerId) {
            return;
        }
        const start = await this.clients.add(this.call("get_client", [partnerId]));
        if (start) {
            // What was agreed with one client is no price for another.
            this.forgetPrices();
            this.changes += 1;
            this.props.updateActionState?.({ partner_id: partnerId, deal_id: false, lead_id: false, order_id: false });
            this.takeStart({ ...start, lines: [] });
            await Promise.all([this.loadProducts(), this.loadClientData()]);
        }
    }

    forgetPrices() {
        for (const line of this.state.lines) {
            Object.assign(line, { isTyped: false, discount: 0 });
        }
    }

    /** The legal entity has terms and requisites of its own. */
    async onEntity(ev) {
        this.state.entityId = Number(ev.target.value);
        const clientId = this.state.client && this.state.client.id;
        const [start] = await Promise.all([
            this.clients.add(this.call("get_client", [clientId], { legal_entity_id: this.state.entityId })),
            this.loadProducts(),
        ]);
        if (start) {
            this.state.start.warnings = start.warnings;
        }
        this.onSelectionChange();
    }

    /** The number of the contact whom the offer goes to. */
    get phone() {
        const number = this.state.start.contacts.find((contact) => contact.id === this.state.contactId)?.phone;
        const href = phoneLink(number);
        return href && { number, href };
    }

    onContact(ev) {
        this.state.contactId = Number(ev.target.value);
    }

    newKey() {
        this.lastKey = (this.lastKey || 0) + 1;
        return this.lastKey;
    }

    // Columns

    arrange(groups, start) {
        const known = [
            { key: "code", name: _t("Code"), width: 110 },
            { key: "name", name: _t("Product") },
            ...groups.map((group) => ({
                key: `stock_${group.key}`,
                group: group.key,
                name: group.name,
                kind: "stock",
                width: 90,
            })),
            { key: "price", name: _t("Price"), kind: "money", width: 110 },
            { key: "minimum", name: _t("Minimum"), kind: "money", width: 110 },
            { key: "last_price", name: _t("Last Price"), kind: "money", width: 110 },
            { key: "last_date", name: _t("Last Sold"), kind: "day", width: 100, isHidden: true },
            ...(start.settings.may_see_margin
                ? [{ key: "cost", name: _t("Unit Cost"), kind: "money", width: 110 }]
                : []),
            { key: "uom", name: _t("Unit"), width: 90 },
        ];
        const saved = (start.settings.columns || []).map(({ key, width, is_hidden }) => ({
            key,
            ...(width ? { width } : {}),
            isHidden: Boolean(is_hidden),
        }));
        const places = new Map(saved.map((column, index) => [column.key, index]));
        return known
            .map((column, index) => ({
                ...column,
                ...saved[places.get(column.key)],
                at: places.get(column.key) ?? index,
            }))
            .sort((one, other) => one.at - other.at);
    }

    onColumns(columns) {
        this.state.columns = columns;
        const arrangement = columns.map(({ key, width, isHidden }) => ({
            key,
            width: width || 0,
            is_hidden: Boolean(isHidden),
        }));
        return this.call("save_columns", [arrangement]);
    }

    onResize(column, width) {
        const columns = this.state.columns.map((each) => (each.key === column.key ? { ...each, width } : each));
        return this.onColumns(columns);
    }

    // Products

    get clientId() {
        return this.state.entityId || (this.state.client && this.state.client.id) || 0;
    }

    get listOptions() {
        return {
            root: this.state.chosen.root,
            category_id: this.state.chosen.category_id,
            search: this.state.text,
            order: this.state.order,
            limit: PAGE,
            // A quotation keeps its own price list.
            pricelist_id: this.state.start.pricelist_id || false,
            // What was told of this client is not looked up again.
            ...(this.terms?.client === this.clientId ? this.terms.told : {}),
        };
    }

    async loadProducts() {
        const { text } = this.state;
        const answer = await this.lists.add(
            this.call("get_products", [this.clientId, { ...this.listOptions, offset: 0 }])
        );
        if (answer) {
            if (this.state.currency && this.state.currency.id !== answer.currency.id) {
                this.forgetPrices();
            }
            this.shownText = text;
            this.state.rows = answer.rows;
            this.state.total = answer.total;
            this.state.currency = answer.currency;
            const { business_partner_id, legal_entity_id, pricelist_id } = answer;
            this.terms = { client: this.clientId, told: { business_partner_id, legal_entity_id, pricelist_id } };
            this.state.rowIndex = 0;
        }
    }

    async onMore() {
        const options = {
            ...this.listOptions,
            offset: this.state.rows.length,
            total: this.state.total,
        };
        const answer = await this.lists.add(this.call("get_products", [this.clientId, options]));
        if (answer) {
            this.state.rows.push(...answer.rows);
        }
    }

    onChooseCategory(chosen) {
        this.state.chosen = chosen;
        return this.loadProducts();
    }

    onSort(column) {
        const [key, direction] = this.state.order.split(" ");
        this.state.order = `${column.key} ${key === column.key && direction === "asc" ? "desc" : "asc"}`;
        return this.loadProducts();
    }

    onSearch(ev) {
        this.state.text = ev.target.value;
        this.loadSoon();
    }

    async onSearchKeydown(ev) {
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.chooseRow(Math.min(Math.max(this.state.rowIndex + step, 0), this.state.rows.length - 1));
        } else if (ev.key === "Enter" && !ev.ctrlKey) {
            ev.preventDefault();
            if (this.state.text !== this.shownText) {
                // What was typed last counts, even if its answer is still on the way.
                this.loadSoon.cancel?.();
                await this.loadProducts();
            }
            if (this.row) {
                this.add(this.row);
            }
        }
    }

    get row() {
        return this.state.rows[this.state.rowIndex];
    }

    chooseRow(index) {
        this.state.rowIndex = index;
        this.loadTransactions();
    }

    onChooseRow(row) {
        this.chooseRow(this.state.rows.indexOf(row));
    }

    get selectedIds() {
        return new Set(this.state.lines.map((line) => line.product_id));
    }

    // The selection

    add(row, quantity = 1) {
        const present = this.state.lines.find((line) => line.product_id === row.id && !line.line_id);
        if (present) {
            present.quantity += quantity;
            this.state.focusedLine = present.key;
        } else {
            const line = {
                key: this.newKey(),
                product_id: row.id,
                name: row.name,
                quantity,
                uom_id: row.uom_id,
                uom: row.uom,
                price: row.price,
                discount: 0,
                minimum: row.minimum || false,
                isTyped: false,
            };
            this.state.lines.push(line);
            this.state.focusedLine = line.key;
        }
        this.onSelectionChange();
        this.loadSuggestion();
    }

    change(line, name, value) {
        line[name] = value;
        if (name === "price") {
            line.isTyped = true;
        }
        this.onSelectionChange();
    }

    remove(line) {
        if (line.line_id) {
            this.removedLineIds.push(line.line_id);
        }
        this.state.lines.splice(this.state.lines.indexOf(line), 1);
        this.onSelectionChange();
    }

    onSelectionChange() {
        this.state.problem = "";
        this.keep();
        this.changes += 1;
        this.priceSoon();
    }

    keep() {
        if (this.kept && this.state.step === "choose" && !this.state.start?.order_id) {
            this.kept.save({ lines: this.state.lines.map((line) => ({ ...line })), reason: this.state.reason });
        }
    }

    backToSearch() {
        this.state.focusedLine = false;
        this.search.el?.focus();
        this.search.el?.select();
    }

    /** A line that cannot be sold as it stands is refused by SELL, and does not keep the others from their prices. */
    get pricedLines() {
        return this.state.lines.filter((line) => line.quantity > 0 && !line.isUnsold);
    }

    /** Prices by quantity, minimum, margin and bonus; a price that was typed stays. */
    async loadPrices() {
        const { changes } = this;
        const lines = this.pricedLines;
        if (lines.length) {
            const rows = await this.prices.add(this.askPrices(lines));
            if (!rows) {
                return;
            }
            this.takePrices(lines, rows);
        }
        this.pricedChanges = changes;
    }

    askPrices(lines) {
        return this.call("get_line_prices", [
            this.clientId,
            lines.map(({ product_id, quantity, uom_id, price, discount, isTyped }) => ({
                product_id,
                quantity,
                uom_id,
                discount,
                ...(isTyped ? { price } : {}),
            })),
            { pricelist_id: this.state.start.pricelist_id || false },
        ]);
    }

    takePrices(lines, rows) {
        for (const [index, line] of lines.entries()) {
            const row = rows[index];
            if (!line.isTyped) {
                line.price = row.price;
            }
            Object.assign(line, {
                minimum: row.minimum || false,
                margin: row.margin,
                bonus: row.bonus,
                isBelowMinimum: row.is_below_minimum,
            });
        }
        this.state.lines = [...this.state.lines];
    }

    /** What was typed a moment ago is sold at its own price, not at the one before. */
    async finishPrices() {
        const lines = this.pricedLines;
        if (this.pricedChanges === this.changes || !lines.length) {
            return;
        }
        const rows = await this.askPrices(lines);
        if (rows) {
            this.takePrices(lines, rows);
            this.pricedChanges = this.changes;
        }
    }

    subtotal(line) {
        return line.quantity * line.price * (1 - (line.discount || 0) / 100);
    }

    get total() {
        return this.state.lines.reduce((sum, line) => sum + this.subtotal(line), 0);
    }

    get margin() {
        return this.state.lines.reduce((sum, line) => sum + (line.margin || 0), 0);
    }

    get bonus() {
        return this.state.lines.reduce((sum, line) => sum + (line.bonus || 0), 0);
    }

    get below() {
        return this.state.lines.filter((line) => line.isBelowMinimum);
    }

    get policy() {
        return this.state.start.settings.minimum_price_policy;
    }

    get showsMargin() {
        return this.state.start.settings.may_see_margin;
    }

    formatMoney(amount) {
        if (amount === false || amount === undefined || amount === null) {
            return "";
        }
        return this.state.currency ? formatMonetary(amount, { currencyId: this.state.currency.id }) : String(amount);
    }

    /** An amount in the currency of its own row. */
    formatPrice({ price, currency }) {
        return formatMonetary(price, { currencyId: currency.id });
    }

    formatQuantity(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    formatDay(value) {
        return value ? formatDate(deserializeDate(value.slice(0, 10))) : "";
    }

    // What helps to sell

    loadClientData() {
        return Promise.all([this.loadTransactions(), this.loadCompetitors()]);
    }

    async loadTransactions() {
        const productId = this.state.ofAll ? 0 : this.row?.id || 0;
        if (!this.clientId) {
            this.state.transactions = [];
            return;
        }
        const wanted = `${this.clientId} ${productId}`;
        if (wanted === this.shownTransactions) {
            return;
        }
        this.shownTransactions = wanted;
        const rows = await this.call("get_transactions", [this.clientId], { product_id: productId || null });
        if (rows && wanted === this.shownTransactions) {
            this.state.transactions = rows;
        }
    }

    setOfAll(ofAll) {
        this.state.ofAll = ofAll;
        return this.loadTransactions();
    }

    async loadCompetitors() {
        const dealId = this.state.dealId;
        this.state.competitors = dealId > 0 ? (await this.call("get_competitor_prices", [dealId])) || [] : [];
    }

    onDeal(ev) {
        this.state.dealId = Number(ev.target.value);
        return this.loadCompetitors();
    }

    async loadSuggestion() {
        const ids = this.state.lines.map((line) => line.product_id);
        const suggestion = await this.call("get_suggestion", [this.clientId, ids]);
        this.state.suggestion = suggestion && suggestion.product_id ? suggestion : null;
    }

    async answerSuggestion(isAccepted) {
        const suggestion = this.state.suggestion;
        this.state.suggestion = null;
        if (isAccepted) {
            this.add({ ...suggestion, id: suggestion.product_id });
        }
        await this.call("answer_suggestion", [this.clientId, suggestion.product_id, isAccepted]);
    }

    async asLastTime() {
        const last = await this.call("get_last_order_lines", [this.clientId]);
        if (!last) {
            return;
        }
        if (!last.lines?.length) {
            this.notification.add(_t("This client has not bought anything yet."), { type: "info" });
            return;
        }
        const known = this.selectedIds;
        for (const line of last.lines.filter((each) => !known.has(each.product_id))) {
            this.state.lines.push({
                key: this.newKey(),
                product_id: line.product_id,
                name: line.name,
                quantity: line.quantity,
                uom_id: line.uom_id,
                uom: line.uom,
                price: line.price,
                oldPrice: line.old_price,
                discount: 0,
                isUnsold: !line.is_sold,
                isTyped: false,
            });
        }
        this.onSelectionChange();
    }

    // SELL

    get kindName() {
        return this.state.start.kinds.find((kind) => kind.key === this.state.kind)?.name || "";
    }

    onKind(ev) {
        this.state.kind = ev.target.value;
        browser.localStorage.setItem(this.kindKey, this.state.kind);
    }

    lineClass(line) {
        if (line.isUnsold) {
            return "table-danger";
        }
        return line.isBelowMinimum ? "table-warning" : "";
    }

    /** What is shown as the deal of a client without one: what SELL does by the setting of the company. */
    get dealChoice() {
        if (this.state.dealId === false && !this.state.start.deals.length) {
            return this.state.start.settings.opens_deal ? NEW_DEAL : 0;
        }
        return this.state.dealId;
    }

    get hasToChooseDeal() {
        return this.state.start.deals.length > 1 && this.state.dealId === false;
    }

    /** What the person can mend before the server is asked. */
    get obstacle() {
        if (!this.clientId) {
            return _t("Choose the client first.");
        }
        if (!this.state.lines.length) {
            return _t("Choose at least one product.");
        }
        if (this.hasToChooseDeal) {
            return _t("This client has several open deals: choose the one that the offer belongs to.");
        }
        if (this.below.length && this.policy !== "refuse" && !this.state.reason.trim()) {
            return _t("A price is below the minimum: give the reason.");
        }
        return "";
    }

    get sellValues() {
        const values = {
            kind: this.state.kind,
            legal_entity_id: this.state.entityId,
            contact_id: this.state.contactId,
            lead_id: this.state.start.lead_id,
            order_id: this.state.start.order_id,
            removed_line_ids: this.removedLineIds,
            partner_id: this.state.client && this.state.client.id,
            reason: this.state.reason,
            asks_approval: Boolean(this.below.length) && this.policy === "approval",
            lines: this.state.lines.map(({ line_id, product_id, quantity, uom_id, price, discount }) => ({
                ...(line_id ? { line_id } : {}),
                product_id,
                quantity,
                uom_id,
                price,
                discount,
            })),
        };
        if (this.state.dealId !== false) {
            values.deal_id = this.state.dealId;
        }
        return values;
    }

    async sell() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.finishPrices();
            this.state.problem = this.obstacle;
            if (this.state.problem) {
                return;
            }
            const answer = await this.call("sell", [this.state.offerId, this.sellValues]);
            if (!answer) {
                return;
            }
            this.kept.clear();
            if (answer.waiting) {
                this.state.waiting = answer.waiting;
                this.state.orderId = answer.order_id;
            } else {
                this.state.letter = answer;
                this.state.sent = answer.is_sent ? answer : null;
                this.state.orderId = answer.order_id;
            }
            this.state.step = "letter";
        } finally {
            this.state.isBusy = false;
        }
    }

    async onSend(values) {
        this.state.isBusy = true;
        try {
            const { offer_id, id } = this.state.letter;
            this.state.hasFailed = false;
            this.state.sent = await this.call("send_letter", [offer_id, id, values]);
        } catch (error) {
            await this.renewLetter();
            throw error;
        } finally {
            this.state.isBusy = false;
        }
    }

    /** A letter that no longer says what the order says is written anew. */
    async renewLetter() {
        try {
            this.state.letter = await this.orm.silent.call(FORM, "get_letter", [this.state.letter.order_id]);
        } catch {
            // It stays on the screen, below the reason why it was not sent.
        }
    }

    async onWithhold() {
        const { offer_id, order_id } = this.state.letter;
        await this.orm.call("dealflow.offer", "action_withhold", [[offer_id]]);
        this.state.sent = null;
        this.notification.add(_t("The letter is withheld. The order %s stays.", this.state.letter.order), {
            type: "info",
        });
        this.state.letter = await this.call("get_letter", [order_id]);
    }

    async onRelease() {
        const { offer_id } = this.state.letter;
        await this.orm.silent.call("dealflow.offer", "action_release", [[offer_id]]);
        // The mail leaves after that call.
        const [offer] = await this.orm.silent.read("dealflow.offer", [offer_id], ["has_failed"]);
        this.state.hasFailed = offer.has_failed;
    }

    // Leaving

    close() {
        const { config } = this.env;
        if (config.breadcrumbs?.length > 1) {
            return config.historyBack();
        }
        const home = user.homeActionId || "dealflow.dealflow_start_action";
        return this.action.doAction(home, { clearBreadcrumbs: true });
    }

    openOrder() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: this.state.letter?.order_id || this.state.orderId,
            views: [[false, "form"]],
        });
    }

    startAgain() {
        const params = this.state.client ? { partner_id: this.state.client.id } : {};
        return this.action.doAction(
            { type: "ir.actions.client", tag: "dealflow.price_form", name: _t("Price"), target: "fullscreen", params },
            { stackPosition: "replaceCurrentAction" }
        );
    }
}

registry.category("lazy_components").add("dealflow.PriceForm", PriceForm);

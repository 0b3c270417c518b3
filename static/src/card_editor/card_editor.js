import { Component, onWillStart, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { DomainSelectorDialog } from "@web/core/domain_selector_dialog/domain_selector_dialog";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FieldDialog } from "./field_dialog";

const MODEL = "dealflow.card.arrangement";
const MAX_PAST = 50;

/** One part of the card with all that is in it. */
class CardPart extends Component {
    static template = "dealflow.CardPart";
    static components = {};
    static props = { part: Object, editor: Object };

    setup() {
        // The tree changes with each step; what is chosen and for whom it is shown changes without it.
        this.state = useState(this.props.editor.state);
    }

    get isShown() {
        const { part } = this.props;
        return !this.state.role || !(part.is_hidden || part.unseen_by.includes(this.state.role));
    }

    find(kind) {
        return this.state.changes.some((change) => change.kind === kind && change.target === this.props.part.key);
    }

    get classes() {
        const { part } = this.props;
        return {
            [`o_dealflow_part_${part.kind}`]: true,
            o_dealflow_part_column: part.is_column,
            o_dealflow_part_selected: this.state.selected === part.key,
            o_dealflow_part_hidden: part.is_hidden,
        };
    }

    get words() {
        const { part } = this.props;
        const words = [];
        if (part.is_hidden) {
            words.push(_t("hidden"));
        } else if (this.find("hide")) {
            words.push(_t("hidden if…"));
        }
        if (this.find("require")) {
            words.push(_t("required"));
        }
        if (this.find("lock")) {
            words.push(_t("read-only"));
        }
        if (part.has_groups) {
            words.push(_t("some roles"));
        }
        return words;
    }
}
CardPart.components = { CardPart };

/**
 * Arranges a card: every step is checked by the server, which answers with the card as it then is. So the editor knows
 * no rules of its own, and going back a step means to ask for the steps before it.
 */
export class CardEditor extends Component {
    static template = "dealflow.CardEditor";
    static components = { Layout, CardPart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.action = useService("action");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.model = this.props.action.params?.model || this.props.state?.model;
        this.state = useState({
            card: null,
            changes: [],
            past: [],
            selected: "",
            role: 0,
            filter: "",
            isBusy: false,
            isDirty: false,
        });
        useSetupAction({
            beforeLeave: () => this.confirmLeave(),
            beforeUnload: (ev) => this.state.isDirty && ev.preventDefault(),
        });
        onWillStart(async () => {
            if (!this.model) {
                return this.action.doAction("dealflow.dealflow_card_arrangement_action", { clearBreadcrumbs: true });
            }
            this.props.updateActionState?.({ model: this.model });
            this.show(await this.orm.call(MODEL, "get_card", [this.model]));
        });
        this.env.config.setDisplayName?.(_t("Arrange This Card"));
    }

    show(card) {
        this.saved = JSON.stringify(card.changes);
        Object.assign(this.state, { card, changes: card.changes, past: [], isDirty: false });
    }

    // Parts

    get entries() {
        const found = new Map();
        const collect = (part, parent) => {
            found.set(part.key, { part, parent });
            part.children.forEach((child) => collect(child, part));
        };
        collect(this.state.card.tree, null);
        return found;
    }

    get entry() {
        return this.entries.get(this.state.selected);
    }

    isUnseen(part) {
        return this.state.role && (part.is_hidden || part.unseen_by.includes(this.state.role));
    }

    get unseenCount() {
        return [...this.entries.values()].filter(({ part }) => part.kind !== "sheet" && this.isUnseen(part)).length;
    }

    get shownFields() {
        const words = this.state.filter.trim().toLowerCase();
        return this.state.card.fields.filter(({ label, name }) => `${label} ${name}`.toLowerCase().includes(words));
    }

    kindWord(part) {
        return {
            page: _t("Page"),
            group: part.is_column ? _t("Column") : _t("Group of columns"),
            notebook: _t("Pages"),
            block: _t("Block"),
        }[part.kind];
    }

    canHold(place, part) {
        if (part.kind === "page") {
            return place.kind === "notebook";
        }
        if (["group", "block"].includes(part.kind)) {
            return (
                ["sheet", "page"].includes(place.kind) ||
                (place.kind === "group" && part.kind === "group" && place.key !== part.key)
            );
        }
        if (part.kind === "notebook") {
            return false;
        }
        return place.is_column || (part.is_wide && ["sheet", "page"].includes(place.kind));
    }

    places(part) {
        const inside = new Set();
        const collect = (one) => {
            inside.add(one.key);
            one.children.forEach(collect);
        };
        collect(part);
        const names = (key) => {
            const line = [];
            for (let entry = this.entries.get(key); entry?.parent; entry = this.entries.get(entry.parent.key)) {
                if (entry.part.kind !== "notebook" && entry.part.label) {
                    line.unshift(entry.part.label);
                }
            }
            return line.join(" › ") || _t("The card itself");
        };
        return [...this.entries.values()]
            .filter(({ part: place }) => !inside.has(place.key) && this.canHold(place, part))
            .map(({ part: place }) => ({ key: place.key, label: names(place.key) }));
    }

    canRestrict(part) {
        const isFree = !part.has_groups || this.find("restrict", part.key);
        return isFree && !part.is_needed && part.kind !== "notebook";
    }

    // Changes

    find(kind, target) {
        return this.state.changes.find((change) => change.kind === kind && change.target === target);
    }

    /** Ask the server for the card with other changes; a change that it refuses is not made. */
    async apply(changes, selected = this.state.selected) {
        this.state.isBusy = true;
        try {
            const answer = await this.orm.call(MODEL, "preview", [this.model, changes]);
            Object.assign(this.state.card, answer);
            this.state.past = [...this.state.past, this.state.changes].slice(-MAX_PAST);
            const isDirty = JSON.stringify(changes) !== this.saved;
            Object.assign(this.state, { changes, selected, isDirty });
        } finally {
            this.state.isBusy = false;
        }
    }

    async undo() {
        const changes = this.state.past.at(-1);
        if (changes) {
            const past = this.state.past.slice(0, -1);
            await this.apply(changes);
            this.state.past = past;
        }
    }

    add(change, selected) {
        return this.apply([...this.state.changes, change], selected);
    }

    /** Replace what was decided about a part before; without a change it is as shipped. */
    set(kind, target, change) {
        const others = this.state.changes.filter((one) => one.kind !== kind || one.target !== target);
        return this.apply(change ? [...others, { kind, target, ...change }] : others);
    }

    rename(part, ev) {
        const label = ev.target.value.trim();
        const added = this.state.changes.find(
            ({ kind, target }) => ["page", "group"].includes(kind) && part.key === `${kind}:dealflow_own_${target}`
        );
        if (added) {
            const changes = this.state.changes.map((one) => (one === added ? { ...one, label } : one));
            return this.apply(changes);
        }
        return this.set("rename", part.key, label && { label });
    }

    choose(kind, part, ev) {
        const mode = ev.target.value;
        if (mode !== "if") {
            return this.set(kind, part.key, mode === "always" && { domain: "" });
        }
        // Until a condition is made, what was chosen before holds.
        ev.target.value = this.mode(kind, part);
        this.editCondition(kind, part);
    }

    mode(kind, part) {
        const change = this.find(kind, part.key);
        return change ? (change.domain ? "if" : "always") : "no";
    }

    editCondition(kind, part) {
        this.dialog.add(DomainSelectorDialog, {
            resModel: this.model,
            domain: this.find(kind, part.key)?.domain || "[]",
            title: _t("Condition: %s", part.label),
            isDebugMode: false,
            onConfirm: (domain) => this.set(kind, part.key, { domain: domain === "[]" ? "" : domain }),
        });
    }

    seeAs(ev) {
        this.state.role = Number(ev.target.value);
    }

    toggleRole(part, role) {
        const groups = this.find("restrict", part.key)?.groups || [];
        const others = groups.filter((id) => id !== role.id);
        const next = others.length < groups.length ? others : [...groups, role.id];
        return this.set("restrict", part.key, next.length && { groups: next });
    }

    // Moving, by mouse and by keyboard

    moveTo(part, placeKey, after) {
        const place = this.entries.get(placeKey).part;
        const last = place.children.filter((child) => child.key !== part.key).at(-1);
        return this.add({ kind: "move", target: part.key, place: placeKey, after: after ?? last?.key ?? "" }, part.key);
    }

    step(part, parent, direction) {
        const index = parent.children.findIndex((child) => child.key === part.key);
        if (direction < 0 ? index > 0 : index < parent.children.length - 1) {
            const after = direction < 0 ? parent.children[index - 2]?.key : parent.children[index + 1].key;
            return this.moveTo(part, parent.key, after || "");
        }
    }

    onKeydown(ev, part) {
        if (["Enter", " "].includes(ev.key)) {
            this.state.selected = part.key;
        } else if (ev.altKey && ["ArrowUp", "ArrowDown"].includes(ev.key)) {
            const { parent } = this.entries.get(part.key);
            parent && this.step(part, parent, ev.key === "ArrowUp" ? -1 : 1);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    onDragstart(ev, key) {
        ev.stopPropagation();
        ev.dataTransfer?.setData("text/plain", key);
        this.dragged = key;
    }

    onDragover(ev, part) {
        if (this.dragged && this.getDrop(part)) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    /** A thing dropped on a place goes to its beginning, dropped on another part it goes behind that. */
    getDrop(part) {
        const dragged = this.dragged.startsWith("new:")
            ? { key: "", kind: "field", children: [] }
            : this.entries.get(this.dragged).part;
        if (dragged.key === part.key) {
            return null;
        }
        if (this.canHold(part, dragged)) {
            return { place: part.key, after: "" };
        }
        const { parent } = this.entries.get(part.key);
        return parent && this.canHold(parent, dragged) ? { place: parent.key, after: part.key } : null;
    }

    onDrop(ev, part) {
        const drop = this.dragged && this.getDrop(part);
        if (!drop) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const { dragged } = this;
        this.dragged = null;
        if (dragged.startsWith("new:")) {
            const target = dragged.slice(4);
            return this.add({ kind: "field", target, ...drop }, `field:${target}`);
        }
        return this.add({ kind: "move", target: dragged, ...drop }, dragged);
    }

    // Adding

    /** The column in which a new field is put: the chosen one, or the first of the card. */
    get column() {
        const parts = this.entry ? [this.entry.part, this.entry.parent] : [];
        const chosen = parts.find((part) => part?.is_column);
        return chosen || [...this.entries.values()].find(({ part }) => part.is_column)?.part;
    }

    addField(name) {
        const place = this.column;
        const after = this.entry?.parent === place ? this.entry.part.key : place.children.at(-1)?.key;
        return this.add({ kind: "field", target: name, place: place.key, after: after || "" }, `field:${name}`);
    }

    newField() {
        const { card } = this.state;
        this.dialog.add(FieldDialog, {
            model: this.model,
            kinds: card.kinds.filter(({ kind }) => kind !== "money" || card.has_currency),
            registers: card.registers,
            onAdded: ({ name }) => this.addField(name),
        });
    }

    get newName() {
        return `n${luxon.DateTime.now().toMillis().toString(36)}`;
    }

    addPage() {
        const target = this.newName;
        const notebook = [...this.entries.values()].find(({ part }) => part.kind === "notebook")?.part;
        const last = notebook?.children.at(-1)?.key || "";
        const change = { kind: "page", target, label: _t("New Page"), place: notebook?.key || "", after: last };
        return this.add(change, `page:dealflow_own_${target}`);
    }

    addGroup(place) {
        const target = this.newName;
        const change = { kind: "group", target, label: _t("New Group"), place: place.key };
        return this.add({ ...change, after: place.children.at(-1)?.key || "" }, `group:dealflow_own_${target}`);
    }

    isAdded(part) {
        return this.state.changes.some(
            ({ kind, target }) =>
                ["field", "page", "group"].includes(kind) &&
                [`${kind}:${target}`, `${kind}:dealflow_own_${target}`].includes(part.key)
        );
    }

    /** Take off the card what was added, with all that was decided about it. */
    takeOff(part) {
        const keys = new Set();
        const collect = (one) => {
            keys.add(one.key);
            one.children.forEach(collect);
        };
        collect(part);
        const changes = this.state.changes.filter(({ kind, target, place }) => {
            const key = kind === "field" ? `field:${target}` : `${kind}:dealflow_own_${target}`;
            return !keys.has(target) && !keys.has(place) && !keys.has(key);
        });
        return this.apply(changes, "");
    }

    dropProblem(index) {
        return this.apply(this.state.changes.filter((_change, place) => place !== index));
    }

    async deleteField(name, label, isConfirmed = false) {
        if (this.state.isDirty) {
            this.notification.add(_t("Save the card first, or undo: a field is deleted at once."), { type: "warning" });
            return;
        }
        const { count, is_deleted } = await this.orm.call(MODEL, "delete_field", [this.model, name, isConfirmed]);
        if (!is_deleted) {
            this.dialog.add(ConfirmationDialog, {
                title: _t("Delete “%s”?", label),
                body: _t("Records with a value in this field: %s. The values are lost for good.", count),
                confirmLabel: _t("Delete the Field"),
                confirmClass: "btn-danger",
                confirm: () => this.deleteField(name, label, true),
                cancel: () => {},
            });
            return;
        }
        this.forgetViews();
        this.state.selected = "";
        this.show(await this.orm.call(MODEL, "get_card", [this.model]));
    }

    // Saving

    forgetViews() {
        rpcBus.trigger("CLEAR-CACHES", "get_views");
    }

    async save(changes = this.state.changes) {
        this.state.isBusy = true;
        try {
            await this.orm.call(MODEL, "save", [this.model, changes, this.state.card.version]);
            this.show(await this.orm.call(MODEL, "get_card", [this.model]));
        } finally {
            this.state.isBusy = false;
        }
        this.forgetViews();
        const message = changes.length
            ? _t("The card is arranged. Others see it when they open it next.")
            : _t("The card is as shipped.");
        this.notification.add(message, { type: "success" });
    }

    reset() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Back to what is shipped?"),
            body: _t("Everybody gets the card as Dealflow ships it. Your own fields and their values stay."),
            confirmLabel: _t("Back to What Is Shipped"),
            confirm: () => {
                this.state.selected = "";
                return this.save([]);
            },
            cancel: () => {},
        });
    }

    close() {
        return this.env.config.breadcrumbs?.length > 1
            ? this.action.restore()
            : this.action.doAction("dealflow.dealflow_card_arrangement_action", { clearBreadcrumbs: true });
    }

    /** Ask before unsaved steps are lost, by whatever way somebody leaves. */
    confirmLeave() {
        if (!this.state.isDirty) {
            return true;
        }
        return new Promise((resolve) => {
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Leave without saving?"),
                    body: _t("What you have arranged since the last save is lost."),
                    confirmLabel: _t("Leave"),
                    confirm: () => resolve(true),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    }
}

registry.category("lazy_components").add("dealflow.CardEditor", CardEditor);

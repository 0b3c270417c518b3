import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { session } from "@web/session";

const MODEL = "dealflow.column.set";

/** The columns of a list: those shown, in their order, and the holder with all others; saved as named sets (P06, X25). */
export class ColumnsDialog extends Component {
    static template = "dealflow.ColumnsDialog";
    static components = { Dialog };
    static props = { close: Function, resModel: String, viewId: Number };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.state = useState({ shown: [], sets: [], chosen: false, name: "", query: "" });
        onWillStart(() => this.load());
        useSortable({
            ref: this.root,
            elements: ".o_dealflow_column",
            groups: ".o_dealflow_column_box",
            connectGroups: true,
            ignore: "input, button",
            cursor: "grabbing",
            onDrop: ({ element, previous, parent }) => {
                const box = (parent || element.parentElement).dataset.box;
                this.place(element.dataset.name, box === "shown" ? previous?.dataset.name || "" : undefined);
            },
        });
    }

    async load() {
        const { resModel, viewId } = this.props;
        const { fields, chosen, sets } = await this.orm.call(MODEL, "get_chooser", [resModel, viewId]);
        this.labels = Object.fromEntries(fields);
        this.fields = fields.map(([name, label]) => ({ name, label }));
        const present = sets.find(({ id }) => id === chosen);
        Object.assign(this.state, { sets, chosen, name: present?.is_editable ? present.name : "" });
        this.state.shown = present ? present.columns.map((column) => ({ ...column })) : this.readShown();
    }

    /** The columns of the list behind the dialog, those included that were ticked in Odoo's own menu. */
    readShown() {
        const names = [...document.querySelectorAll(".o_action_manager .o_list_renderer thead th[data-name]")]
            .map((head) => head.dataset.name)
            .filter((name) => name in this.labels);
        return [...new Set(names)].map((name) => ({ name, width: 0 }));
    }

    get widthLabel() {
        return _t("Width in pixels");
    }

    get present() {
        return this.state.sets.find(({ id }) => id === this.state.chosen);
    }

    get holder() {
        const query = this.state.query.trim().toLowerCase();
        const shown = new Set(this.state.shown.map(({ name }) => name));
        return this.fields.filter(({ name, label }) => !shown.has(name) && label.toLowerCase().includes(query));
    }

    // Choosing and ordering

    /**
     * Put a column behind another one.
     *
     * @param {string} name
     * @param {string} [previous] empty: at the beginning; undefined: back into the holder
     */
    place(name, previous) {
        const column = this.state.shown.find((one) => one.name === name) || { name, width: 0 };
        const others = this.state.shown.filter((one) => one.name !== name);
        if (previous !== undefined) {
            others.splice(others.findIndex((one) => one.name === previous) + 1, 0, column);
        }
        this.state.shown = others;
    }

    add(name) {
        this.place(name, this.state.shown.at(-1)?.name || "");
    }

    /** Move a column one place up (-1) or down (1); the focus goes with it. */
    move(index, step) {
        const target = index + step;
        if (target >= 0 && target < this.state.shown.length) {
            const [column] = this.state.shown.splice(index, 1);
            this.state.shown.splice(target, 0, column);
        }
    }

    onKeydown(ev, index) {
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (step && ev.altKey) {
            ev.preventDefault();
            this.move(index, step);
        }
    }

    setWidth(column, text) {
        column.width = Number.parseInt(text, 10) || 0;
    }

    /** Take over the widths to which the columns of the list behind were drawn. */
    takeWidths() {
        for (const column of this.state.shown) {
            const head = document.querySelector(
                `.o_action_manager .o_list_renderer thead th[data-name="${column.name}"]`
            );
            column.width = head ? Math.round(head.getBoundingClientRect().width) : column.width;
        }
    }

    // Sets

    async choose(id) {
        await this.orm.call(MODEL, "choose", [this.props.viewId, id]);
        await this.apply();
    }

    async save(isNew) {
        const { shown, name, chosen } = this.state;
        if (!shown.length || !name.trim()) {
            this.notification.add(
                shown.length ? _t("Give the columns a name.") : _t("Take at least one column from the holder."),
                { type: "danger" }
            );
            return;
        }
        const { resModel, viewId } = this.props;
        const columns = shown.map(({ name, width }) => ({ name, width }));
        await this.orm.call(MODEL, "save_columns", [resModel, viewId, name.trim(), columns], {
            set_id: isNew ? false : chosen,
        });
        await this.apply();
    }

    share(id) {
        return this.action.doAction(
            { type: "ir.actions.act_window", res_model: MODEL, res_id: id, views: [[false, "form"]], target: "new" },
            { onClose: () => this.load() }
        );
    }

    remove({ id, name }) {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Delete the columns “%s”? Whoever uses them has the list as shipped again.", name),
            confirmLabel: _t("Delete"),
            confirm: async () => {
                await this.orm.unlink(MODEL, [id]);
                await this.apply();
            },
            cancel: () => {},
        });
    }

    /** Load the list with its present columns; the filters stay. */
    async apply() {
        session.dealflow_columns = String(luxon.DateTime.now().toMillis());
        rpcBus.trigger("CLEAR-CACHES", "get_views");
        this.props.close();
        await this.action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
    }
}

registry.category("lazy_components").add("dealflow.ColumnsDialog", ColumnsDialog);

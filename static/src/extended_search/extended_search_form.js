import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, deserializeDateTime, serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { registry } from "@web/core/registry";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";

const MODEL = "dealflow.extended.search";

/** Several fields of a section at once; the server makes filters of what is filled in (E35, X27). */
export class ExtendedSearchForm extends Component {
    static template = "dealflow.ExtendedSearchForm";
    static components = { DateTimeInput, MultiRecordSelector, SelectMenu };
    static props = { close: Function };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.searchModel = this.env.searchModel;
        this.root = useRef("root");
        this.state = useState({ values: this.getApplied(), invalid: {}, name: "" });
        this.applied = Object.keys(this.state.values);
        // Amounts as they are typed, until they are searched for.
        this.texts = {};
        onWillStart(async () => {
            const { resModel } = this.searchModel;
            const action = this.env.config.actionId || false;
            this.form = await this.orm.cache().call(MODEL, "get_form", [resModel, action]);
        });
        onMounted(() => {
            if (!hasTouch()) {
                this.root.el.querySelector("input").focus();
            }
        });
        // What is taken off in the search bar is taken off here too; what is only typed so far stays.
        useBus(this.searchModel, "update", () => {
            const applied = this.getApplied();
            for (const key of this.applied) {
                if (!(key in applied)) {
                    delete this.state.values[key];
                    this.texts = {};
                }
            }
            this.applied = Object.keys(applied);
        });
    }

    /** The items of the search bar that this form has made. */
    getItems() {
        const { query, searchItems } = this.searchModel;
        return query.map(({ searchItemId }) => searchItems[searchItemId]).filter((item) => item.dealflowAnswer);
    }

    getApplied() {
        return Object.fromEntries(this.getItems().map(({ dealflowAnswer: { key, value } }) => [key, value]));
    }

    // What is filled in

    set(key, value) {
        delete this.state.invalid[key];
        const isEmpty = value === "" || value === undefined || (Array.isArray(value) && !value.length);
        if (isEmpty) {
            delete this.state.values[key];
        } else {
            this.state.values[key] = value;
        }
    }

    setFlag(key, answer) {
        this.set(key, answer === "" ? "" : answer === "yes");
    }

    getFlag(key) {
        const value = this.state.values[key];
        return value === undefined ? "" : value ? "yes" : "no";
    }

    setPeriod(key, period) {
        this.set(key, period ? { period } : "");
    }

    setEnd(key, end, value) {
        const others = { ...this.state.values[key] };
        delete others[end];
        const ends = value === "" ? others : { ...others, [end]: value };
        this.set(key, Object.keys(ends).length ? ends : "");
    }

    setNumber(key, end, text) {
        this.texts[`${key} ${end}`] = text;
        try {
            this.setEnd(key, end, text.trim() ? parseFloat(text) : "");
        } catch {
            this.state.invalid[key] = true;
        }
    }

    getNumber(key, end) {
        const value = this.state.values[key]?.[end];
        const typed = this.texts[`${key} ${end}`];
        return typed !== undefined
            ? typed
            : value === undefined
              ? ""
              : formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    setMoment({ key, kind }, end, moment) {
        const serialize = kind === "days" ? serializeDate : serializeDateTime;
        this.setEnd(key, end, moment ? serialize(moment) : "");
    }

    getMoment({ key, kind }, end) {
        const value = this.state.values[key]?.[end];
        return value ? (kind === "days" ? deserializeDate : deserializeDateTime)(value) : false;
    }

    getEndLabel(end) {
        return end === "from" ? _t("from") : _t("to");
    }

    getChoices({ choices }) {
        return choices.map(([value, label]) => ({ value, label }));
    }

    // The buttons

    /** Replace the filters of the form by those of its present answers. */
    async search() {
        if (Object.keys(this.state.invalid).length) {
            this.notification.add(_t("Some amounts are no numbers. Correct them, or empty them."), { type: "danger" });
            return false;
        }
        const model = this.searchModel;
        const made = await this.orm.call(MODEL, "make_filters", [model.resModel, this.state.values]);
        this.applied = made.map(({ key }) => key);
        this.texts = {};
        model.blockNotification = true;
        for (const { groupId } of this.getItems()) {
            model.deactivateGroup(groupId);
        }
        for (const { key, value, description, domain } of made) {
            // Each is a group of its own: they all hold, and each can be taken off by itself.
            model.createNewFilters([{ description, domain, invisible: "True", dealflowAnswer: { key, value } }]);
        }
        model.blockNotification = false;
        model._notify();
        if (this.env.isSmall) {
            this.props.close();
        }
        return true;
    }

    async save() {
        const description = this.state.name.trim();
        const favorites = this.searchModel.getSearchItems((item) => item.type === "favorite");
        if (!description || favorites.some((item) => item.description === description)) {
            this.notification.add(
                description
                    ? _t("You have a filter with this name. Choose another one.")
                    : _t("Give the filter a name."),
                { type: "danger" }
            );
            return;
        }
        if (await this.search()) {
            await this.searchModel.createNewFavorite({
                description,
                isDefault: false,
                isShared: false,
                embeddedActionId: this.env.config.currentEmbeddedActionId || false,
            });
            this.state.name = "";
        }
    }

    /** Enter beside the name saves; elsewhere it searches. */
    onNameKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.save();
        }
    }

    async clear() {
        this.state.values = {};
        this.state.invalid = {};
        this.texts = {};
        await this.search();
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            this.props.close();
        }
    }
}

registry.category("lazy_components").add("dealflow.ExtendedSearchForm", ExtendedSearchForm);

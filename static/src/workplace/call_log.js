import { Component, useEffect, useRef } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";

/** A call that has just happened, typed in place: what was said, and what is next (C11, P29). */
export class CallLog extends Component {
    static template = "dealflow.WorkplaceCallLog";
    static components = { DateTimeInput };
    static props = {
        draft: Object,
        contacts: Array,
        contactId: [Number, { value: false }],
        settings: Object,
        isBusy: Boolean,
        isArchived: Boolean,
        // Another number puts the cursor here.
        focus: Number,
        onChange: Function,
        onSave: Function,
    };

    setup() {
        this.form = useRef("form");
        this.text = useRef("text");
        useHotkey("control+enter", () => this.save(), {
            area: () => this.form.el,
            bypassEditableProtection: true,
        });
        useEffect(
            (focus) => {
                if (focus) {
                    this.text.el.focus();
                }
            },
            () => [this.props.focus]
        );
    }

    get types() {
        return this.props.settings.event_types.filter((type) => type.is_call);
    }

    get type() {
        const id = this.props.draft.event_type_id || this.props.settings.default_call_type_id;
        return this.types.find((type) => type.id === id) || this.types[0];
    }

    get status() {
        const statuses = this.type?.statuses || [];
        return (
            statuses.find((status) => status.id === this.props.draft.event_status_id) ||
            statuses.find((status) => status.is_default) ||
            statuses[0]
        );
    }

    get contactId() {
        // What was chosen here by hand counts, also that it was nobody of these.
        return this.props.draft.contact_id ?? this.props.contactId;
    }

    get nextStart() {
        const start = this.props.draft.next_start || this.props.settings.next_start;
        return start ? deserializeDateTime(start) : false;
    }

    get isEmpty() {
        // A call that did not come about needs no words.
        return this.status?.is_done !== false && !this.props.draft.text?.trim();
    }

    /** The seconds of a plan would only take room. */
    get nextFormat() {
        return localization.dateTimeFormat.replace(/.ss/, "");
    }

    setNumber(name, ev) {
        this.props.onChange({ [name]: Number(ev.target.value) || false });
    }

    setType(ev) {
        // The statuses of another type are others.
        this.props.onChange({ event_type_id: Number(ev.target.value), event_status_id: false });
    }

    setStart(start) {
        this.props.onChange({ next_start: start ? serializeDateTime(start) : false });
    }

    save() {
        if (this.props.isBusy || this.isEmpty) {
            this.text.el.focus();
            return;
        }
        const { text, next_step } = this.props.draft;
        this.props.onSave({
            text: text?.trim() || "",
            contact_id: this.contactId || false,
            event_type_id: this.type?.id || false,
            event_status_id: this.status?.id || false,
            ...(next_step?.trim()
                ? {
                      next_step: next_step.trim(),
                      next_start: this.nextStart ? serializeDateTime(this.nextStart) : false,
                  }
                : {}),
        });
    }
}

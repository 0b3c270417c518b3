import { Component, useEffect, useRef } from "@odoo/owl";
import { parseFloat } from "@web/views/fields/parsers";
import { formatFloat } from "@web/views/fields/formatters";

/** A field for a quantity, price or discount, in the notation of the user's language. What is no number is not taken. */
export class NumberInput extends Component {
    static template = "dealflow.NumberInput";
    static props = {
        value: Number,
        digits: { type: Number, optional: true },
        label: String,
        className: { type: String, optional: true },
        isFocused: { type: Boolean, optional: true },
        onChange: Function,
        onEnter: { type: Function, optional: true },
    };
    static defaultProps = { digits: 2, className: "" };

    setup() {
        this.input = useRef("input");
        useEffect(
            (isFocused) => {
                if (isFocused) {
                    this.input.el.focus();
                    this.input.el.select();
                }
            },
            () => [this.props.isFocused]
        );
    }

    get text() {
        return formatFloat(this.props.value, {
            digits: [16, this.props.digits],
            trailingZeros: this.props.digits <= 2,
        });
    }

    onChange(ev) {
        if (ev.target.value === this.text) {
            return;
        }
        let value = null;
        try {
            value = parseFloat(ev.target.value);
        } catch {
            // What was typed is no number: the last one stays.
        }
        if (value === null || Number.isNaN(value)) {
            ev.target.value = this.text;
            ev.target.select();
            return;
        }
        this.props.onChange(value);
    }

    onKeydown(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        // What is typed counts, also when Ctrl+Enter sells at once.
        this.onChange(ev);
        if (!ev.ctrlKey && !ev.metaKey) {
            ev.preventDefault();
            this.props.onEnter?.();
        }
    }
}

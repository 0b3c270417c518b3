import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { registry } from "@web/core/registry";
import { useAutofocus } from "@web/core/utils/hooks";

const RULE = /\.(fa-[a-z0-9-]+)::?before/g;
// Names of the style sheet that are no pictures.
const NO_ICON = /^fa-(spin|pulse|lg|fw|li|[0-9]x|\d+g)$/;

/** Return the names of all icons that the loaded style sheets have. */
export function findIcons(sheets = document.styleSheets) {
    const names = new Set();
    for (const sheet of sheets) {
        let rules = [];
        try {
            rules = sheet.cssRules;
        } catch {
            // Of another origin: the browser shows no rules of it.
        }
        for (const rule of rules) {
            for (const [, name] of (rule.selectorText || "").matchAll(RULE)) {
                if (!NO_ICON.test(name)) {
                    names.add(name);
                }
            }
        }
    }
    return [...names].sort();
}

class IconMenu extends Component {
    static template = "dealflow.IconMenu";
    static props = { value: String, pick: Function };

    setup() {
        this.icons = findIcons();
        this.state = useState({ search: "" });
        useAutofocus({ refName: "search" });
    }

    get found() {
        const words = this.state.search
            .toLowerCase()
            .split(/[\s-]+/)
            .filter(Boolean);
        return this.icons.filter((icon) => words.every((word) => icon.includes(word)));
    }

    /** From the search one goes down into the icons, and among them with the arrows; Enter picks. */
    onKeydown(ev) {
        const buttons = [...ev.currentTarget.querySelectorAll("button[role=option]")];
        const place = buttons.indexOf(document.activeElement);
        const columns = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length || 1;
        const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: place < 0 ? 1 : columns, ArrowUp: -columns };
        const step = steps[ev.key];
        if (place < 0 && ev.key === "Enter" && buttons.length) {
            ev.preventDefault();
            ev.stopPropagation();
            this.props.pick(buttons[0].dataset.icon);
        } else if (step && (place >= 0 || ev.key === "ArrowDown")) {
            ev.preventDefault();
            ev.stopPropagation();
            const next = buttons[place + step];
            (next || (step < 0 ? ev.currentTarget.querySelector("input") : buttons.at(-1))).focus();
        }
    }
}

/** An icon is chosen among those that there are, by its picture or a part of its name. */
export class IconPicker extends Component {
    static template = "dealflow.IconPicker";
    static components = { Dropdown, IconMenu };
    static props = ["*"];

    setup() {
        this.dropdown = useDropdownState();
        this.pick = (icon) => {
            this.dropdown.close();
            this.props.record.update({ [this.props.name]: icon });
        };
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }
}

registry.category("lazy_components").add("dealflow.IconPicker", IconPicker);

import { Component, onWillRender } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { createElement, setAttributes } from "@web/core/utils/xml";
import { FormController } from "@web/views/form/form_controller";
import { FormRenderer } from "@web/views/form/form_renderer";

/** Stat buttons that share one place in the button box, so that those of other apps keep theirs. */
export class DealflowButtonGroup extends Component {
    static template = "dealflow.ButtonGroup";
    static components = { Dropdown, DropdownItem };
    static props = {
        slots: Object,
        string: String,
    };

    setup() {
        this.ui = useService("ui");
        onWillRender(() => {
            this.buttons = Object.entries(this.props.slots)
                .filter(([, slot]) => slot.isVisible ?? true)
                .map(([name]) => name);
        });
    }

    /** On a phone the button box is a menu already, and one button needs none. */
    get isFolded() {
        return !this.ui.isSmall && this.buttons.length > 1;
    }
}

/** @this {import("@web/views/form/form_compiler").FormCompiler} */
function compileButtonGroup(node, params) {
    const box = this.compileButtonBox(node, params);
    const group = createElement("t", [...box.childNodes]);
    setAttributes(group, {
        "t-component": "__comp__.DealflowButtonGroup",
        string: JSON.stringify(node.getAttribute("string")),
    });
    return group;
}

// The box is drawn by the controller in the control panel, or by the renderer in the sheet.
patch(FormController.prototype, { DealflowButtonGroup });
patch(FormRenderer.prototype, { DealflowButtonGroup });

registry.category("form_compilers").add("dealflow_button_group", {
    selector: "div[name='dealflow_buttons']",
    fn: compileButtonGroup,
});

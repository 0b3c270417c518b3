import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** Who is calling: in a corner of the screen, without taking the focus from what is being typed. */
export class CallPopup extends Component {
    static template = "dealflow.CallPopup";
    static props = {};

    setup() {
        this.popup = useService("dealflow_call_popup");
        this.action = useService("action");
        this.state = useState(this.popup.state);
        this.phoneLink = phoneLink;
    }

    getStage(call) {
        return {
            ringing: call.direction === "outgoing" ? _t("You are calling") : _t("Incoming call"),
            talking: _t("You are talking"),
            ended: _t("The call has ended"),
        }[call.stage];
    }

    getNumber(call) {
        return call.card?.number || call.number || _t("Hidden number");
    }

    isUnknown(call) {
        return call.card && !call.card.owners.length;
    }

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    newContact(call) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            views: [[false, "form"]],
            context: { default_phone: this.getNumber(call), default_name: call.name },
        });
    }

    async comment(call) {
        const action = await this.env.services.orm.call("dealflow.call", "action_comment", [[call.callId]]);
        this.action.doAction(action, {
            onClose: (infos) => infos?.done && this.popup.close(call.uniqueid),
        });
    }

    close(call) {
        this.popup.close(call.uniqueid);
    }
}

registry.category("main_components").add("dealflow.CallPopup", { Component: CallPopup });

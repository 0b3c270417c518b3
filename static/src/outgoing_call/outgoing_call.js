import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** How the call goes that was begun here, with a button that ends it; it takes no focus. */
export class OutgoingCall extends Component {
    static template = "dealflow.OutgoingCall";
    static props = {};

    setup() {
        this.outgoing = useService("dealflow_outgoing_call");
        this.state = useState(this.outgoing.state);
    }

    get call() {
        return this.state.call;
    }

    get who() {
        return [this.call.name, this.call.shown || this.call.number].filter(Boolean).join(", ");
    }

    get words() {
        const { stage, extension } = this.call;
        return {
            asking: _t("Asking the telephony…"),
            calling: _t("Your phone %s is being rung", extension),
            phone_rings: _t("Your phone %s rings: lift it", extension),
            lifted: _t("Dialing"),
            client_rings: _t("It rings at the client"),
            answered: _t("You are talking"),
            ended: this.outcome,
            refused: _t("Not called"),
        }[stage];
    }

    get outcome() {
        return (
            {
                busy: _t("The client is busy"),
                no_answer: _t("The client does not answer"),
                failed: _t("The number cannot be reached"),
                cancelled: _t("Hung up before anybody answered"),
                not_picked_up: _t("You did not pick up, so nobody was called"),
                declined: _t("You declined on the phone, so nobody was called"),
                phone_busy: _t("Your phone is busy, so nobody was called"),
                phone_off: _t("Your phone cannot be reached, so nobody was called"),
                not_dialled: _t("The PBX did not dial the number: its dialplan for calls does not know it"),
                lost: _t("The PBX was away for a moment; the register tells the call if there was one"),
                left: _t("You have left the call"),
            }[this.call.reason] || _t("The call has ended")
        );
    }

    get isGoingOn() {
        return !["ended", "refused"].includes(this.call.stage);
    }
}

registry.category("lazy_components").add("dealflow.OutgoingCall", OutgoingCall);

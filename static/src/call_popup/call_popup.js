import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** Who is calling: in a corner of the screen, without taking the focus from what is being typed. */
export class CallPopup extends Component {
    static template = "dealflow.CallPopup";
    static props = {};

    setup() {
        this.popup = useService("dealflow_call_popup");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState(this.popup.state);
        this.local = useState({ busy: false });
        onWillStart(async () => {
            this.sells = await user.hasGroup("dealflow.group_user_own");
        });
        this.phoneLink = phoneLink;
        // Whose call has ended types at once: the fields of the comment are in sight.
        useEffect(
            (uniqueid) => {
                if (uniqueid) {
                    this.find(uniqueid, ".o_dealflow_call_actions")?.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.asking?.uniqueid]
        );
    }

    /** The call whose comment is open. */
    get asking() {
        return this.state.calls.find((call) => call.form && !call.isFolded);
    }

    /** Who rings is on top, below it the talk, then what wants a comment. */
    get calls() {
        const stages = ["ringing", "talking", "ended"];
        return [...this.state.calls].sort((one, other) => stages.indexOf(one.stage) - stages.indexOf(other.stage));
    }

    find(uniqueid, selector) {
        return this.root.el?.querySelector(`[data-uniqueid="${CSS.escape(uniqueid)}"] ${selector}`);
    }

    hasDetails(call) {
        return !call.form || call.isDetailed;
    }

    /** The line that stands for a comment that has given way. */
    getShort(call) {
        return call.card?.owners.map((owner) => owner.name).join(", ") || this.getShown(call);
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

    /** The number as people read it. */
    getShown(call) {
        return call.card?.shown || this.getNumber(call);
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

    // Whose number it is

    newContact(call) {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            title: _t("New Contact"),
            context: { default_phone: this.getShown(call), default_name: call.name },
            onRecordSaved: (record) => this.bind(call, record.resId),
        });
    }

    chooseContact(call) {
        this.dialog.add(SelectCreateDialog, {
            resModel: "res.partner",
            title: _t("Whose number is %(number)s?", { number: this.getShown(call) }),
            // Whoever calls from outside is no employee.
            domain: [["partner_share", "=", true]],
            multiSelect: false,
            noCreate: true,
            onSelected: ([id]) => this.confirmBind(call, id),
        });
    }

    /** What is added to whom is shown before it is. */
    async confirmBind(call, partnerId) {
        const args = [this.getNumber(call), partnerId];
        this.dialog.add(ConfirmationDialog, {
            title: _t("Add the Number"),
            body: await this.orm.call("dealflow.call", "describe_binding", args),
            confirmLabel: _t("Add"),
            confirm: () => this.bind(call, partnerId),
            cancel: () => {},
        });
    }

    async bind(call, partnerId) {
        const { calls } = await this.orm.call("dealflow.call", "bind_number", [this.getNumber(call), partnerId]);
        if (calls) {
            this.notification.add(_t("Calls with this number that are theirs now: %(count)s", { count: calls }), {
                type: "success",
            });
        }
        await this.popup.loadCard(call.uniqueid);
        if (call.stage === "ended" && !call.form && call.card.owners.length) {
            await this.popup.ask(call.uniqueid);
        }
    }

    /** One for each call: pressed again, the same one is opened. */
    async newOpportunity(call, owner) {
        const args = [this.getNumber(call), call.name || false, owner?.id || false, call.uniqueid];
        await this.action.doAction(await this.orm.call("dealflow.call", "action_new_opportunity", args));
        await this.popup.loadCard(call.uniqueid);
    }

    // What came of it

    onKeydown(call, ev) {
        const isTyping = ["INPUT", "TEXTAREA", "SELECT"].includes(ev.target.tagName);
        const result = !isTyping && call.form.results[Number(ev.key) - 1];
        if (result) {
            ev.preventDefault();
            this.chooseResult(call, result);
        } else if (ev.key === "Enter" && ev.target.tagName === "INPUT") {
            ev.preventDefault();
            this.save(call);
        }
    }

    /** Whoever has chosen a result goes on with the next step. */
    chooseResult(call, result) {
        call.text = result;
        this.find(call.uniqueid, ".o_dealflow_next_step")?.focus();
    }

    setDeal(call, ev) {
        call.dealId = Number(ev.target.value) || false;
    }

    async save(call) {
        if (this.local.busy || !call.text.trim()) {
            return;
        }
        this.local.busy = true;
        try {
            const values = { text: call.text.trim(), next_step: call.nextStep.trim(), deal_id: call.dealId };
            await this.orm.call("dealflow.call", "log_comment", [[call.callId], values]);
            Object.assign(call, { text: "", nextStep: "" });
        } finally {
            this.local.busy = false;
        }
        this.popup.close(call.uniqueid);
    }

    /** The dialog with everything that a logged call has; what was typed goes along. */
    async comment(call) {
        const action = await this.orm.call("dealflow.call", "action_comment", [[call.callId]]);
        Object.assign(action.context, {
            ...(call.text.trim() ? { default_result: call.text.trim() } : {}),
            ...(call.nextStep.trim() ? { default_next_step: call.nextStep.trim() } : {}),
            ...(call.dealId ? { default_deal_id: call.dealId } : {}),
        });
        return this.action.doAction(action, {
            onClose: (infos) => {
                if (infos?.done) {
                    Object.assign(call, { text: "", nextStep: "" });
                    this.popup.close(call.uniqueid);
                }
            },
        });
    }

    close(call) {
        this.popup.close(call.uniqueid);
    }
}

registry.category("lazy_components").add("dealflow.CallPopup", CallPopup);

import { useEffect } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

const NEED_RESULT = ["action_reached", "action_refused"];

/** One client after another by the keyboard: what came of the call is typed at once. */
export class RoundLineController extends FormController {
    setup() {
        super.setup();
        useEffect(
            () => {
                if (!hasTouch()) {
                    this.focusResult();
                }
            },
            () => [this.model.root.resId]
        );
    }

    focusResult() {
        this.rootRef.el?.querySelector("[name=result] textarea")?.focus();
    }

    async beforeExecuteActionButton({ name }) {
        const record = this.model.root;
        if (NEED_RESULT.includes(name)) {
            // What is just being typed counts.
            await record.isDirty();
            if (!record.data.result?.trim()) {
                await record.setInvalidField("result");
                this.env.services.notification.add(_t("Write in “Result” what the client said."), { type: "danger" });
                this.focusResult();
                return false;
            }
        }
        return super.beforeExecuteActionButton(...arguments);
    }
}

registry.category("views").add("dealflow_call_round_line_form", { ...formView, Controller: RoundLineController });

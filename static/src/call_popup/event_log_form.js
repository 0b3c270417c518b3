import { onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

/** Begins with what was typed in the pop-up before the comment was put off. */
export class EventLogController extends FormController {
    setup() {
        super.setup();
        const popup = useService("dealflow_call_popup");
        onMounted(() => {
            const { data } = this.model.root;
            const typed = popup.getPutOff(data.call_id?.id);
            if (typed && !data.result) {
                this.model.root.update({
                    result: typed.text,
                    ...(typed.nextStep ? { next_step: typed.nextStep } : {}),
                });
            }
        });
    }
}

registry.category("views").add("dealflow_event_log_form", { ...formView, Controller: EventLogController });

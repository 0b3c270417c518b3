import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";
import { DealConflictDialog } from "./deal_conflict_dialog";

const LISTS = ["one2many", "many2many"];

/** Asks before it overwrites what somebody else has changed since the deal was opened. */
export class DealFormController extends FormController {
    async onWillSaveRecord(record, changes) {
        if (record.resId) {
            const seen = {};
            for (const name of Object.keys(changes)) {
                const { type } = record.fields[name];
                if (!LISTS.includes(type)) {
                    seen[name] = record._formatServerValue(type, record._values[name]);
                }
            }
            const conflicts = Object.keys(seen).length
                ? await this.orm.call(record.resModel, "get_conflicts", [[record.resId], seen])
                : [];
            if (conflicts.length && !(await this.settle(conflicts, changes))) {
                return false;
            }
        }
        return super.onWillSaveRecord(...arguments);
    }

    /** Resolves to whether the save goes on; what is theirs leaves the changes. */
    async settle(conflicts, changes) {
        const choice = await new Promise((resolve) => {
            this.env.services.dialog.add(DealConflictDialog, { conflicts, choose: resolve }, { onClose: resolve });
        });
        if (choice === "theirs") {
            for (const { name } of conflicts) {
                delete changes[name];
            }
        }
        return choice === "theirs" || choice === "mine";
    }
}

export const dealFormView = { ...formView, Controller: DealFormController };

registry.category("views").add("dealflow_deal_form", dealFormView);

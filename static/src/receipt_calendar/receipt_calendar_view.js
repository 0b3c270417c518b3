import { serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

/** A receipt dropped on another day is postponed: the dialog asks why, as every change of the date does. */
export class ReceiptCalendarModel extends CalendarModel {
    static services = [...CalendarModel.services, "action"];

    setup(params, services) {
        super.setup(params, services);
        this.action = services.action;
    }

    async updateRecord(record) {
        await new Promise((resolve, reject) => {
            const additionalContext = {
                default_receipt_ids: [record.id],
                default_date_planned: serializeDate(record.start),
            };
            this.action
                .doAction("dealflow.dealflow_receipt_postpone_action", { additionalContext, onClose: resolve })
                .catch(reject);
        });
        await this.load();
    }
}

export const receiptCalendarView = { ...calendarView, Model: ReceiptCalendarModel };

registry.category("views").add("dealflow_receipt_calendar", receiptCalendarView);

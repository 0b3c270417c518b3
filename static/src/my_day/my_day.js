import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, toLocaleDateString, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/** What is left to do today and in the next days, what is overdue below: a block of the start page. */
export class MyDay extends Component {
    static template = "dealflow.MyDay";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ day: null });
        onWillStart(async () => {
            this.state.day = await this.orm.silent.call("calendar.event", "get_my_day");
        });
    }

    formatStart(row) {
        return row.allday
            ? toLocaleDateString(deserializeDate(row.start))
            : toLocaleDateTimeString(deserializeDateTime(row.start));
    }

    /** Who has set it, where that is somebody else. */
    authorTitle(row) {
        return _t("Set by %(name)s", { name: row.set_by });
    }

    openActivities() {
        return this.action.doAction("mail.mail_activity_action_my");
    }

    openAll() {
        return this.action.doAction("dealflow.calendar_event_action_my_day");
    }

    async open(row) {
        if (row.model === "mail.activity") {
            return this.action.doAction(await this.orm.call(row.model, "action_open_document", [[row.id]]));
        }
        return this.action.doAction("dealflow.calendar_event_action_card", { props: { resId: row.id } });
    }
}

registry.category("dealflow_start_blocks").add("my_day", { Component: MyDay }, { sequence: 10 });

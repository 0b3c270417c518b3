import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
    today,
} from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { phoneLink } from "@dealflow/phone_link/phone_link";

/** What is left to do today and in the next days, what is overdue below: a block of the start page. */
export class MyDay extends Component {
    static template = "dealflow.MyDay";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.phoneLink = phoneLink;
        this.action = useService("action");
        this.state = useState({ day: null, nextKey: null });
        this.root = useRef("root");
        // Who finishes one event goes on with the next without looking for it.
        useEffect(
            () => this.root.el?.querySelector(".o_dealflow_next .o_dealflow_done")?.focus(),
            () => [this.state.nextKey, this.state.day]
        );
        onWillStart(async () => {
            [this.canWork] = await Promise.all([user.hasGroup("dealflow.group_user_own"), this.load()]);
        });
    }

    async load() {
        this.state.day = await this.orm.silent.call("calendar.event", "dealflow_get_my_day");
    }

    getKey(row) {
        return `${row.model},${row.id}`;
    }

    formatStart(row) {
        if (row.allday) {
            return toLocaleDateString(deserializeDate(row.start));
        }
        const start = deserializeDateTime(row.start);
        const showDate = !start.hasSame(today(), "day");
        return toLocaleDateTimeString(start, { showDate, showTime: true, showSeconds: false });
    }

    /** Who has set it, where that is somebody else. */
    authorTitle(row) {
        return _t("Set by %(name)s", { name: row.set_by });
    }

    openActivities() {
        return this.action.doAction("mail.mail_activity_action_my");
    }

    logCall() {
        return this.action.doAction("dealflow.dealflow_event_log_action", { onClose: () => this.load() });
    }

    /** Ask what the event brought, and stay here with the next one. */
    async finish(row) {
        const rows = this.state.day.sections.flatMap((section) => section.rows);
        const next = rows[rows.findIndex((other) => this.getKey(other) === this.getKey(row)) + 1] || rows[0];
        const goOn = async () => {
            await this.load();
            this.state.nextKey = this.getKey(next);
        };
        if (row.model === "mail.activity") {
            await this.orm.call(row.model, "action_done", [[row.id]]);
            return goOn();
        }
        const action = await this.orm.call("calendar.event", "action_dealflow_open_close", [[row.id]]);
        await this.action.doAction(action, {
            onClose: (closeInfo) => closeInfo?.done && goOn(),
        });
    }

    openAll() {
        return this.action.doAction("dealflow.calendar_event_action_my_day");
    }

    async open(row) {
        if (row.model === "mail.activity") {
            // As its button: what comes back for a task of no document names its views to the server only.
            return this.action.doActionButton({
                type: "object",
                name: "action_open_document",
                resModel: row.model,
                resId: row.id,
                onClose: () => this.load(),
            });
        }
        return this.action.doAction("dealflow.calendar_event_action_card", { props: { resId: row.id } });
    }
}

registry.category("dealflow_start_blocks").add("my_day", { Component: MyDay }, { sequence: 10 });

import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime, Info } = luxon;

/** The marketing events of a year as bars under its months; a plan shows where they pile up and where nothing happens. */
export class MarketingTimeline extends Component {
    static template = "dealflow.MarketingTimeline";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.months = Info.months("short");
        this.year = DateTime.now().year;
        this.state = useState({ year: this.year, rows: [], undated: 0 });
        this.scroll = useRef("scroll");
        this.keepLast = new KeepLast();
        onWillStart(() => this.load());
        onMounted(() => this.showToday());
    }

    /** Of two quick clicks the year of the last one counts, whichever answer comes first. */
    async load() {
        const { year } = this;
        try {
            const answer = this.orm.call("dealflow.marketing.event", "get_timeline", [year]);
            Object.assign(this.state, await this.keepLast.add(answer), { year });
        } catch (error) {
            // The events of the year before the click are still there.
            this.year = this.state.year;
            throw error;
        }
    }

    move(years) {
        this.year += years;
        return this.load();
    }

    /** On a narrow screen the year is wider than the screen. */
    showToday() {
        const { ordinal, daysInYear } = DateTime.now();
        const element = this.scroll.el;
        element.scrollLeft = (element.scrollWidth * ordinal) / daysInYear - element.clientWidth / 2;
    }

    /** Place of a bar: both ends as per cent of the year, one day wide at least. */
    style(row) {
        const start = DateTime.local(this.state.year, 1, 1);
        const days = start.daysInYear;
        const day = (date) => DateTime.fromISO(date).diff(start, "days").days;
        const from = Math.max(0, day(row.date_start));
        const to = Math.min(days, day(row.date_end) + 1);
        return `inset-inline-start: ${(100 * from) / days}%; width: ${(100 * (to - from)) / days}%;`;
    }

    get today() {
        const now = DateTime.now();
        if (now.year !== this.state.year) {
            return null;
        }
        return `inset-inline-start: ${(100 * now.ordinal) / now.daysInYear}%;`;
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "dealflow.marketing.event",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("lazy_components").add("dealflow.MarketingTimeline", MarketingTimeline);

import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { SwitchButtons } from "@dealflow/switch_buttons/switch_buttons";
import { getHours, layOut } from "./day_layout";
import { formatTime } from "./format";

const { DateTime } = luxon;

// Dragging goes by a quarter of an hour, and begins after so many pixels: less is a click.
const STEP = 15;
const FIRST_PIXELS = 4;
// How long an event is that is created by a click.
const LENGTH = 30;

/** The events of a day or a week on its hours: drag over free time to create one, drag one to move it (C05). */
export class DayStrip extends Component {
    static template = "dealflow.WorkplaceDayStrip";
    static components = { SwitchButtons };
    static props = {
        page: Object,
        clientId: [Number, { value: false }],
        tick: { type: Number, optional: true },
        onDay: Function,
        onSpan: Function,
        onOpen: Function,
        onMove: Function,
        onCreate: Function,
    };

    setup() {
        this.grid = useRef("grid");
        this.scroll = useRef("scroll");
        this.state = useState({ ghost: null });
        this.formatTime = formatTime;
        useExternalListener(window, "pointermove", (ev) => this.onPointerMove(ev));
        useExternalListener(window, "pointerup", (ev) => this.onPointerUp(ev));
        useExternalListener(window, "pointercancel", () => this.stopDragging());
        useExternalListener(window, "keydown", (ev) => ev.key === "Escape" && this.stopDragging());
        // What comes next is in sight.
        useEffect(
            () => {
                const { from, to } = this.hours;
                const first = this.columns[0].blocks[0]?.start;
                const hour = this.isNowShown ? DateTime.now().hour : (first?.hour ?? from);
                const el = this.scroll.el;
                el.scrollTop = ((hour - 1 - from) / (to - from)) * el.scrollHeight;
            },
            () => [this.props.page.first_day, this.props.page.last_day]
        );
    }

    get isWeek() {
        return this.props.page.span === "week";
    }

    get spans() {
        return [
            { value: "day", label: _t("Day"), className: "o_dealflow_span_day" },
            { value: "week", label: _t("Week"), className: "o_dealflow_span_week" },
        ];
    }

    get shownDays() {
        const { first_day, last_day } = this.props.page;
        const days = [];
        for (let day = deserializeDate(first_day); day <= deserializeDate(last_day); day = day.plus({ days: 1 })) {
            days.push(day);
        }
        return days;
    }

    get hours() {
        return getHours(this.props.page.events, this.shownDays, this.props.page.settings);
    }

    get hourMarks() {
        const { from, to } = this.hours;
        return Array.from({ length: to - from }, (_value, index) => from + index);
    }

    get columns() {
        const { hours } = this;
        return this.shownDays.map((day) => ({
            day,
            key: day.toISODate(),
            name: day.toLocaleString({ weekday: "short", day: "numeric" }),
            isToday: day.hasSame(today(), "day"),
            blocks: layOut(this.props.page.events, day, hours),
        }));
    }

    get wholeDayEvents() {
        return this.props.page.events.filter((event) => event.all_day);
    }

    get isNowShown() {
        return this.shownDays.some((day) => day.hasSame(today(), "day"));
    }

    /** Where the line of this minute stands, in per cent; nowhere outside the hours shown. */
    get now() {
        const { from, to } = this.hours;
        const now = DateTime.now();
        const part = (now.hour * 60 + now.minute - from * 60) / ((to - from) * 60);
        return part >= 0 && part <= 1 ? part * 100 : null;
    }

    // Days

    get weekDays() {
        return this.props.page.days.map(({ day, count }) => {
            const date = deserializeDate(day);
            return {
                day,
                count,
                number: date.day,
                name: date.toLocaleString({ weekday: "short" }),
                title: date.toLocaleString({ weekday: "long", day: "numeric", month: "long" }),
                isToday: day === this.props.page.today,
                isChosen: day === this.props.page.day,
            };
        });
    }

    get month() {
        const day = deserializeDate(this.props.page.day);
        return day.toLocaleString({ month: "long", ...(day.hasSame(today(), "year") ? {} : { year: "numeric" }) });
    }

    dayTitle({ title, count }) {
        return _t("%(day)s, to do: %(count)s", { day: title, count });
    }

    goBy(days) {
        this.props.onDay(deserializeDate(this.props.page.day).plus({ days }).toISODate());
    }

    // Events

    blockClass({ event }) {
        return [
            `o_dealflow_tint_${event.color || 0}`,
            event.is_overdue ? "o_dealflow_overdue" : "",
            ["done", "cancelled"].includes(event.state) ? "o_dealflow_over" : "",
            this.props.clientId && event.client?.id === this.props.clientId ? "o_dealflow_of_client" : "",
            this.state.ghost?.event?.id === event.id ? "opacity-50" : "",
        ].join(" ");
    }

    blockStyle({ top, height, left, width }) {
        return `top: ${top}%; height: ${height}%; inset-inline-start: ${left}%; width: ${width}%`;
    }

    blockTitle(event) {
        const time = event.all_day ? "" : formatTime(deserializeDateTime(event.start));
        return [time, event.type?.name, event.name, event.client?.name, event.contact?.name].filter(Boolean).join(", ");
    }

    // Dragging

    get ghostStyle() {
        const { from, to } = this.hours;
        const { ghost } = this.state;
        const span = (to - from) * 60;
        return `top: ${((ghost.first - from * 60) / span) * 100}%; height: ${((ghost.last - ghost.first) / span) * 100}%`;
    }

    get ghostTime() {
        const { first, last, day } = this.state.ghost;
        const column = this.columns[day];
        return [first, last].map((minutes) => formatTime(this.at(column.day, minutes))).join("–");
    }

    at(day, minutes) {
        return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
    }

    /** The column and the minutes of its day where the pointer is. */
    locate(ev) {
        const { left, top, width, height } = this.grid.el.getBoundingClientRect();
        const { from, to } = this.hours;
        const count = this.columns.length;
        const isRightToLeft = getComputedStyle(this.grid.el).direction === "rtl";
        const across = (ev.clientX - left) / width;
        const column = Math.floor((isRightToLeft ? 1 - across : across) * count);
        const minutes = from * 60 + ((ev.clientY - top) / height) * (to - from) * 60;
        return { day: Math.min(Math.max(column, 0), count - 1), minutes: Math.min(Math.max(minutes, 0), to * 60) };
    }

    onPointerDown(ev) {
        this.wasDragged = false;
        // A finger scrolls.
        if (!this.props.page.settings.may_work || ev.button || ev.pointerType === "touch") {
            return;
        }
        const from = this.locate(ev);
        const el = ev.target.closest("[data-event]");
        const block =
            el && this.columns.flatMap(({ blocks }) => blocks).find(({ event }) => event.id === +el.dataset.event);
        if (block && !block.event.may_edit) {
            return;
        }
        const drag = { x: ev.clientX, y: ev.clientY, from };
        if (block) {
            const stop = deserializeDateTime(block.event.stop);
            drag.event = block.event;
            drag.length = Math.max(stop.diff(block.start, "minutes").minutes, STEP);
            drag.grip = from.minutes - (block.start.hour * 60 + block.start.minute);
        }
        this.drag = drag;
    }

    onPointerMove(ev) {
        const { drag } = this;
        if (!drag || (!this.wasDragged && Math.hypot(ev.clientX - drag.x, ev.clientY - drag.y) < FIRST_PIXELS)) {
            return;
        }
        this.wasDragged = true;
        const to = this.locate(ev);
        const { from: opening, to: closing } = this.hours;
        if (drag.event) {
            const first = Math.round((to.minutes - drag.grip) / STEP) * STEP;
            const latest = Math.max(closing * 60 - drag.length, opening * 60);
            drag.first = Math.min(Math.max(first, opening * 60), latest);
            drag.last = drag.first + drag.length;
            drag.day = to.day;
        } else {
            const [early, late] = [drag.from.minutes, to.minutes].sort((one, other) => one - other);
            drag.first = Math.floor(early / STEP) * STEP;
            drag.last = Math.max(Math.ceil(late / STEP) * STEP, drag.first + STEP);
            drag.day = drag.from.day;
        }
        this.state.ghost = { event: drag.event || null, day: drag.day, first: drag.first, last: drag.last };
    }

    onPointerUp() {
        const { drag } = this;
        const { ghost } = this.state;
        this.stopDragging();
        if (!drag || !ghost) {
            return;
        }
        const start = this.at(this.columns[ghost.day].day, ghost.first);
        const stop = start.plus({ minutes: ghost.last - ghost.first });
        if (!drag.event) {
            this.props.onCreate(start, stop);
        } else if (!start.equals(deserializeDateTime(drag.event.start))) {
            this.props.onMove(drag.event, start, stop);
        }
    }

    stopDragging() {
        this.drag = null;
        this.state.ghost = null;
    }

    onClickFree(ev) {
        // The click that ends a drag says nothing more.
        if (this.wasDragged || !this.props.page.settings.may_work) {
            this.wasDragged = false;
            return;
        }
        const { day, minutes } = this.locate(ev);
        const start = this.at(this.columns[day].day, Math.floor(minutes / LENGTH) * LENGTH);
        this.props.onCreate(start, start.plus({ minutes: LENGTH }));
    }

    onClickEvent(event) {
        if (this.wasDragged) {
            this.wasDragged = false;
            return;
        }
        this.props.onOpen(event);
    }
}

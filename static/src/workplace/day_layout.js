import { deserializeDateTime } from "@web/core/l10n/dates";

const MINUTES_OF_A_DAY = 24 * 60;
// A shorter event still has room for its name.
const SHORTEST = 30;

/** The hours that the strip shows: the working day, and whatever happens before or after it on the days shown. */
export function getHours(events, days, settings) {
    let [from, to] = [Math.floor(settings.day_start), Math.ceil(settings.day_end)];
    for (const day of days) {
        for (const { first, last } of getParts(events, day)) {
            from = Math.min(from, Math.floor(first / 60));
            to = Math.max(to, Math.ceil(last / 60));
        }
    }
    return { from, to: Math.min(to, 24) };
}

/** The minutes of a day, from its first midnight, that each timed event takes; what is not on that day is left out. */
function getParts(events, day) {
    const end = day.plus({ days: 1 });
    return events
        .filter((event) => !event.all_day)
        .map((event) => ({ event, start: deserializeDateTime(event.start), stop: deserializeDateTime(event.stop) }))
        .filter(({ start, stop }) => start < end && (stop > day || (start >= day && stop <= start)))
        .map(({ event, start, stop }) => ({
            event,
            start,
            first: start < day ? 0 : start.hour * 60 + start.minute,
            last: stop >= end ? MINUTES_OF_A_DAY : stop.hour * 60 + stop.minute,
        }))
        .sort((one, other) => one.first - other.first || other.last - one.last || one.event.id - other.event.id);
}

/**
 * Where the timed events of a day stand: events at the same time share the width between them.
 *
 * @returns {{event: Object, start: luxon.DateTime, top: number, height: number, left: number, width: number}[]} in
 *     per cent of the column of that day
 */
export function layOut(events, day, { from, to }) {
    const span = (to - from) * 60;
    const blocks = [];
    let together = [];
    const place = () => {
        const lanes = Math.max(...together.map(({ lane }) => lane)) + 1;
        for (const part of together) {
            const first = part.first - from * 60;
            blocks.push({
                event: part.event,
                start: part.start,
                top: (first / span) * 100,
                height: (Math.min(part.until - part.first, span - first) / span) * 100,
                left: (part.lane / lanes) * 100,
                width: 100 / lanes,
            });
        }
        together = [];
    };
    for (const part of getParts(events, day)) {
        part.until = Math.max(part.last, part.first + SHORTEST);
        if (together.length && together.every(({ until }) => until <= part.first)) {
            place();
        }
        const taken = new Set(together.filter(({ until }) => until > part.first).map(({ lane }) => lane));
        part.lane = 0;
        while (taken.has(part.lane)) {
            part.lane++;
        }
        together.push(part);
    }
    if (together.length) {
        place();
    }
    return blocks;
}

import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
    today,
} from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";

const { DateTime } = luxon;

const LENGTH_OF_A_DAY = 10;

/** A day ("2026-03-05") or a moment ("2026-03-05 10:00:00", UTC) as the server tells it, in the zone of the user. */
export function parseMoment(text) {
    return text.length > LENGTH_OF_A_DAY ? deserializeDateTime(text) : deserializeDate(text);
}

export function formatTime(moment, tz) {
    return toLocaleDateTimeString(moment, { showDate: false, showTime: true, showSeconds: false, tz });
}

export function formatDay(text) {
    return text ? toLocaleDateString(parseMoment(text)) : "";
}

/** The time of what is today, the day of what is another day, both where the day alone does not say enough. */
export function formatMoment(text, { allDay = false, alwaysTime = false } = {}) {
    if (!text) {
        return "";
    }
    if (allDay || text.length <= LENGTH_OF_A_DAY) {
        return formatDay(text);
    }
    const moment = parseMoment(text);
    if (moment.hasSame(today(), "day")) {
        return formatTime(moment);
    }
    return alwaysTime
        ? toLocaleDateTimeString(moment, { showDate: true, showTime: true, showSeconds: false })
        : toLocaleDateString(moment);
}

/** A moment by the clock of another place: the time, and the weekday where it is another day there. */
export function formatMomentThere(text, tz) {
    const moment = parseMoment(text).setZone(tz);
    const time = formatTime(moment, tz);
    const isToday = moment.hasSame(DateTime.now().setZone(tz), "day");
    return isToday ? time : `${moment.toLocaleString({ weekday: "short" })} ${time}`;
}

export function formatAmount({ amount, currency_id: currencyId }) {
    return amount || amount === 0 ? formatMonetary(amount, { currencyId }) : "";
}

#!/bin/sh
# npm ical-generator 10.2.0 (with luxon 3.7.2), read by ical-expander 3.2.0 and
# recurring-ical-events 3.8.2.
#
# RFC 5545 wants UNTIL to be of the type of DTSTART (a plain date for all-day
# events), and an EXDATE to name a start that the rule gives.
# Guessed: four days of leave (5 to 8 November, all day, repeated daily until the
# 8th) are four days for a reader, and a visit taken out of a series stays out.
# Seen: UNTIL of an all-day event is written as an instant in UTC: midnight of 8
# November in Sofia is 20261107T220000Z, and both readers end with the 7th. East
# of Greenwich the last day is always lost, in UTC never, so tests on a server
# stay green.
# With the zone set for the calendar (not for each event) DTSTART is written
# without a zone and EXDATE with one; ical-expander finds no such start and
# shows the cancelled visit of 19 November again, the other reader does not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python >/dev/null
python/bin/pip -q install recurring-ical-events==3.8.2 icalendar==7.3.2 2>/dev/null
npm install --silent --no-audit --no-fund ical-generator@10.2.0 luxon@3.7.2 ical-expander@3.2.0 ical.js@1.5.0 \
    >/dev/null 2>&1

cat >write.mjs <<'JS'
import fs from "node:fs";
import ical from "ical-generator";
import IcalExpander from "ical-expander";
import {DateTime} from "luxon";

const at = (text) => DateTime.fromISO(text, {zone: "Europe/Sofia"});
const leave = ical({name: "Leave"});
leave.createEvent({
    id: "1", summary: "Leave", allDay: true, start: at("2026-11-05"), end: at("2026-11-06"),
    repeating: {freq: "DAILY", until: at("2026-11-08")},
});
const visits = ical({name: "Visits", timezone: "Europe/Sofia"});
visits.createEvent({
    id: "2", summary: "Visit", start: at("2026-11-05T10:00"), end: at("2026-11-05T11:00"),
    repeating: {freq: "WEEKLY", count: 4, exclude: [at("2026-11-19T10:00")]},
});
for (const [name, calendar] of Object.entries({leave, visits})) {
    const ics = calendar.toString();
    fs.writeFileSync(`${name}.ics`, ics);
    console.log(ics.split("\r\n").filter((line) => /^(DTSTART|RRULE|EXDATE)/.test(line)).join(" "));
    const days = new IcalExpander({ics, maxIterations: 20}).all().occurrences.map((one) => one.startDate.day);
    console.log(`${name} by ical-expander: ${days.join(" ")}`);
}
JS
cat >read.py <<'PY'
import datetime
import pathlib
import icalendar
import recurring_ical_events

for name in ("leave", "visits"):
    calendar = icalendar.Calendar.from_ical(pathlib.Path(f"{name}.ics").read_bytes())
    found = recurring_ical_events.of(calendar).between(datetime.date(2026, 11, 1), datetime.date(2026, 12, 31))
    print(f"{name} by recurring-ical-events:", *sorted(event["DTSTART"].dt.day for event in found))
PY
node write.mjs >seen.txt
python/bin/python read.py >>seen.txt
cat seen.txt
cat >expected.txt <<'TXT'
DTSTART;VALUE=DATE:20261105 RRULE:FREQ=DAILY;UNTIL=20261107T220000Z
leave by ical-expander: 5 6 7
DTSTART:20261105T100000 RRULE:FREQ=WEEKLY;COUNT=4 EXDATE;TZID=Europe/Sofia:20261119T100000
visits by ical-expander: 5 12 19 26
leave by recurring-ical-events: 5 6 7
visits by recurring-ical-events: 5 12 26
TXT
diff expected.txt seen.txt && echo "As described."

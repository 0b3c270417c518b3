import { beforeEach, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
    preloadBundle,
    preventResizeObserverError,
} from "@web/../tests/web_test_helpers";
import { findDateCell, moveEventToDate } from "@web/../tests/views/calendar/calendar_test_helpers";
import { defineDealflowModels } from "./dealflow_test_helpers";

class Receipt extends models.Model {
    _name = "dealflow.receipt";

    name = fields.Char();
    date_planned = fields.Date();

    _records = [{ id: 1, name: "Advance", date_planned: "2026-03-10" }];
    has_access() {
        return true;
    }
}

defineDealflowModels();
defineModels([Receipt]);
preloadBundle("web.fullcalendar_lib");
preventResizeObserverError();

let close;

beforeEach(async () => {
    mockDate("2026-03-12 08:00:00", 0);
    mockService("action", {
        async doAction(action, { additionalContext, onClose }) {
            expect.step([action, additionalContext]);
            await close(onClose);
        },
    });
    onRpc("dealflow.receipt", "write", () => expect.step("write"));
    await mountView({
        type: "calendar",
        resModel: "dealflow.receipt",
        arch: `<calendar js_class="dealflow_receipt_calendar" date_start="date_planned" mode="month"/>`,
    });
    onRpc("dealflow.receipt", "search_read", () => expect.step("load"));
});

const dialog = [
    "dealflow.dealflow_receipt_postpone_action",
    { default_receipt_ids: [1], default_date_planned: "2026-03-18" },
];

test.tags("desktop");
test("a drop asks why and writes nothing itself; afterwards the month is loaded again", async () => {
    close = (onClose) => onClose({ done: true });

    await moveEventToDate(1, "2026-03-18");

    expect.verifySteps([dialog, "load"]);
});

test.tags("desktop");
test("a discarded dialog brings the receipt back to its day", async () => {
    close = (onClose) => onClose();

    await moveEventToDate(1, "2026-03-18");

    expect.verifySteps([dialog, "load"]);
    const days = [...findDateCell("2026-03-10").querySelectorAll(".fc-event")];
    expect(days.map((event) => event.innerText.trim())).toEqual(["Advance"]);
});

import { beforeEach, expect, test } from "@odoo/hoot";
import { queryFirst, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { contains, getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

const row = (id, title, date_start, date_end) => ({
    id,
    title,
    date_start,
    date_end,
    dates: `${date_start} – ${date_end}`,
    kind: "Fair",
    state: "Planned",
    color: 3,
    is_open: true,
});

let answer;

beforeEach(() => {
    mockDate("2026-07-02 12:00:00", 0);
    answer = (year) => ({ rows: [row(5, `Fair ${year}`, `${year}-01-01`, `${year}-12-31`)], undated: 0 });
    onRpc("dealflow.marketing.event", "get_timeline", ({ args: [year] }) => {
        expect.step(year);
        return answer(year);
    });
});

async function openTimeline() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.marketing_timeline" });
    expect.verifySteps([2026]);
}

test("a bar lies under its days, and one that goes over the year ends with it", async () => {
    const rows = [row(5, "Fair", "2026-01-01", "2026-12-31"), row(6, "Party", "2025-12-01", "2026-01-01")];
    answer = () => ({ rows, undated: 4 });
    await openTimeline();

    const bar = (name) => queryOne(`.o_dealflow_timeline_bar[title^=${name}]`).style;
    expect(bar("Fair").insetInlineStart).toBe("0%");
    expect(bar("Fair").width).toBe("100%");
    expect(bar("Party").insetInlineStart).toBe("0%");
    expect(bar("Party").width).toMatch(/^0\.27/);
    expect(queryFirst(".o_dealflow_timeline_today").style.insetInlineStart).toMatch(/^50\.1/);
    expect("span:contains(Events without dates)").toHaveText("Events without dates: 4");
});

test("the year before and after are asked for, and only this one has a today", async () => {
    await openTimeline();

    await contains("[title='Year after']").click();
    expect(".o_dealflow_year").toHaveText("2027");
    expect("a:contains(Fair 2027)").toHaveCount(1);
    expect(".o_dealflow_timeline_today").toHaveCount(0);
    await contains("[title='Year before']").click();
    await contains("[title='Year before']").click();

    expect(".o_dealflow_year").toHaveText("2025");
    expect.verifySteps([2027, 2026, 2025]);
});

test("of two quick clicks the late answer to the first is dropped", async () => {
    await openTimeline();
    const late = new Deferred();
    const usual = answer;
    answer = (year) => (year === 2027 ? late : usual(year));

    await contains("[title='Year after']").click();
    await contains("[title='Year after']").click();
    late.resolve(usual(2027));
    await animationFrame();

    expect(".o_dealflow_year").toHaveText("2028");
    expect("a:contains(Fair 2028)").toHaveCount(1);
    expect("a:contains(Fair 2027)").toHaveCount(0);
    expect.verifySteps([2027, 2028]);
});

test("after an error the year stays with its events, and the next click goes on from there", async () => {
    expect.errors(1);
    await openTimeline();
    const usual = answer;
    answer = () => {
        throw new Error("no such year");
    };

    await contains("[title='Year after']").click();
    await animationFrame();
    expect.verifyErrors(["no such year"]);
    expect(".o_dealflow_year").toHaveText("2026");
    expect("a:contains(Fair 2026)").toHaveCount(1);

    answer = usual;
    await contains("[title='Year after']").click();
    expect("a:contains(Fair 2027)").toHaveCount(1);
    expect.verifySteps([2027, 2027]);
});

test("a bar and its name open the event", async () => {
    await openTimeline();
    mockService("action", { doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]) });

    await contains(".o_dealflow_timeline_bar").click();
    await contains("a:contains(Fair 2026)").click();

    expect.verifySteps([
        ["dealflow.marketing.event", 5],
        ["dealflow.marketing.event", 5],
    ]);
});

test("a year without events says so", async () => {
    answer = () => ({ rows: [], undated: 0 });
    await openTimeline();

    expect(".o_dealflow_marketing_timeline").toHaveText(/No event of this year has dates/);
});

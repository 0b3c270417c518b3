import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { ReportOptions } from "@dealflow/report_options/report_options";
import { defineDealflowModels } from "./dealflow_test_helpers";

defineDealflowModels();

let props;

beforeEach(() => {
    mockDate("2026-03-15 10:00:00");
    props = {
        options: {
            date_from: "2026-03-01",
            date_to: "2026-03-15",
            funnel_id: 1,
            user_id: 7,
            basis: "opened",
            scope_name: "Everybody",
        },
        funnels: [
            { id: 1, name: "Sales" },
            { id: 2, name: "Tenders" },
        ],
        hasBasis: true,
        onChange: (changes) => {
            expect.step(changes);
            return Promise.resolve("loaded");
        },
    };
});

test("each option tells its change", async () => {
    await mountWithCleanup(ReportOptions, { props });

    expect(".o_dealflow_option_preset").toHaveValue("month");
    await contains(".o_dealflow_option_funnel").select("2");
    await contains(".o_dealflow_option_basis").select("moved");
    await contains(".o_dealflow_option_preset").select("last_month");
    await contains(".o_dealflow_option_everybody").click();

    expect.verifySteps([
        { funnel_id: 2 },
        { basis: "moved" },
        { date_from: "2026-02-01", date_to: "2026-02-28" },
        { user_id: false },
    ]);
});

test("a single funnel is not asked for", async () => {
    props.funnels.pop();
    await mountWithCleanup(ReportOptions, { props });

    expect(".o_dealflow_option_funnel").toHaveCount(0);
});

test("who calls an option can wait until the report is there", async () => {
    const options = await mountWithCleanup(ReportOptions, { props });
    const ev = { target: { value: "2" } };

    expect(await options.selectPreset("week")).toBe("loaded");
    expect(await options.setDate("date_from", luxon.DateTime.now())).toBe("loaded");
    expect(await options.onFunnelChange(ev)).toBe("loaded");
    expect(await options.onUserChange(5)).toBe("loaded");
    expect(await options.onBasisChange(ev)).toBe("loaded");
    expect.verifySteps([
        { date_from: "2026-03-09", date_to: "2026-03-15" },
        { date_from: "2026-03-15" },
        { funnel_id: 2 },
        { user_id: 5 },
        { basis: "2" },
    ]);
});

/** A report whose answers are those of `answer`. */
async function openReport(answer) {
    onRpc("dealflow.sales.funnel", "get_data", ({ args: [options] }) => answer({ ...props.options, ...options }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "dealflow.sales_funnel" });
}

const figures = (options, deal_count) => ({
    options,
    currency_id: 1,
    currency_name: "USD",
    funnels: props.funnels,
    deal_count,
    amount: 100 * deal_count,
    won_count: 0,
    won_amount: 0,
    lost_count: 0,
    lost_amount: 0,
    stages: [],
    in_work: [],
    failed: [],
});

test("the late answer to an earlier option is dropped", async () => {
    const late = new Deferred();
    await openReport((options) => (options.funnel_id === 2 ? late : figures(options, 5)));

    await contains(".o_dealflow_option_funnel").select("2");
    await contains(".o_dealflow_option_funnel").select("1");
    late.resolve(figures({ ...props.options, funnel_id: 2 }, 77));
    await animationFrame();

    expect(".o_dealflow_option_funnel").toHaveValue("1");
    expect(".o_dealflow_totals").toHaveText(/\b5\b/);
    expect(".o_dealflow_totals").not.toHaveText(/77/);
});

test("an error keeps the report on the screen", async () => {
    expect.errors(1);
    await openReport((options) => {
        if (options.funnel_id === 2) {
            throw new Error("no such funnel");
        }
        return figures(options, 5);
    });

    await contains(".o_dealflow_option_funnel").select("2");
    await animationFrame();

    expect.verifyErrors(["no such funnel"]);
    expect(".o_dealflow_totals").toHaveText(/\b5\b/);
});

test("a period that ends before it begins is one day", async () => {
    await openReport((options) => {
        expect.step([options.date_from, options.date_to]);
        return figures(options, 5);
    });

    await contains(".o_dealflow_option_date:first").edit("03/20/2026");
    await animationFrame();

    expect.verifySteps([
        ["2026-03-01", "2026-03-15"],
        ["2026-03-20", "2026-03-20"],
    ]);
});

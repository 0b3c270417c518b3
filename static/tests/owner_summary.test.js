import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { xml } from "@odoo/owl";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { OwnerSummary } from "@dealflow/owner_summary/owner_summary";
import { useOwnerChoice } from "@dealflow/owner_choice/owner_choice";
import { defineDealflowModels, setGroups } from "./dealflow_test_helpers";

defineDealflowModels();

class Figures extends OwnerSummary {
    static template = xml`
        <SwitchButtons label="'Whose'" choices="owners" value="state.isMine" onChange.bind="setMine"/>
        <p class="figures" t-out="format(state.summary.amount)"/>`;
    static summary = { model: "figures", method: "get_figures", choice: "figures", isMine: true };
}

let answer;

beforeEach(() => {
    setGroups("dealflow.group_user_own");
    answer = (isMine) => ({ currency_id: 1, amount: isMine ? 100 : 2500 });
    onRpc("figures", "get_figures", ({ args: [isMine] }) => {
        expect.step(isMine ? "mine" : "all");
        return answer(isMine);
    });
});

test("a click asks for the figures of the choice and remembers it", async () => {
    await mountWithCleanup(Figures);
    expect(".figures").toHaveText("$ 100.00");

    await contains(".o_dealflow_all").click();

    expect(".figures").toHaveText("$ 2,500.00");
    expect(".o_dealflow_all").toHaveClass("btn-primary");
    expect(await useOwnerChoice("figures").load()).toBe(false);
    expect.verifySteps(["mine", "all"]);
});

test("the late answer to an earlier choice is dropped", async () => {
    await mountWithCleanup(Figures);
    const late = new Deferred();
    answer = (isMine) => (isMine ? { currency_id: 1, amount: 100 } : late);

    await contains(".o_dealflow_all").click();
    await contains(".o_dealflow_mine").click();
    late.resolve({ currency_id: 1, amount: 2500 });
    await animationFrame();

    expect(".figures").toHaveText("$ 100.00");
    expect(".o_dealflow_mine").toHaveClass("btn-primary");
    expect(await useOwnerChoice("figures").load()).toBe(true);
    expect.verifySteps(["mine", "all", "mine"]);
});

test("after an error the figures stay, with the choice that they belong to", async () => {
    expect.errors(1);
    await mountWithCleanup(Figures);
    answer = () => {
        throw new Error("no figures today");
    };

    await contains(".o_dealflow_all").click();
    await animationFrame();

    expect.verifyErrors(["no figures today"]);
    expect(".figures").toHaveText("$ 100.00");
    expect(".o_dealflow_mine").toHaveClass("btn-primary");
    expect(await useOwnerChoice("figures").load()).toBe(true);
    expect.verifySteps(["mine", "all"]);
});

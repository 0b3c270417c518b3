import { beforeEach, expect, test } from "@odoo/hoot";
import { Component, xml } from "@odoo/owl";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { useDealMoves } from "@dealflow/deal_moves/deal_moves";
import { defineDealflowModels, recordActions } from "./dealflow_test_helpers";

defineDealflowModels();

class Mover extends Component {
    static template = xml`<p/>`;
    static props = {};

    setup() {
        Object.assign(this, useDealMoves());
    }
}

const dialog = (dealId, stageId) => [
    "dealflow.dealflow_deal_move_action",
    { additionalContext: { default_deal_ids: [dealId], default_stage_id: stageId } },
];

beforeEach(() => {
    onRpc("dealflow.deal", "write", ({ args }) => expect.step(["write", ...args]));
    for (const method of ["action_open_win", "action_open_lose", "action_open_reopen"]) {
        onRpc("dealflow.deal", method, ({ args: [ids] }) => `${method} ${ids}`);
    }
});

test("a move is reported as done only when its dialog was applied", async () => {
    recordActions({ done: true });
    const mover = await mountWithCleanup(Mover);
    expect(await mover.moveToStage(1, 2)).toBe(true);

    recordActions();
    expect(await (await mountWithCleanup(Mover)).moveToStage(1, 2)).toBe(false);

    expect.verifySteps([dialog(1, 2), dialog(1, 2)]);
});

test("a stage that wants no comment is written without a dialog, unless it wins the deal", async () => {
    recordActions({ done: true });
    const mover = await mountWithCleanup(Mover);

    expect(await mover.moveToStage(2, 3)).toBe(true);
    expect(await mover.moveToStage(2, 4)).toBe(true);

    expect.verifySteps([["write", [2], { stage_id: 3 }], dialog(2, 4)]);
});

test("what cannot be is refused in words before the server is asked", async () => {
    const mover = await mountWithCleanup(Mover);
    mockService("notification", { add: (message, { type }) => expect.step([type, message.toString()]) });
    const other = await mountWithCleanup(Mover);

    expect(await other.moveToStage(3, 2)).toBe(false);
    expect(await other.moveToState(3, "won")).toBe(false);
    expect(await other.moveToStage(1, 5)).toBe(false);

    expect(mover).not.toBe(other);
    const lost = ["warning", "The deal Lamps is lost. Reopen it before you move it."];
    expect.verifySteps([
        lost,
        lost,
        ["warning", "The stage Bid belongs to the funnel Tenders, the deal Chairs to Sales."],
    ]);
});

test("each state and each lost reason has its dialog", async () => {
    recordActions({ done: true });
    const mover = await mountWithCleanup(Mover);

    await mover.moveToState(1, "won");
    await mover.moveToState(1, "lost");
    await mover.moveToState(3, "open");
    await mover.moveToLostReason(1, 8);
    await mover.moveToLostReason(3, false);

    const plain = { additionalContext: undefined };
    expect.verifySteps([
        ["action_open_win 1", plain],
        ["action_open_lose 1", plain],
        ["action_open_reopen 3", plain],
        ["action_open_lose 1", { additionalContext: { default_lost_reason_id: 8 } }],
        ["action_open_reopen 3", { additionalContext: {} }],
    ]);
});

test("an error of the server reaches who has asked for the move", async () => {
    mockService("action", { doAction: () => Promise.reject(new Error("no such dialog")) });
    onRpc("dealflow.deal", "write", () => {
        throw new Error("no right to move");
    });
    const mover = await mountWithCleanup(Mover);

    await expect(mover.moveToStage(1, 2)).rejects.toThrow(/no such dialog/);
    await expect(mover.moveToStage(2, 3)).rejects.toThrow(/no right to move/);
});

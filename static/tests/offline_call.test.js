import { expect, test } from "@odoo/hoot";
import { callUnlessOffline } from "@dealflow/offline_call/offline_call";
import { ConnectionLostError } from "@web/core/network/rpc";

test("a lost connection is noted until the next answer", async () => {
    const state = { isOffline: false };
    expect(await callUnlessOffline(state, Promise.reject(new ConnectionLostError("/x")))).toBe(null);
    expect(state.isOffline).toBe(true);
    expect(await callUnlessOffline(state, Promise.resolve([1]))).toEqual([1]);
    expect(state.isOffline).toBe(false);
});

test("a refusal is no lost connection", async () => {
    const state = { isOffline: false };
    await expect(callUnlessOffline(state, Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    expect(state.isOffline).toBe(false);
});

import { ConnectionLostError } from "@web/core/network/rpc";

/**
 * The answer of the server for a screen that goes on without a connection: then it is null, and `state.isOffline` says
 * so until the next answer comes.
 *
 * @template T
 * @param {{isOffline: boolean}} state
 * @param {Promise<T>} request
 * @returns {Promise<T | null>}
 */
export async function callUnlessOffline(state, request) {
    try {
        const answer = await request;
        state.isOffline = false;
        return answer;
    } catch (error) {
        if (error instanceof ConnectionLostError) {
            state.isOffline = true;
            return null;
        }
        throw error;
    }
}

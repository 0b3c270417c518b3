import { registry } from "@web/core/registry";
import { ControllerNotFoundError } from "@web/webclient/actions/action_service";

/** Close the dialog and return to where its card was opened from; a card that was opened by its address stays. */
async function goBack(env) {
    await env.services.action.doAction({ type: "ir.actions.act_window_close", infos: { done: true } });
    try {
        await env.services.action.restore();
    } catch (error) {
        if (!(error instanceof ControllerNotFoundError)) {
            throw error;
        }
    }
}

registry.category("actions").add("dealflow.go_back", goBack);

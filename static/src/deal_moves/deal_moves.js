import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const DIALOG_METHODS = {
    won: "action_open_win",
    lost: "action_open_lose",
    open: "action_open_reopen",
};

/**
 * What a drop or a click does to a deal. The server refuses a move that comes without its comment and short status, so
 * every move goes through the dialog that asks for them (E26), unless the stage does not want them.
 *
 * Each function resolves to whether the deal was changed, that is whether the caller must load it again.
 */
export function useDealMoves() {
    const actionService = useService("action");
    const notification = useService("notification");
    const orm = useService("orm");

    function openDialog(action, additionalContext) {
        return new Promise((resolve, reject) => {
            const onClose = (closeInfo) => resolve(Boolean(closeInfo?.done));
            actionService.doAction(action, { additionalContext, onClose }).catch(reject);
        });
    }

    async function readDeal(dealId) {
        const [deal] = await orm.read("dealflow.deal", [dealId], ["name", "state", "funnel_id"]);
        return deal;
    }

    function refuse(message) {
        notification.add(message, { type: "warning" });
        return false;
    }

    function refuseLost(deal) {
        return refuse(_t("The deal %(deal)s is lost. Reopen it before you move it.", { deal: deal.name }));
    }

    async function moveToStage(dealId, stageId) {
        const [deal, [stage]] = await Promise.all([
            readDeal(dealId),
            orm.read("dealflow.stage", [stageId], ["name", "funnel_id", "is_won", "require_comment"]),
        ]);
        if (deal.state === "lost") {
            return refuseLost(deal);
        }
        if (deal.funnel_id[0] !== stage.funnel_id[0]) {
            return refuse(
                _t("The stage %(stage)s belongs to the funnel %(stage_funnel)s, the deal %(deal)s to %(funnel)s.", {
                    stage: stage.name,
                    stage_funnel: stage.funnel_id[1],
                    deal: deal.name,
                    funnel: deal.funnel_id[1],
                })
            );
        }
        const keepsState = stage.is_won === (deal.state === "won");
        if (keepsState && !stage.require_comment) {
            await orm.write("dealflow.deal", [dealId], { stage_id: stageId });
            return true;
        }
        return openDialog("dealflow.dealflow_deal_move_action", {
            default_deal_ids: [dealId],
            default_stage_id: stageId,
        });
    }

    /**
     * @param {number} dealId
     * @param {"open"|"won"|"lost"} state
     */
    async function moveToState(dealId, state) {
        const deal = await readDeal(dealId);
        if (deal.state === "lost" && state === "won") {
            return refuseLost(deal);
        }
        return openDialog(await orm.call("dealflow.deal", DIALOG_METHODS[state], [[dealId]]));
    }

    /**
     * @param {number} dealId
     * @param {number|false} reasonId false takes the deal up again
     */
    async function moveToLostReason(dealId, reasonId) {
        const state = reasonId ? "lost" : "open";
        const action = await orm.call("dealflow.deal", DIALOG_METHODS[state], [[dealId]]);
        return openDialog(action, reasonId ? { default_lost_reason_id: reasonId } : {});
    }

    return { moveToStage, moveToState, moveToLostReason };
}

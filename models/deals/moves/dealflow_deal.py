from odoo import models
from odoo.exceptions import UserError

from ....tools.public_methods import NUMBER, TEXT, public_method, value_of


class DealflowDeal(models.Model):
    """The buttons and dialogs that move deals, win, lose and reopen them; many at once (E20, E26).

    They write the stage or the lost reason together with the comment and the short status. What may be written is
    decided by the guards of the deal, however it is written.
    """

    _inherit = 'dealflow.deal'

    @public_method(stage_id=value_of('dealflow.deal', 'stage_id'), comment=TEXT, short_status=TEXT)
    def action_move_stage(self, stage_id, comment, short_status):
        """Move the deals to a stage (E26).

        :param int stage_id: id of a ``dealflow.stage`` of the funnel of the deals
        :param str comment: why the deals move
        :param str short_status: where they stand now, in a few words
        :return: True, or an action that says how many deals were skipped because they are in the stage already
        :raise ValidationError: a requirement of the stage is not met; nothing is moved
        """
        stage = self.env['dealflow.stage'].browse(stage_id or ())
        if not stage:
            raise UserError(self.env._("Choose the stage to move the deals to."))
        deals = self._filter_not_done(
            lambda deal: deal.stage_id == stage and deal.state != 'lost',
            lambda deal: self.env._(
                "The deal %(deal)s is already in “%(stage)s”. Choose another stage.",
                deal=deal.name,
                stage=stage.name,
            ),
        )
        deals.write({'stage_id': stage.id, 'move_comment': comment, 'short_status': short_status})
        return self._notify_skipped(len(self) - len(deals))

    @public_method(comment=TEXT)
    def action_win(self, comment):
        """Move the deals to the first stage of their funnel that counts as won.

        :param str comment: what decided the sale
        :return: True, or an action that says how many deals were skipped because they are won already
        :raise UserError: the funnel has no won stage, or all deals are won already
        """
        open_deals = self._filter_not_in_state('won')
        for funnel, deals in open_deals.grouped('funnel_id').items():
            stage = funnel.stage_ids.filtered('is_won').sorted('sequence')[:1]
            if not stage:
                raise UserError(
                    self.env._(
                        "The funnel %(funnel)s has no stage that counts as won. Mark one in its settings.",
                        funnel=funnel.name,
                    )
                )
            deals.write({'stage_id': stage.id, 'move_comment': comment, 'short_status': self.env._("Won")})
        return self._notify_skipped(len(self) - len(open_deals))

    @public_method(
        reason_id=value_of('dealflow.deal', 'lost_reason_id'),
        comment=TEXT,
        competitor_id=value_of('dealflow.deal', 'lost_competitor_id'),
        competitor_price=NUMBER,
    )
    def action_lose(self, reason_id, comment, competitor_id=None, competitor_price=None):
        """Mark the deals as lost; they stay in the stage where they were lost (E20, X45).

        :param int reason_id: id of a ``crm.lost.reason``, required
        :param str comment: what happened
        :param int competitor_id: id of the ``dealflow.competitor`` that won, if known
        :param float competitor_price: its price, in the currency of each deal, if known
        :return: True, or an action that says how many deals were skipped because they are lost already
        :raise UserError: there is no reason, all deals are lost already, or there is a price without a competitor
        """
        reason = self.env['crm.lost.reason'].browse(reason_id or ())
        if not reason:
            raise UserError(self.env._("A lost deal needs a reason. Choose one from the list of lost reasons."))
        if competitor_price and not competitor_id:
            raise UserError(
                self.env._("A price belongs to a competitor. Say to whom the deal was lost, or leave it out.")
            )
        deals = self._filter_not_in_state('lost')
        deals.write(
            {
                'lost_reason_id': reason.id,
                'lost_competitor_id': competitor_id or False,
                'move_comment': comment,
                'short_status': self.env._("Lost: %(reason)s", reason=reason.name),
            }
        )
        if competitor_id and competitor_price:
            deals._set_winning_price(competitor_price)
        return self._notify_skipped(len(self) - len(deals))

    @public_method(comment=TEXT)
    def action_reopen(self, comment):
        """Reopen closed deals: lost ones in the stage where they were lost, won ones in the last open stage.

        :param str comment: why the deals are open again
        :return: True, or an action that says how many deals were skipped because they are open already
        :raise UserError: all deals are open, or the funnel of a won deal has no open stage
        """
        deals = self._filter_not_in_state('open')
        short_status = self.env._("Reopened")
        for deal in deals:
            vals = {
                'lost_reason_id': False,
                'lost_competitor_id': False,
                'move_comment': comment,
                'short_status': short_status,
            }
            if deal.stage_id.is_won:
                open_stages = deal.funnel_id.stage_ids.filtered(lambda stage: not stage.is_won)
                if not open_stages:
                    raise UserError(
                        self.env._(
                            "The funnel %(funnel)s has no open stage to return to.",
                            funnel=deal.funnel_id.name,
                        )
                    )
                vals['stage_id'] = open_stages.sorted('sequence')[-1].id
            deal.write(vals)
        return self._notify_skipped(len(self) - len(deals))

    @public_method()
    def action_open_move(self):
        """Open the dialog that asks for a comment and a short status."""
        return self._get_dialog_action('dealflow.dealflow_deal_move_action')

    @public_method()
    def action_open_win(self):
        action = self._get_dialog_action('dealflow.dealflow_deal_move_action', default_operation='win')
        return {**action, 'name': self.env._("Mark as Won")}

    @public_method()
    def action_open_reopen(self):
        action = self._get_dialog_action('dealflow.dealflow_deal_move_action', default_operation='reopen')
        return {**action, 'name': self.env._("Reopen")}

    @public_method()
    def action_open_lose(self):
        return self._get_dialog_action('dealflow.dealflow_deal_lose_action')

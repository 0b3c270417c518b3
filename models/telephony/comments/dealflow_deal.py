from odoo import models


class DealflowDeal(models.Model):
    """Deals do not go on while whoever moves them owes too many comments on calls (E59, E61)."""

    _inherit = 'dealflow.deal'

    def _get_stage_problems(self, stage_from, missing=None):
        problems = super()._get_stage_problems(stage_from, missing)
        if self._is_moved_on(stage_from) and (owed := self._describe_owed_comments()):
            problems.append(owed)
        return problems

    def _is_moved_on(self, stage_from):
        """Return whether the present stage comes after another one; back is always possible."""
        stage_ids = self.stage_id._get_ordered_ids(self.funnel_id.id)
        if stage_from.id not in stage_ids or self.stage_id.id not in stage_ids:
            return True
        return stage_ids.index(stage_from.id) < stage_ids.index(self.stage_id.id)

    def _describe_owed_comments(self):
        """Return why the user moves no deal of the company on, and the way out; empty when they do."""
        debts = self.env['dealflow.call']._count_debts_at_limit(self.company_id)
        return debts and self.env._(
            "calls of yours without a comment: %(count)s; with %(limit)s or more, deals do not go on in %(company)s. "
            "Write the comments in the menu Calls, with the filters My Calls and Comment Missing.",
            count=debts,
            # sudo - res.company: the setting applies to every user.
            limit=self.company_id.sudo().dealflow_comment_debt_limit,
            company=self.company_id.sudo().name,
        )

    def _get_checklist_items(self, stage):
        """Say before the move what would refuse it."""
        items = super()._get_checklist_items(stage)
        if stage != self.stage_id and (debts := self.env['dealflow.call']._count_debts_at_limit(self.company_id)):
            items.append(
                {
                    'id': 'calls',
                    'name': self.env._("Comments on your calls: %(count)s missing", count=debts),
                    'is_done': False,
                    'action': self.env['dealflow.call']._get_debts_action(),
                }
            )
        return items

from odoo import api, models
from odoo.exceptions import UserError


class DealflowBatchMixin(models.AbstractModel):
    """Buttons on several rows, some of which may need no change: those are skipped and counted."""

    _name = 'dealflow.batch.mixin'
    _description = "Batch Actions"

    def _filter_not_done(self, is_done, describe):
        """Return the rows that still have to be changed.

        :param is_done: function of a row that returns whether it needs no change
        :param describe: function of a row that returns the error message for when no row needs one
        :raise UserError: no row is left
        """
        left = self.filtered(lambda row: not is_done(row))
        if self and not left:
            raise UserError(describe(self[0]))
        return left

    @api.model
    def _notify_skipped(self, count):
        """Return the answer of a button that has skipped ``count`` rows; ``True`` if there were none."""
        if not count:
            return True
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'info',
                'message': self.env._("Skipped, because there was nothing to do: %(count)s.", count=count),
                'next': {'type': 'ir.actions.act_window_close', 'infos': {'done': True}},
            },
        }

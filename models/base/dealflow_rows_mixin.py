from odoo import api, models
from odoo.exceptions import UserError


class DealflowRowsMixin(models.AbstractModel):
    """Buttons over many rows, of which some are as they should become: those are passed over, and counted."""

    _name = 'dealflow.rows.mixin'
    _description = "Buttons over Many Rows"

    def _pass_over(self, is_done, describe):
        """Return the rows that are left to be changed.

        :param is_done: tells of a row whether it is as wanted
        :param describe: the words of the refusal by a row, for when all of them are
        :raise UserError: no row is left
        """
        left = self.filtered(lambda row: not is_done(row))
        if self and not left:
            raise UserError(describe(self[0]))
        return left

    @api.model
    def _tell_passed_over(self, count):
        """Return the answer of a button that has passed over rows: ``True`` when there were none."""
        if not count:
            return True
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'info',
                'message': self.env._("Passed over, because nothing was to be done: %(count)s.", count=count),
                'next': {'type': 'ir.actions.act_window_close', 'infos': {'done': True}},
            },
        }

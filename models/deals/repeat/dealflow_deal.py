from odoo import fields, models
from odoo.exceptions import UserError

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    """Repeat sales, and deals split in two (C53)."""

    _inherit = 'dealflow.deal'

    predecessor_id = fields.Many2one(
        'dealflow.deal',
        string="Repeats",
        index='btree_not_null',
        copy=False,
        check_company=True,
        ondelete='restrict',
        help="The earlier deal that this one repeats or was split from.",
    )
    successor_ids = fields.One2many('dealflow.deal', 'predecessor_id', string="Repeat Sales")
    successor_count = fields.Integer(compute='_compute_successor_count')

    def _compute_successor_count(self):
        counts = dict(self._read_group([('predecessor_id', 'in', self.ids)], ['predecessor_id'], ['__count']))
        for deal in self:
            deal.successor_count = counts.get(deal, 0)

    @public_method(one=True)
    def action_repeat(self):
        """Create a deal with the same client and products, linked to the deal that it repeats (C53).

        If there is a repeat deal already that has not been changed since, it is opened instead.

        :return: action that opens the deal
        """
        self._serialize_creation()
        successor = self.successor_ids.filtered(
            lambda deal: (
                deal.name == self.name
                and deal.amount == self.amount
                # sudo - dealflow.deal.log: only the number of rows is read; one row means nothing has changed.
                and len(deal.sudo().log_ids) == 1
            )
        )[:1]
        if not successor:
            successor = self.copy({'name': self.name, 'predecessor_id': self.id, 'user_id': self.user_id.id})
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'view_mode': 'form',
            'views': [(False, 'form')],
            'res_id': successor.id,
        }

    @public_method(one=True)
    def action_open_split(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_split_action')
        return {**action, 'context': {'default_deal_id': self.id, 'dialog_size': 'medium'}}

    def _split(self, lines):
        """Move lines to a new deal in the first stage, with the same client and linked to this deal (C53).

        :param lines: some, but not all, of the lines of the deal
        :return: the new deal
        :raise UserError: one of the two deals would have no lines, or a line is not of this deal
        """
        self.ensure_one()
        if not lines or lines >= self.line_ids or lines - self.line_ids:
            raise UserError(
                self.env._(
                    "Choose some, but not all, of the products of the deal %(deal)s: both deals must have products.",
                    deal=self.name,
                )
            )
        successor = self.copy(
            {
                'name': self.env._("%(deal)s (part)", deal=self.name),
                'predecessor_id': self.id,
                'user_id': self.user_id.id,
                'line_ids': [],
                'amount': 0.0,
            }
        )
        lines.deal_id = successor
        return successor

    @public_method(one=True)
    def action_view_successors(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        action.update(domain=[('predecessor_id', '=', self.id)], context={'default_predecessor_id': self.id})
        return action

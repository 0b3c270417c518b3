from odoo import fields, models
from odoo.exceptions import UserError

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    """Repeat sales, and deals that go on in two parts (C53)."""

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
        """Make a new deal with the same client and products, which remembers the deal that it repeats (C53).

        A repetition with which nothing has happened yet is opened again, instead of a second one.

        :return: action that opens the deal
        """
        self._claim()
        successor = self.successor_ids.filtered(
            lambda deal: (
                deal.name == self.name
                and deal.amount == self.amount
                # sudo - dealflow.deal.log: only whether there is more than the opening.
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
        return self._get_dialog_action('dealflow.dealflow_deal_split_action', default_deal_id=self.id)

    def _split(self, lines):
        """Move lines to a new deal with the same client, in the first stage, which remembers this one (C53).

        :param lines: some, not all, of the lines of the deal
        :return: the new deal
        :raise UserError: nothing would be left in one of the two deals
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

from odoo import api, fields, models
from odoo.exceptions import UserError

from ....tools.public_methods import public_method


class DealflowMessenger(models.Model):
    """An account of a contact, or of whoever asks in an opportunity, in a messenger (B42, B11)."""

    _name = 'dealflow.messenger'
    _description = "Messenger Account"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin', 'dealflow.card.row.mixin']
    _order = 'sequence, id'
    _rec_name = 'account'

    _card_fields = ('partner_id', 'lead_id')

    partner_id = fields.Many2one('res.partner', string="Contact", index='btree_not_null', ondelete='cascade')
    lead_id = fields.Many2one('crm.lead', string="Opportunity", index='btree_not_null', ondelete='cascade')
    sequence = fields.Integer(default=10)
    kind_id = fields.Many2one('dealflow.messenger.kind', string="Messenger", required=True, ondelete='restrict')
    account = fields.Char(required=True, help="Name or number in the messenger, e.g. @anna or +49 151 23456789.")
    note = fields.Char()
    link = fields.Char(compute='_compute_link', export_string_translation=False)

    _one_card = models.Constraint(
        'CHECK (num_nonnulls(partner_id, lead_id) = 1)',
        "A messenger account belongs to a contact or to an opportunity.",
    )

    @api.depends('kind_id.link_pattern', 'account')
    def _compute_link(self):
        for messenger in self:
            messenger.link = messenger.kind_id._get_link(messenger.account) if messenger.kind_id else ''

    @api.depends('kind_id.name', 'account')
    def _compute_display_name(self):
        for messenger in self:
            messenger.display_name = f"{messenger.kind_id.name or ''}: {messenger.account or ''}"

    @public_method(one=True)
    def action_open(self):
        """Open a conversation with the account in its messenger.

        :raise UserError: the messenger has no link
        """
        if not self.link:
            raise UserError(
                self.env._(
                    "“%(messenger)s” has no link that opens a conversation with %(account)s. Write from the app.",
                    messenger=self.kind_id.name,
                    account=self.account,
                )
            )
        return {'type': 'ir.actions.act_url', 'url': self.link, 'target': 'new'}

    def _prepare_copy_values(self):
        """Return the values of the same accounts on another card."""
        return [
            {'kind_id': each.kind_id.id, 'account': each.account, 'note': each.note, 'sequence': each.sequence}
            for each in self
        ]

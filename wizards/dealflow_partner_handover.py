from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.claims.dealflow_claim import OPEN_STATES
from ..tools.public_methods import public_method


class DealflowPartnerHandover(models.TransientModel):
    """Hands clients over to another salesperson, with everything that is open, and a note (B07)."""

    _name = 'dealflow.partner.handover'
    _description = "Hand Over Clients"

    partner_ids = fields.Many2many(
        'res.partner', string="Clients", required=True, default=lambda self: self.env.context.get('active_ids')
    )
    user_id = fields.Many2one(
        'res.users',
        string="New Salesperson",
        required=True,
        domain="[('share', '=', False)]",
        help="Becomes responsible for the clients and for what their present salesperson has open with them.",
    )
    with_group = fields.Boolean(
        string="With all legal entities", default=True, help="Also the legal entities and contacts of the clients."
    )
    note = fields.Text(help="Told to the new salesperson, and kept on the card of each client.")

    @public_method(one=True, once=True)
    def action_hand_over(self):
        if not self.partner_ids:
            raise UserError(self.env._("Select the clients to hand over."))
        for previous, partners in self.partner_ids.grouped('user_id').items():
            self._hand_over(partners, previous)
        return {'type': 'ir.actions.act_window_close'}

    def _hand_over(self, partners, previous):
        """Hand over the clients of one previous salesperson.

        Work that other colleagues have with the client stays theirs (B06); without a previous salesperson, the work
        that has no responsible person is handed over.
        """
        parties = partners
        if self.with_group:
            parties |= partners._get_legal_entities()
        contacts = self.env['res.partner'].search([('commercial_partner_id', 'in', parties.ids)]) | parties
        moved = contacts.filtered(lambda partner: partner.user_id == previous) | partners
        moved.write({'user_id': self.user_id.id})
        owner = Domain('user_id', '=', previous.id)
        counts = {}
        for model, domain in self._get_open_work(parties, contacts).items():
            records = self.env[model].search(owner & domain)
            records.write({'user_id': self.user_id.id})
            counts[self.env[model]._description] = len(records)
        work = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
        for partner in partners:
            partner.message_post(
                body=self.env._(
                    "Handed over from %(previous)s to %(user)s. %(work)s %(note)s",
                    previous=previous.name or self.env._("nobody"),
                    user=self.user_id.name,
                    work=work,
                    note=self.note or '',
                )
            )
            partner.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=self.user_id.id,
                summary=self.env._("Client handed over to you"),
                note=self.note or False,
            )

    def _get_open_work(self, parties, contacts):
        """Return the domains of what is open with the clients, by model."""
        either = Domain('business_partner_id', 'in', parties.ids) | Domain('legal_entity_id', 'in', parties.ids)
        activities = Domain('res_model', '=', 'res.partner') & Domain('res_id', 'in', contacts.ids)
        return {
            'crm.lead': Domain('partner_id', 'in', contacts.ids) & Domain('won_status', '=', 'pending'),
            'dealflow.deal': either & Domain('state', '=', 'open'),
            'dealflow.receipt': either & Domain('state', '=', 'planned'),
            'sale.order': Domain('partner_id', 'in', contacts.ids) & Domain('state', 'in', ('draft', 'sent')),
            'dealflow.contract': Domain('entity_id', 'in', parties.ids) & Domain('state', 'in', ('draft', 'active')),
            'dealflow.claim': either & Domain('state', 'in', OPEN_STATES),
            'mail.activity': activities,
        }

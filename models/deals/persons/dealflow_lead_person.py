from odoo import api, fields, models

from ....tools.parties import PEOPLE
from ....tools.public_methods import public_method


class DealflowLeadPerson(models.Model):
    """A person on an opportunity, with a role there, and the e-mails that went to them from it (P42)."""

    _name = 'dealflow.lead.person'
    _description = "Person on an Opportunity"
    _inherit = [
        'dealflow.derived.mixin',
        'dealflow.reference.mixin',
        'dealflow.card.row.mixin',
        'dealflow.merge.mixin',
    ]
    _order = 'sequence, id'
    _rec_name = 'partner_id'

    _card_fields = ('lead_id',)
    _merge_key = ('lead_id', 'partner_id')

    lead_id = fields.Many2one('crm.lead', string="Opportunity", required=True, ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner', string="Person", required=True, index=True, ondelete='cascade', domain=PEOPLE
    )
    sequence = fields.Integer(default=10)
    role_id = fields.Many2one('dealflow.person.role', index='btree_not_null', ondelete='restrict')
    note = fields.Char()
    function = fields.Char(related='partner_id.function', string="Job Position")
    phone = fields.Char(related='partner_id.phone')
    email = fields.Char(related='partner_id.email')
    email_count = fields.Integer(string="E-mails", compute='_compute_emails')
    last_email_on = fields.Datetime(string="Last E-mail", compute='_compute_emails')

    _person_uniq = models.UniqueIndex('(lead_id, partner_id)', "The person is on this opportunity already.")

    @api.depends('lead_id', 'partner_id')
    def _compute_emails(self):
        """Count the e-mails that were sent to the person from the opportunity, and those that failed too."""
        # sudo - mail.notification: whoever reads the opportunity reads its messages, and to whom they went.
        rows = (
            self.env['mail.notification']
            .sudo()
            ._read_group(
                [
                    ('mail_message_id.model', '=', 'crm.lead'),
                    ('mail_message_id.res_id', 'in', self.lead_id.ids),
                    ('res_partner_id', 'in', self.partner_id.ids),
                    ('notification_type', '=', 'email'),
                ],
                ['res_partner_id', 'mail_message_id'],
            )
        )
        found = {}
        for partner, message in rows:
            found.setdefault((message.res_id, partner.id), []).append(message.date)
        for person in self:
            dates = found.get((person.lead_id.id, person.partner_id.id), [])
            person.email_count = len(dates)
            person.last_email_on = max(dates, default=False)

    @public_method(one=True)
    def action_write_email(self):
        """Open an e-mail to the person in the composer; it is kept among the messages of the opportunity."""
        return self.lead_id._dealflow_get_email_action(self.partner_id)

    def _merge_values(self, others):
        """Take role and note of the rows of merged contacts where this one has none."""
        self.role_id = self.role_id or others.role_id[:1]
        self.note = self.note or next(filter(None, others.mapped('note')), False)

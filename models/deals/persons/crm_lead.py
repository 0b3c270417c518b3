from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.email_actions import get_email_action
from ....tools.public_methods import public_method


class CrmLead(models.Model):
    """The people of an opportunity and the e-mails to them (P42), and its client, which may be fixed (P41)."""

    _inherit = 'crm.lead'

    dealflow_person_ids = fields.One2many(
        'dealflow.lead.person',
        'lead_id',
        string="Persons",
        groups='dealflow.group_viewer,sales_team.group_sale_salesman',
    )
    dealflow_email_ids = fields.Many2many(
        'mail.message',
        string="E-mails",
        compute='_compute_dealflow_email_ids',
        groups='dealflow.group_viewer,sales_team.group_sale_salesman',
    )
    dealflow_is_client_fixed = fields.Boolean(
        compute='_compute_dealflow_is_client_fixed', groups='base.group_user', export_string_translation=False
    )

    def _compute_dealflow_email_ids(self):
        """Find the e-mails of the opportunity, sent and received, newest first."""
        for lead in self:
            if not lead.ids:
                lead.dealflow_email_ids = False
                continue
            of_lead = Domain('model', '=', self._name) & Domain('res_id', 'in', lead.ids)
            # sudo - mail.notification: whoever reads the opportunity reads its messages, and to whom they went.
            sent = (
                self.env['mail.notification']
                .sudo()
                ._search(
                    [
                        ('notification_type', '=', 'email'),
                        ('mail_message_id', 'any', of_lead),
                        ('res_partner_id.partner_share', '=', True),
                    ]
                )
            )
            is_email = Domain('message_type', '=', 'email') | Domain('notification_ids', 'any!', [('id', 'in', sent)])
            lead.dealflow_email_ids = self.env['mail.message'].search(of_lead & is_email, order='id desc', limit=80)

    @public_method(one=True)
    def action_dealflow_write_persons(self):
        """Open an e-mail to all persons of the opportunity who have an address.

        :raise UserError: none of them has one
        """
        people = self.dealflow_person_ids.partner_id.filtered('email')
        if not people:
            raise UserError(
                self.env._(
                    "None of the persons of “%(opportunity)s” has an e-mail address. Add one on the card of the "
                    "contact.",
                    opportunity=self.name,
                )
            )
        return self._dealflow_get_email_action(people)

    def _dealflow_get_email_action(self, people):
        name = self.env._("E-mail about %(opportunity)s", opportunity=self.name)
        return get_email_action(self, name, partner_ids=people.ids)

    def _prepare_dealflow_deal_values(self):
        """Take the people over to the deal, except firms."""
        values = super()._prepare_dealflow_deal_values()
        client = self.partner_id.commercial_partner_id
        values['contact_ids'] = [
            fields.Command.set((self.partner_id - client | self.dealflow_person_ids.partner_id).ids)
        ]
        return values

    def _merge_dependences(self, opportunities):
        """Move the people to the opportunity that is kept, each person once."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.lead.person: whoever may merge the opportunities merges all that hangs on them.
        persons_sudo = (opportunities - self).sudo().dealflow_person_ids
        known = self.sudo().dealflow_person_ids.partner_id
        for person in persons_sudo:
            if person.partner_id not in known:
                known |= person.partner_id
                person.lead_id = self

    # The client

    @api.depends('partner_id', 'company_id', 'deal_ids')
    @api.depends_context('uid', 'company')
    def _compute_dealflow_is_client_fixed(self):
        for lead in self:
            stored = lead._origin
            lead.dealflow_is_client_fixed = bool(
                stored.sudo().partner_id and (stored.dealflow_has_deals or stored._dealflow_is_client_kept_by_company())
            )

    def _dealflow_is_client_kept_by_company(self):
        """Return whether the company keeps the client from the user: full access may change it."""
        self.ensure_one()
        company = self.sudo().company_id or self.env.company
        user = self.env.user
        return (
            company.sudo().dealflow_fix_lead_client
            and not user._is_superuser()
            and not user.has_group('dealflow.group_manager')
        )

    def _check_dealflow_client_kept(self, partner_id):
        """Refuse another client also where the company fixes it with the opportunity (P41)."""
        super()._check_dealflow_client_kept(partner_id)
        # sudo - crm.lead: what is stored decides; the write itself checks the rights of the user.
        for lead in self.sudo().filtered('partner_id'):
            if lead.partner_id.id != partner_id and lead.sudo(False)._dealflow_is_client_kept_by_company():
                raise UserError(
                    self.env._(
                        "The client of an opportunity stays the same, as your company has set it: %(opportunity)s is "
                        "for %(client)s. Make another opportunity for another client, or ask somebody with full "
                        "access.",
                        opportunity=lead.name,
                        client=lead.partner_id.display_name,
                    )
                )

from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize

from ....tools.quoted_history import cut_history


class DealflowClaim(models.Model):
    """Claims that are opened by e-mail, and the answers of clients to claims that wait for them."""

    _inherit = 'dealflow.claim'

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a claim from an e-mail: its sender, if known, is the contact, and their business partner the client."""
        values = dict(custom_values or {})
        desk = self.env['dealflow.claim.desk'].browse(values.get('desk_id')).exists()
        company = desk.company_id or self.env.company
        contact = self._get_sender(msg_dict, company)
        values = {
            'name': msg_dict.get('subject') or self.env._("E-mail without a subject"),
            # Without the quoted history: the first message of the thread has the whole e-mail.
            'description': cut_history(msg_dict.get('body')),
            'email_from': msg_dict.get('from'),
            'contact_id': contact.id,
            'company_id': company.id,
            'user_id': self._get_receiver(contact, desk, company).id,
            'subject': 'other',
            **values,
        }
        claims = self.with_company(company)
        if company not in self.env.user.company_ids:
            # An employee of another company writes as any sender does, and has no right to create a claim here.
            claims = claims.with_user(SUPERUSER_ID)
        return super(DealflowClaim, claims).message_new(msg_dict, custom_values=values)

    @api.model
    def _get_sender(self, msg_dict, company):
        """Return the contact who wrote; empty for unknown senders, contacts of other companies, and employees."""
        sender = self.env['res.partner'].browse(msg_dict.get('author_id')).exists()
        if sender.company_id not in (company, company.browse()) or not sender.partner_share:
            return sender.browse()
        return sender

    @api.model
    def _get_receiver(self, contact, desk, company):
        """Return the user who answers: the salesperson of the client, else the responsible user of the desk."""
        clients = contact | contact.commercial_partner_id
        if contact:
            clients |= contact._dealflow_get_business_partner()
        fitting = clients.user_id.filtered(lambda user: user.active and not user.share and company in user.company_ids)
        return fitting[:1] or desk.user_id

    def message_update(self, msg_dict, update_vals=None):
        """Put claims that wait for the client back into work when the client answers.

        Only people of the client count, not automatic replies or others who got hold of a message id. The e-mail of
        somebody else is kept on the claim, and the responsible user is asked to look at it.
        """
        result = super().message_update(msg_dict, update_vals=update_vals)
        author = self.env['res.partner'].browse(msg_dict.get('author_id')).exists()
        is_of_house = author and not author.partner_share
        if is_of_house or self.env.context.get('dealflow_automatic_email'):
            return result
        waiting = self.filtered(lambda claim: claim.state == 'waiting')
        email = email_normalize(msg_dict.get('email_from') or '')
        answered = waiting.filtered(lambda claim: claim._is_of_client(author, email))
        answered._action_set_state('work')
        for claim in waiting - answered:
            claim._schedule_sender_check(msg_dict.get('email_from'))
        return result

    def _is_of_client(self, author, email):
        """Return whether an external sender is of the client: its people, its legal entities' or who opened the claim.

        :param author: the contact with the address of the e-mail, if there is one
        :param str email: the normalized address
        """
        self.ensure_one()
        if email and email == email_normalize(self.email_from or ''):
            return True
        if not author:
            return False
        parties = (self.contact_id | self.business_partner_id | self.legal_entity_id).commercial_partner_id
        firms = author.commercial_partner_id | author.other_company_ids.commercial_partner_id
        return bool(parties & (firms | firms.business_partner_id))

    def _schedule_sender_check(self, sender):
        """Ask the responsible user to look at an e-mail whose sender is not known as a person of the client."""
        user = self._get_responsible()
        summary = self.env._("E-mail from an unknown address")
        if user.active and summary not in self.activity_ids.mapped('summary'):
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=user.id,
                summary=summary,
                note=self.env._(
                    "%(sender)s has written. If it is a reply of the client, start work on the claim again, and add "
                    "the address to the contact.",
                    sender=sender or self.env._("Somebody"),
                ),
            )

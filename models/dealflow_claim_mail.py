from odoo import api, models


class DealflowClaim(models.Model):
    """Letters that open claims, and the answers of clients (B48)."""

    _inherit = 'dealflow.claim'

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Open a claim from a letter: its sender, where known, is the contact, and his partner the client."""
        values = dict(custom_values or {})
        desk = self.env['dealflow.claim.desk'].browse(values.get('desk_id')).exists()
        company = desk.company_id or self.env.company
        contact = self._get_sender(msg_dict, company)
        values = {
            'name': msg_dict.get('subject') or self.env._("Letter without a subject"),
            'description': msg_dict.get('body'),
            'email_from': msg_dict.get('from'),
            'contact_id': contact.id,
            'company_id': company.id,
            'user_id': self._get_receiver(contact, desk, company).id,
            'subject': 'other',
            **values,
        }
        return super(DealflowClaim, self.with_company(company)).message_new(msg_dict, custom_values=values)

    @api.model
    def _get_sender(self, msg_dict, company):
        """Return the contact who wrote; empty for strangers, for contacts of other companies, and for colleagues."""
        sender = self.env['res.partner'].browse(msg_dict.get('author_id')).exists()
        if sender.company_id not in (company, company.browse()) or not sender.partner_share:
            return sender.browse()
        return sender

    @api.model
    def _get_receiver(self, contact, desk, company):
        """Return who answers: the salesperson of the client, else the responsible person of the desk."""
        clients = contact | contact.commercial_partner_id
        if contact:
            clients |= contact._get_business_partner()
        fitting = clients.user_id.filtered(
            lambda user: user.active and not user.share and company in user.company_ids)
        return fitting[:1] or desk.user_id

    def message_update(self, msg_dict, update_vals=None):
        """The answer that the claim was waiting for puts it back into work."""
        result = super().message_update(msg_dict, update_vals=update_vals)
        author = self.env['res.partner'].browse(msg_dict.get('author_id')).exists()
        if not author or author.partner_share:
            self.filtered(lambda claim: claim.state == 'waiting').action_start()
        return result

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ['contact_id']

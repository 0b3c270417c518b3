from odoo import fields, models


class CrmLead(models.Model):
    """Messengers of whoever asks; the contact that is made of the opportunity gets them (B11)."""

    _inherit = 'crm.lead'

    dealflow_messenger_ids = fields.One2many(
        'dealflow.messenger', 'lead_id', string="Messengers", copy=True, groups='base.group_user'
    )

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Give the messengers to the person; to the firm only if nobody there is known."""
        values = super()._prepare_customer_values(partner_name, is_company=is_company, parent_id=parent_id)
        if self.dealflow_messenger_ids and not (is_company and self.contact_name):
            values['dealflow_messenger_ids'] = [
                fields.Command.create(each) for each in self.dealflow_messenger_ids._prepare_copy_values()
            ]
        return values

    def _get_customer_information(self):
        """Leave the messengers out of suggested recipients, which clients read as plain values."""
        information = super()._get_customer_information()
        for values in information.values():
            values.pop('dealflow_messenger_ids', None)
        return information

    def _merge_dependences(self, opportunities):
        """Move the messengers to the opportunity that is kept."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.messenger: whoever may merge the opportunities merges all that hangs on them.
        opportunities.sudo().dealflow_messenger_ids.lead_id = self

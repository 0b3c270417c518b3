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
        accounts = self.dealflow_messenger_ids._prepare_copy_values()
        if not accounts or is_company and self.contact_name:
            return values
        return values | {'dealflow_messenger_ids': [fields.Command.create(each) for each in accounts]}

    def _get_customer_information(self):
        """Leave the messengers out of suggested recipients, which clients read as plain values."""
        return {
            email: {name: value for name, value in values.items() if name != 'dealflow_messenger_ids'}
            for email, values in super()._get_customer_information().items()
        }

    def _merge_dependences(self, opportunities):
        """Move the messengers to the opportunity that is kept."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.messenger: whoever may merge the opportunities merges all that hangs on them.
        opportunities.sudo().dealflow_messenger_ids.lead_id = self

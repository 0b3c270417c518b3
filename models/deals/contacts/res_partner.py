from odoo import fields, models
from odoo.exceptions import AccessError

from ....tools.email_actions import get_email_action
from ....tools.public_methods import public_method


class ResPartner(models.Model):
    """What is done with a person from a row of the list of contacts (X26)."""

    _inherit = 'res.partner'

    @public_method(one=True)
    def action_dealflow_new_deal(self):
        """Open the form of a new deal with the client of the contact, and with the contact in it."""
        client = self.commercial_partner_id
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        return {
            **action,
            'view_mode': 'form',
            'views': [(False, 'form')],
            'context': {
                'default_business_partner_id': client._dealflow_get_business_partner().id,
                'default_legal_entity_id': client._dealflow_get_default_legal_entity().id,
                'default_contact_ids': [fields.Command.set((self - client).ids)],
            },
        }

    @public_method(one=True)
    def action_dealflow_write_email(self):
        """Open an e-mail to the contact in the composer; it is kept among the messages of the contact."""
        name = self.env._("E-mail to %(contact)s", contact=self.display_name)
        return get_email_action(self, name, partner_ids=self.ids)

    @public_method(one=True)
    def action_dealflow_delete(self):
        """Delete the contact for good, and show the list without it.

        :raise AccessError: the user has no full access
        :raise UserError: documents refer to the contact
        """
        if not self.env.user.has_group('dealflow.group_manager'):
            raise AccessError(
                self.env._(
                    "Only people with full access delete contacts. Archive “%(contact)s” instead.",
                    contact=self.display_name,
                )
            )
        self.unlink()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

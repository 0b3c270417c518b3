from odoo import models

from ...tools.email_actions import get_email_action


class DealflowEmailMixin(models.AbstractModel):
    """Opens an email about a record in the composer; nothing is sent before the user presses Send."""

    _name = 'dealflow.email.mixin'
    _description = "E-mails to Review"

    def _get_email_action(self, name, template_xml_id):
        """Return the action that opens the email about a single record.

        :param str name: title of the dialog
        :param str template_xml_id: external id of the ``mail.template`` that fills the email; it may have been deleted
        :rtype: dict
        """
        template = self.env.ref(template_xml_id, raise_if_not_found=False)
        return get_email_action(self, name, template_id=template.id if template else False)

from odoo import models


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
        self.ensure_one()
        template = self.env.ref(template_xml_id, raise_if_not_found=False)
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'mail.compose.message',
            'view_mode': 'form',
            'target': 'new',
            'context': {
                'default_model': self._name,
                'default_res_ids': self.ids,
                'default_template_id': template.id if template else False,
                'default_composition_mode': 'comment',
            },
        }

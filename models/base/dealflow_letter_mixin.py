from odoo import models


class DealflowLetterMixin(models.AbstractModel):
    """Opens a letter about a record for a look; nothing is sent before the person presses Send."""

    _name = 'dealflow.letter.mixin'
    _description = "Letters to Look At"

    def _get_letter_action(self, name, template_xml_id):
        """Return the action of a letter about one record.

        :param str name: title of the dialog
        :param str template_xml_id: of the ``mail.template`` that fills the letter; it may have been deleted
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

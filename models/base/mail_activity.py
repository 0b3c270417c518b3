from odoo import api, models
from odoo.fields import Domain


class MailActivity(models.Model):
    """Reminders that scheduled jobs create, and delete when they are no longer needed."""

    _inherit = 'mail.activity'

    @api.model
    def _dealflow_get_reminders(self, model_name, *type_xml_ids):
        """Return the open reminders that were created automatically.

        :param str model_name: model of the records that they are for
        :param type_xml_ids: external ids of activity types; deleted types are left out
        """
        types = [self.env.ref(xml_id, raise_if_not_found=False) for xml_id in type_xml_ids]
        return self.search(
            Domain('res_model', '=', model_name)
            & Domain('activity_type_id', 'in', [kind.id for kind in types if kind])
            & Domain('automated', '=', True)
        )

    def _dealflow_unlink_obsolete(self, wanted):
        """Delete the reminders of ``self``, all of one model, whose records no longer need one.

        :param Domain wanted: the records that still need a reminder
        """
        if not self:
            return
        records = self.env[self[0].res_model]
        wanted_ids = set(records.search(Domain('id', 'in', self.mapped('res_id')) & Domain(wanted)).ids)
        self.filtered(lambda reminder: reminder.res_id not in wanted_ids).unlink()

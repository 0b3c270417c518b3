from odoo import fields, models


class ResUsers(models.Model):
    """The day of a person, for what others ask of him."""

    _inherit = 'res.users'

    def _dealflow_get_today(self):
        """Return the present day of the person, who may be on the other side of the date line.

        :rtype: date
        """
        self.ensure_one()
        # sudo - res.users: the zone of a colleague decides on the day that is written to him.
        if tz := self.sudo().tz:
            return fields.Date.context_today(self.with_context(tz=tz))
        return self.sudo().company_id._dealflow_get_today()

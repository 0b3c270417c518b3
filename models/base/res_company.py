from odoo import fields, models


class ResCompany(models.Model):
    """The day of a company: for jobs, which nobody in particular does."""

    _inherit = 'res.company'

    def _dealflow_get_today(self):
        """Return the present day where the company works; people have their own, ``fields.Date.context_today``.

        :rtype: date
        """
        self.ensure_one()
        # sudo - resource.calendar: in which zone the company works is no secret.
        tz = self.sudo().resource_calendar_id.tz or self.sudo().partner_id.tz or 'UTC'
        return fields.Date.context_today(self.with_context(tz=tz))

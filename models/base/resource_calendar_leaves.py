from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Recomputes what was counted in working time when companies' holidays change, not people's time off."""

    _inherit = 'resource.calendar.leaves'

    @api.model_create_multi
    def create(self, vals_list):
        if all(vals.get('resource_id') for vals in vals_list):
            return super().create(vals_list)
        with self._get_dealflow_companies()._dealflow_tracking_working_time():
            leaves = super().create(vals_list)
            # Odoo computes the company when it is first read, from the reader's: read it here, as the user who enters
            # the holiday.
            leaves.mapped('company_id')
        return leaves

    def write(self, vals):
        if all(leave.resource_id for leave in self) and vals.get('resource_id', True):
            return super().write(vals)
        with self._get_dealflow_companies()._dealflow_tracking_working_time():
            return super().write(vals)

    def unlink(self):
        if all(leave.resource_id for leave in self):
            return super().unlink()
        with self._get_dealflow_companies()._dealflow_tracking_working_time():
            return super().unlink()

    @api.model
    def _get_dealflow_companies(self):
        """Return all companies: the company of a holiday follows from its calendar, and may change with it."""
        # sudo - res.company: deadlines change in all companies, the user's or not.
        return self.env['res.company'].sudo().search([])

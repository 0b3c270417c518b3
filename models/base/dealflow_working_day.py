from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class DealflowWorkingDay(models.Model):
    """A day on which a company works although its calendar or a holiday says otherwise, such as a working Saturday."""

    _name = 'dealflow.working.day'
    _description = "Extra Working Day"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'date desc, id'
    _rec_name = 'date'

    date = fields.Date(required=True, index=True)
    works_like = fields.Selection(
        [
            ('0', "Monday"),
            ('1', "Tuesday"),
            ('2', "Wednesday"),
            ('3', "Thursday"),
            ('4', "Friday"),
            ('5', "Saturday"),
            ('6', "Sunday"),
        ],
        default='0',
        required=True,
        help="The company works the hours that its calendar has for this day of the week.",
    )
    name = fields.Char(string="Reason")
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)

    _day_uniq = models.UniqueIndex('(company_id, date)', "This day is an extra working day of the company already.")

    @api.constrains('date', 'works_like', 'company_id')
    def _check_works_like(self):
        """Check that the calendar has working hours on the day of the week whose hours are taken over."""
        for day in self:
            # sudo - resource.calendar: which days a company works on is no secret.
            calendar = day.company_id.sudo().resource_calendar_id
            if calendar.attendance_ids and day.works_like not in calendar.attendance_ids.mapped('dayofweek'):
                raise ValidationError(
                    self.env._(
                        "The calendar of %(company)s has no working hours on “%(weekday)s”, so %(day)s cannot take "
                        "them over. Choose another day of the week in the field “%(field)s”.",
                        company=day.company_id.name,
                        weekday=self._dealflow_get_value_labels('works_like')[day.works_like],
                        day=format_date(self.env, day.date),
                        field=self._dealflow_get_field_label('works_like'),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals.get('company_id') or self.env.company.id for vals in vals_list}
        with self.env['res.company'].browse(ids)._dealflow_tracking_working_time():
            return super().create(vals_list)

    def write(self, vals):
        with (self.company_id | self.company_id.browse(vals.get('company_id') or ()))._dealflow_tracking_working_time():
            return super().write(vals)

    def unlink(self):
        with self.company_id._dealflow_tracking_working_time():
            return super().unlink()

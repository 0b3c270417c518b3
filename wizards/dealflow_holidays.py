from datetime import date, datetime, time

from markupsafe import Markup
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.public_holidays import get_public_holidays, get_source_version, get_supported_countries
from ..tools.public_methods import public_method

YEARS = (2000, 2100)


class DealflowHolidays(models.TransientModel):
    """Enters the public holidays of a country into the working time of a company, after a preview."""

    _name = 'dealflow.holidays'
    _description = "Holidays of a Country"

    company_id = fields.Many2one(
        'res.company',
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    country_id = fields.Many2one(
        'res.country',
        required=True,
        compute='_compute_country_id',
        store=True,
        readonly=False,
        precompute=True,
        domain=lambda self: [('code', 'in', get_supported_countries())],
    )
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year)
    preview = fields.Html(compute='_compute_preview')
    notes = fields.Html(compute='_compute_preview')
    has_holidays = fields.Boolean(compute='_compute_preview')

    @api.depends('company_id')
    def _compute_country_id(self):
        for wizard in self:
            country = wizard.company_id.country_id
            wizard.country_id = wizard.country_id or (country if country.code in get_supported_countries() else False)

    @api.depends('company_id', 'country_id', 'year')
    @api.depends_context('lang')
    def _compute_preview(self):
        for wizard in self:
            found = wizard._get_holidays()
            wizard.has_holidays = bool(found and found.days)
            wizard.notes = Markup('<ul>%s</ul>') % Markup().join(
                Markup('<li>%s</li>') % note for note in wizard._get_notes(found)
            )
            wizard.preview = wizard._get_preview(found) if wizard.has_holidays else False

    def _get_holidays(self):
        self.ensure_one()
        if self.country_id.code not in get_supported_countries() or not YEARS[0] <= self.year <= YEARS[1]:
            return None
        return get_public_holidays(self.country_id.code, self.year, self.env.lang)

    def _get_preview(self, found):
        known, extra = self._get_known_days(), self._get_known_working_days()
        rows = [(day, name, day in known) for day, name in found.days.items()]
        rows += [(day, self.env._("Working day"), day in extra) for day in found.working_days]
        return Markup('<table class="table table-sm">%s</table>') % Markup().join(
            Markup('<tr><td>%s</td><td>%s</td><td class="text-muted">%s</td></tr>')
            % (
                format_date(self.env, day, date_format='EEE d MMMM'),
                name,
                self.env._("is there already") if is_known else '',
            )
            for day, name, is_known in sorted(rows, key=lambda row: row[0])
        )

    def _get_notes(self, found):
        """Return notes on what the list of holidays does not cover."""
        values = {'country': self.country_id.name or '', 'year': self.year}
        if not self.country_id:
            return [self.env._("Choose a country.")]
        if not found or not found.days:
            return [
                self.env._(
                    "The list knows no holidays of %(country)s in %(year)s: the year lies outside of what it knows, or "
                    "the country works on its holidays, as Ukraine does under martial law. Enter by hand what your "
                    "company celebrates.",
                    **values,
                )
            ]
        notes = []
        if found.moved_until:
            notes.append(
                self.env._(
                    "%(country)s moves days off from year to year. The list includes these moves until %(known)s; for "
                    "%(year)s it has the holidays only. Compare it with what the government has decided.",
                    known=found.moved_until,
                    **values,
                )
            )
        if found.has_estimates:
            notes.append(self.env._("Some holidays follow the moon: their days are estimated and may be a day off."))
        if found.region_count:
            notes.append(
                self.env._("Holidays that only some of the regions of %(country)s have are left out.", **values)
            )
        notes.append(
            self.env._(
                "The list is that of the free package “holidays”, version %(version)s. What was decided later it does "
                "not know.",
                version=get_source_version(),
            )
        )
        return notes

    # What is entered already

    def _get_zone(self):
        # sudo - resource.calendar: as wherever the working time of a company is read.
        return timezone(self.company_id.sudo().resource_calendar_id.tz or self.env.user.tz or 'UTC')

    def _get_moments(self, first, last):
        """Return the start of day ``first`` and the end of day ``last`` in the company's time zone, as naive UTC."""
        zone = self._get_zone()
        return [
            zone.localize(datetime.combine(day, moment)).astimezone(utc).replace(tzinfo=None)
            for day, moment in ((first, time.min), (last, time(23, 59, 59)))
        ]

    def _get_known_days(self):
        """Return the days of the year that the whole company has off."""
        start, stop = self._get_moments(date(self.year, 1, 1), date(self.year, 12, 31))
        # sudo - resource.calendar.leaves: users who may enter holidays must see those of the company.
        leaves = (
            self.env['resource.calendar.leaves']
            .sudo()
            .search(
                [
                    ('company_id', '=', self.company_id.id),
                    ('resource_id', '=', False),
                    ('time_type', '=', 'leave'),
                    ('date_from', '<=', stop),
                    ('date_to', '>=', start),
                ]
            )
        )
        zone = self._get_zone()
        days = set()
        for leave in leaves:
            first, last = (utc.localize(moment).astimezone(zone).date() for moment in (leave.date_from, leave.date_to))
            days |= {fields.Date.add(first, days=number) for number in range((last - first).days + 1)}
        return days

    def _get_known_working_days(self):
        return set(self.env['dealflow.working.day'].search([('company_id', '=', self.company_id.id)]).mapped('date'))

    @public_method(one=True, once=True)
    def action_apply(self):
        """Create the missing holidays and working days, and open the company's holidays of the year.

        :return: action that lists the holidays
        :raise UserError: the list has none
        """
        self.ensure_one()
        found = self._get_holidays()
        if not found or not found.days:
            raise UserError(self._get_notes(found)[0])
        known, extra = self._get_known_days(), self._get_known_working_days()
        self.env['resource.calendar.leaves'].with_company(self.company_id).create(
            [
                {
                    'name': name,
                    **dict(zip(('date_from', 'date_to'), self._get_moments(day, day), strict=True)),
                }
                for day, name in found.days.items()
                if day not in known
            ]
        )
        self.env['dealflow.working.day'].create(
            [
                {'date': day, 'company_id': self.company_id.id, 'name': self.env._("Moved working day")}
                for day in found.working_days
                if day not in extra
            ]
        )
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.resource_calendar_leaves_action_holidays')
        start, stop = self._get_moments(date(self.year, 1, 1), date(self.year, 12, 31))
        action['domain'] = [
            ('resource_id', '=', False),
            ('company_id', '=', self.company_id.id),
            ('date_from', '<=', stop),
            ('date_to', '>=', start),
        ]
        action.pop('path', None)
        return action

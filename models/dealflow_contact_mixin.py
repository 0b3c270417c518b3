from datetime import datetime

import pytz
from stdnum import lei

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _tz_get


class DealflowContactMixin(models.AbstractModel):
    """Who a contact is and how and when to reach it (B42, C09, X30, X34); a part of ``res.partner``."""

    _name = 'dealflow.contact.mixin'
    _description = "Facts about a Contact"

    patronymic = fields.Char(prefetch='dealflow')
    dealflow_gender = fields.Selection(
        [('female', "Female"), ('male', "Male"), ('other', "Other")], string="Gender", prefetch='dealflow')
    phone_ids = fields.One2many('dealflow.partner.phone', 'partner_id', string="More Phones")
    phone_search = fields.Char(
        string="Phone in any spelling", compute='_compute_phone_search', search='_search_phone_search')
    dealflow_tz = fields.Selection(
        _tz_get, string="Own Time Zone",
        help="Where the contact is. Empty means the time zone of its region or country.", prefetch='dealflow')
    local_time = fields.Char(compute='_compute_local_time', help="What time it is where the contact is.")
    # Domains as text: with a list the ORM searches the relation whenever a contact is created.
    other_company_ids = fields.Many2many(
        'res.partner', 'dealflow_contact_company_rel', 'contact_id', 'company_id', string="Works also for",
        domain="[('is_company', '=', True)]")
    other_contact_ids = fields.Many2many(
        'res.partner', 'dealflow_contact_company_rel', 'company_id', 'contact_id', string="Contacts of other companies",
        domain="[('is_company', '=', False)]")
    mailing_consent = fields.Selection(
        [('unknown', "Not asked"), ('given', "Given"), ('refused', "Refused")], string="Consent to mailings",
        default='unknown', required=True, tracking=True, prefetch='dealflow')
    lei = fields.Char(
        string="LEI", index='btree_not_null', copy=False, help="Legal Entity Identifier, 20 characters.",
        prefetch='dealflow')
    employee_count = fields.Integer(string="Number of Employees", prefetch='dealflow')
    origin_kind = fields.Selection(
        [('manual', "Entered by hand"), ('import', "Imported"), ('opportunity', "From an opportunity")],
        string="Came from", readonly=True, copy=False, default=lambda self: self._default_origin_kind(),
        prefetch='dealflow')
    origin_lead_id = fields.Many2one(
        'crm.lead', string="First Opportunity", readonly=True, copy=False, index='btree_not_null',
        help="The opportunity that the contact was created from.", prefetch='dealflow')

    _phone_digits_idx = models.Index(lambda registry: registry.has_trigram and (
        r"USING gin (regexp_replace(phone, '\D', '', 'g') gin_trgm_ops) WHERE phone IS NOT NULL"))
    _complete_name_trgm_idx = models.Index(lambda registry: registry.has_trigram and (
        "USING gin (unaccent(complete_name) gin_trgm_ops)" if registry.has_unaccent == FunctionStatus.INDEXABLE
        else "USING gin (complete_name gin_trgm_ops)"))

    @api.model
    def _default_origin_kind(self):
        return 'import' if self.env.context.get('import_file') else 'manual'

    def _compute_phone_search(self):
        for partner in self:
            partner.phone_search = partner.phone

    def _search_phone_search(self, operator, value):
        if operator not in ('ilike', '=') or not isinstance(value, str):
            return NotImplemented
        phones = self.env['dealflow.partner.phone']
        if len(phones._get_search_digits(value)) < 3:
            return Domain.FALSE
        return Domain.custom(to_sql=lambda model, alias, query: SQL(
            "%s IN %s", SQL.identifier(alias, 'id'), phones._get_partners_query(value)))

    @api.depends('dealflow_tz', 'region_id.tz', 'country_id', 'parent_id.dealflow_tz', 'parent_id.region_id')
    def _compute_local_time(self):
        now = pytz.utc.localize(datetime.utcnow())
        for partner in self:
            zone = partner._get_own_tz()
            partner.local_time = now.astimezone(pytz.timezone(zone)).strftime('%H:%M (UTC%z)') if zone else False

    def _get_own_tz(self):
        """Return the time zone of the contact: its own, its region's, its country's if it has one; else its company's.

        Odoo's field ``tz`` does not count: it holds the zone of whoever created the contact.
        """
        self.ensure_one()
        zones = pytz.country_timezones.get(self.country_id.code or '', [])
        return (
            self.dealflow_tz or (self.region_id and self.region_id._get_tz())
            or (zones[0] if len(zones) == 1 else False)
            or (self.parent_id and self.parent_id._get_own_tz())
        )

    @api.constrains('lei')
    def _check_lei(self):
        for partner in self.filtered('lei'):
            if not lei.is_valid(partner.lei):
                raise ValidationError(self.env._(
                    "“%(lei)s” of %(partner)s is no LEI: it needs 20 letters and digits, the last two of which are a "
                    "check sum.", lei=partner.lei, partner=partner.display_name,
                ))

from datetime import datetime

import pytz
from stdnum import lei

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL
from odoo.tools.misc import clean_context, formatLang

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.parties import FIRMS, PEOPLE
from ...tools.public_methods import public_method


class ResPartner(models.Model):
    """Business partners and legal entities (C83): one model, two registers, joined by ``dealflow.entity.link``.

    Also who a contact is, and how and when to reach them (B42, C09, X30, X34).
    """

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.requisites.mixin', 'dealflow.reference.mixin']

    counterparty_role = fields.Selection(
        [('both', "Partner and legal entity"), ('partner', "Partner only"), ('entity', "Legal entity only")],
        string="Kept as",
        default='both',
        required=True,
        help="A partner is whom you work with: it carries the common terms. A legal entity is whom you write on "
        "contracts and invoices: it carries the tax number, the address and the bank accounts.",
        groups='base.group_user',
    )
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Main Partner",
        compute='_compute_dealflow_business_partner_id',
        store=True,
        index=True,
        help="The partner that this legal entity belongs to today.",
        groups='base.group_user',
    )
    entity_link_ids = fields.One2many(
        'dealflow.entity.link', 'partner_id', string="Legal Entities", groups='base.group_user'
    )
    partner_link_ids = fields.One2many(
        'dealflow.entity.link', 'entity_id', string="Partners of the Legal Entity", groups='base.group_user'
    )
    dealflow_current_partner_ids = fields.Many2many(
        'res.partner',
        string="Trades for",
        compute='_compute_dealflow_current_partner_ids',
        search='_search_dealflow_current_partner_ids',
        compute_sudo=True,
        groups='base.group_user',
    )
    dealflow_legal_entity_count = fields.Integer(
        string="Number of Legal Entities", compute='_compute_dealflow_legal_entity_count', groups='base.group_user'
    )
    client_status_id = fields.Many2one(
        'dealflow.partner.status',
        index='btree_not_null',
        tracking=True,
        prefetch='dealflow',
        groups='dealflow.group_viewer',
    )
    region_id = fields.Many2one(
        'dealflow.region', index='btree_not_null', prefetch='dealflow', groups='base.group_user'
    )
    director_id = fields.Many2one(
        'res.partner', string="Head of the Company", prefetch='dealflow', groups='base.group_user'
    )
    dealflow_discount = fields.Float(
        string="Common Discount",
        digits='Discount',
        help="Percentage that orders of the partner and of all its legal entities get where the price list gives none.",
        groups='dealflow.group_viewer',
    )
    dealflow_contract_count = fields.Integer(
        string="Number of Contracts",
        compute='_compute_dealflow_contract_count',
        groups='dealflow.group_viewer,account.group_account_invoice',
    )
    accountant_id = fields.Many2one(
        'res.partner', string="Chief Accountant", prefetch='dealflow', groups='base.group_user'
    )

    dealflow_gender = fields.Selection(
        [('female', "Female"), ('male', "Male"), ('other', "Other")],
        string="Gender",
        prefetch='dealflow',
        groups='base.group_user',
    )
    phone_ids = fields.One2many('dealflow.partner.phone', 'partner_id', string="More Phones", groups='base.group_user')
    dealflow_phone_search = fields.Char(
        string="Phone in any spelling",
        compute='_compute_dealflow_phone_search',
        search='_search_dealflow_phone_search',
        groups='base.group_user',
    )
    dealflow_tz = fields.Selection(
        _tz_get,
        string="Own Time Zone",
        help="Where the contact is. Empty means the time zone of its region or country.",
        prefetch='dealflow',
        groups='base.group_user',
    )
    dealflow_local_time = fields.Char(
        string="Local Time",
        compute='_compute_dealflow_local_time',
        help="What time it is where the contact is.",
        groups='base.group_user',
    )
    # Domains are text: with a list, the ORM would search the relation whenever a contact is created.
    other_company_ids = fields.Many2many(
        'res.partner',
        'dealflow_contact_company_rel',
        'contact_id',
        'company_id',
        string="Also Works for",
        domain=FIRMS,
        groups='base.group_user',
    )
    other_contact_ids = fields.Many2many(
        'res.partner',
        'dealflow_contact_company_rel',
        'company_id',
        'contact_id',
        string="Contacts of other companies",
        domain=PEOPLE,
        groups='base.group_user',
    )
    mailing_consent = fields.Selection(
        [('unknown', "Not asked"), ('given', "Given"), ('refused', "Refused")],
        string="Consent to mailings",
        default='unknown',
        required=True,
        tracking=True,
        prefetch='dealflow',
        groups='base.group_user',
    )
    lei = fields.Char(
        string="LEI",
        index='btree_not_null',
        copy=False,
        help="Legal Entity Identifier, 20 characters.",
        prefetch='dealflow',
        groups='base.group_user',
    )
    employee_count = fields.Integer(string="Number of Employees", prefetch='dealflow', groups='dealflow.group_viewer')
    origin_kind = fields.Selection(
        [('manual', "Entered by hand"), ('import', "Imported"), ('opportunity', "From an opportunity")],
        string="Came from",
        readonly=True,
        copy=False,
        default=lambda self: self._default_dealflow_origin_kind(),
        prefetch='dealflow',
        groups='base.group_user',
    )
    origin_lead_id = fields.Many2one(
        'crm.lead',
        string="First Opportunity",
        readonly=True,
        copy=False,
        index='btree_not_null',
        help="The opportunity that the contact was created from.",
        prefetch='dealflow',
        groups='dealflow.group_viewer,sales_team.group_sale_salesman',
    )
    dealflow_contact_name = fields.Char(
        string="First Contact",
        compute='_compute_dealflow_first_contact',
        inverse='_inverse_dealflow_first_contact',
        groups='dealflow.group_viewer',
    )
    dealflow_contact_function = fields.Char(
        string="Position of the Contact",
        compute='_compute_dealflow_first_contact',
        inverse='_inverse_dealflow_first_contact',
        groups='dealflow.group_viewer',
    )
    dealflow_contact_phone = fields.Char(
        string="Phone of the Contact",
        compute='_compute_dealflow_first_contact',
        inverse='_inverse_dealflow_first_contact',
        groups='dealflow.group_viewer',
    )
    dealflow_contact_email = fields.Char(
        string="E-mail of the Contact",
        compute='_compute_dealflow_first_contact',
        inverse='_inverse_dealflow_first_contact',
        groups='dealflow.group_viewer',
    )
    _dealflow_phone_digits_idx = models.Index(
        lambda registry: (
            registry.has_trigram
            and (r"USING gin (regexp_replace(phone, '\D', '', 'g') gin_trgm_ops) WHERE phone IS NOT NULL")
        )
    )
    _dealflow_complete_name_trgm_idx = models.Index(
        lambda registry: (
            registry.has_trigram
            and (
                "USING gin (unaccent(complete_name) gin_trgm_ops)"
                if registry.has_unaccent == FunctionStatus.INDEXABLE
                else "USING gin (complete_name gin_trgm_ops)"
            )
        )
    )

    @api.depends(
        'commercial_partner_id',
        'commercial_partner_id.partner_link_ids.partner_id',
        'commercial_partner_id.partner_link_ids.role',
        'commercial_partner_id.partner_link_ids.date_from',
        'commercial_partner_id.partner_link_ids.date_to',
    )
    def _compute_dealflow_business_partner_id(self):
        for partner in self:
            partner.business_partner_id = partner._dealflow_get_business_partner()

    @api.depends(
        'counterparty_role',
        'partner_link_ids.partner_id',
        'partner_link_ids.date_from',
        'partner_link_ids.date_to',
    )
    def _compute_dealflow_current_partner_ids(self):
        today = fields.Date.context_today(self)
        for partner in self:
            partner.dealflow_current_partner_ids = partner._dealflow_get_business_partners(today)

    def _search_dealflow_current_partner_ids(self, operator, value):
        """Find the legal entities through which the partners may trade today, the partners themselves included."""
        if operator != 'in':
            return NotImplemented
        today = fields.Date.context_today(self)
        links = self.env['dealflow.entity.link']
        entities = links.search(links._get_valid_domain(today) & Domain('partner_id', 'in', value)).entity_id
        # Ids, not a sub-query: PostgreSQL would read the whole register for «one of these or linked to one of these».
        return Domain('counterparty_role', '!=', 'partner') & Domain('id', 'in', [*value, *entities.ids])

    def _compute_dealflow_legal_entity_count(self):
        today = fields.Date.context_today(self)
        links = self.env['dealflow.entity.link']
        counts = dict(
            links._read_group(
                links._get_valid_domain(today) & Domain('partner_id', 'in', self.ids),
                ['partner_id'],
                ['entity_id:count_distinct'],
            )
        )
        for partner in self:
            own = int(partner.counterparty_role != 'partner' and partner.commercial_partner_id == partner)
            partner.dealflow_legal_entity_count = counts.get(partner._origin, 0) + own

    def _compute_dealflow_contract_count(self):
        contracts = self.env['dealflow.contract']
        by_entity = dict(contracts._read_group([('entity_id', 'in', self.ids)], ['entity_id'], ['__count']))
        by_partner = dict(
            contracts._read_group([('business_partner_id', 'in', self.ids)], ['business_partner_id'], ['__count'])
        )
        for partner in self:
            partner.dealflow_contract_count = max(by_entity.get(partner._origin, 0), by_partner.get(partner._origin, 0))

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Hide Odoo's VIES message wherever the tax number is hidden; not every version of Odoo has it here."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'form':
            for node in arch.xpath("//div[@name='vat_vies_container']"):
                node.set('groups', 'base.group_user')
                node.set('invisible', "counterparty_role == 'partner'")
        return arch, view

    @api.model
    def default_get(self, fields):
        """Make the user responsible for a client that they enter on our screens; an import says itself who is."""
        values = super().default_get(fields)
        if 'user_id' in fields and not values.get('user_id') and self._dealflow_is_entering_own_client():
            values['user_id'] = self.env.uid
        return values

    @api.model
    def _dealflow_is_entering_own_client(self):
        context = self.env.context
        return (
            context.get('dealflow_own_clients')
            and not context.get('import_file')
            and self.env.user.has_group('dealflow.group_user_own')
        )

    @api.onchange('parent_id')
    def _onchange_dealflow_parent_id_of_own_client(self):
        """Give a contact person the salesperson of the client."""
        if self.parent_id.user_id and self.user_id == self.env.user and self._dealflow_is_entering_own_client():
            self.user_id = self.parent_id.user_id

    @api.constrains('dealflow_discount')
    def _check_dealflow_discount(self):
        for partner in self:
            if not 0 <= partner.dealflow_discount <= 100:
                raise ValidationError(
                    self.env._(
                        "The common discount of %(partner)s must lie between 0 and 100 per cent, not at %(discount)s.",
                        partner=partner.display_name,
                        discount=partner.dealflow_discount,
                    )
                )

    @api.constrains('counterparty_role', 'vat', 'company_registry')
    def _check_dealflow_partner_has_no_legal_data(self):
        for partner in self:
            number = partner.vat or partner._dealflow_get_registry_number()
            if partner.counterparty_role == 'partner' and number:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is kept as “Partner only”, so it has no tax or registry number. Put %(number)s on "
                        "one of its legal entities.",
                        partner=partner.display_name,
                        number=number,
                    )
                )

    def _dealflow_get_registry_number(self):
        """Return the number of the legal entity in the company register of its country."""
        self.ensure_one()
        return self.company_registry

    def _dealflow_is_person(self):
        """Return whether the contact is a person and not a firm."""
        self.ensure_one()
        return not self.is_company

    def _dealflow_is_contact_person(self):
        """Return whether the contact is a contact person of a firm, and so not a client."""
        self.ensure_one()
        return bool(self.parent_id) and self._dealflow_is_person()

    @api.constrains('counterparty_role')
    def _check_dealflow_counterparty_role(self):
        for partner in self.filtered(lambda partner: partner.counterparty_role != 'both'):
            if partner.counterparty_role == 'entity' and partner.entity_link_ids:
                raise ValidationError(
                    self.env._(
                        "%(partner)s has legal entities, so its field “Kept as” cannot be “Legal entity only”. "
                        "Remove or move the legal entities first.",
                        partner=partner.display_name,
                    )
                )
            if partner.counterparty_role == 'partner' and partner.partner_link_ids:
                raise ValidationError(
                    self.env._(
                        "%(entity)s is a legal entity of %(partner)s, so its field “Kept as” cannot be “Partner only”. "
                        "Remove the link first.",
                        entity=partner.display_name,
                        partner=partner.partner_link_ids[0].partner_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dealflow_with_documents(self):
        """Refuse with a readable message what the database would refuse with the name of a constraint."""
        for partner in self:
            if hanging := partner._dealflow_get_blocking_documents():
                raise UserError(
                    self.env._(
                        "“%(contact)s” cannot be deleted, because other records refer to it: %(hanging)s. Archive it "
                        "instead, or merge it with the right one.",
                        contact=partner.display_name,
                        hanging=", ".join(
                            self.env._("%(kind)s: %(count)s", kind=kind, count=count) for kind, count in hanging.items()
                        ),
                    )
                )

    def _dealflow_get_blocking_documents(self):
        """Return the number of our documents that refer to the contact and require it, by model label."""
        self.ensure_one()
        counts = {}
        for field in sorted(self._dealflow_get_restricting_fields(), key=lambda field: field.model_name):
            # sudo - any model: documents that the user does not see refer to the contact all the same.
            model = self.env[field.model_name].sudo().with_context(active_test=False)
            if count := model.search_count([(field.name, '=', self.id)]):
                # A document may name the contact twice, as partner and as legal entity.
                counts[model._description] = max(count, counts.get(model._description, 0))
        return counts

    def unlink(self):
        # The database would delete the links without recomputing the main partner of the other side.
        # sudo - dealflow.entity.link: a user who may delete the company deletes its links with it.
        self.env['dealflow.entity.link'].sudo().search(
            ['|', ('partner_id', 'in', self.ids), ('entity_id', 'in', self.ids)]
        ).unlink()
        return super().unlink()

    @public_method(one=True)
    def action_dealflow_view_legal_entities(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_legal_entities')
        action['domain'] = [('dealflow_current_partner_ids', 'in', self.ids)]
        action['display_name'] = self.env._("Legal entities of %(partner)s", partner=self.display_name)
        action['context'] = {
            'default_is_company': True,
            'default_counterparty_role': 'entity',
            'default_partner_link_ids': [fields.Command.create({'partner_id': self.id})],
        }
        return action

    @public_method(one=True)
    def action_view_dealflow_contracts(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_contract_action')
        action['domain'] = ['|', ('entity_id', '=', self.id), ('business_partner_id', '=', self.id)]
        action['context'] = {'default_entity_id': self._dealflow_get_default_legal_entity().id}
        return action

    def _dealflow_get_group_credit_warning(self, current_amount):
        """Return a warning if all legal entities of the partner together exceed its credit limit (C86), else ``''``.

        :param float current_amount: amount of the document in question, in the currency of the current company
        """
        self.ensure_one()
        if not self.credit_limit:
            return ''
        entities = self._dealflow_get_legal_entities() | self
        total = sum(entities.mapped('credit')) + sum(entities.mapped('credit_to_invoice')) + current_amount
        if total <= self.credit_limit:
            return ''
        currency = self.env.company.currency_id
        return self.env._(
            "All legal entities of %(partner)s together would owe %(total)s, more than their credit limit of "
            "%(limit)s.",
            partner=self.display_name,
            total=formatLang(self.env, total, currency_obj=currency),
            limit=formatLang(self.env, self.credit_limit, currency_obj=currency),
        )

    def _dealflow_get_valid_links(self, links, date=None):
        """Return those of ``links`` that are valid on a day (today by default) for the current company."""
        date = date or fields.Date.context_today(self)
        company = self.env.company
        return links.filtered(
            lambda link: link._is_valid_on(date) and (not link.company_id or link.company_id == company)
        )

    def _dealflow_get_legal_entities(self, date=None):
        """Return the legal entities through which the partners of ``self`` trade on a day (today by default).

        A partner that is its own legal entity comes first; one kept as «Partner only» is not included.
        """
        links = self._dealflow_get_valid_links(self.entity_link_ids, date)
        return self.filtered(lambda partner: partner.counterparty_role != 'partner') | links.entity_id

    def _dealflow_get_default_legal_entity(self):
        """Return the legal entity for new documents: the default link, else the partner itself, else its first link."""
        self.ensure_one()
        partner = self.commercial_partner_id
        links = self._dealflow_get_valid_links(partner.entity_link_ids)
        default = links.filtered('is_default')[:1].entity_id
        if default:
            return default
        if partner.counterparty_role != 'partner':
            return partner
        return (links.filtered(lambda link: link.role == 'owns') or links)[:1].entity_id

    def _dealflow_get_business_partners(self, date=None):
        """Return every partner for whom the legal entity may trade on a day: those linked, else the entity itself."""
        self.ensure_one()
        entity = self.commercial_partner_id or self
        linked = self._dealflow_get_valid_links(entity.partner_link_ids, date).partner_id
        return linked if linked and entity.counterparty_role == 'entity' else linked | entity

    def _dealflow_get_business_partner(self, date=None):
        """Return the main partner of the legal entity on a day; the entity itself when no single partner owns it."""
        self.ensure_one()
        entity = self.commercial_partner_id or self
        links = entity.partner_link_ids
        return links and self._dealflow_get_valid_links(links, date)._get_main_partner() or entity

    # A contact: how and when to reach it

    @api.model
    def _default_dealflow_origin_kind(self):
        return 'import' if self.env.context.get('import_file') else 'manual'

    def _compute_dealflow_phone_search(self):
        for partner in self:
            partner.dealflow_phone_search = partner.phone

    def _search_dealflow_phone_search(self, operator, value):
        if operator not in ('ilike', '=') or not isinstance(value, str):
            return NotImplemented
        phones = self.env['dealflow.partner.phone']
        if len(phones._get_search_digits(value)) < 3:
            return Domain.FALSE
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", SQL.identifier(alias, 'id'), phones._get_partners_query(value)
            )
        )

    # The time zone of the contact's company is looked up when the time is read.
    @api.depends('dealflow_tz', 'region_id', 'country_id', 'parent_id')
    def _compute_dealflow_local_time(self):
        now = pytz.utc.localize(datetime.utcnow())
        for partner in self:
            zone = partner._dealflow_get_own_tz()
            partner.dealflow_local_time = (
                now.astimezone(pytz.timezone(zone)).strftime('%H:%M (UTC%z)') if zone else False
            )

    def _dealflow_get_own_tz(self):
        """Return the time zone of the contact, its region or its country (if it has only one), else of its company.

        Odoo's field ``tz`` is not used: it holds the time zone of the user who created the contact.
        """
        self.ensure_one()
        zones = pytz.country_timezones.get(self.country_id.code or '', [])
        return (
            self.dealflow_tz
            or (self.region_id and self.region_id._get_tz())
            or (zones[0] if len(zones) == 1 else False)
            or (self.parent_id and self.parent_id._dealflow_get_own_tz())
        )

    @api.constrains('lei')
    def _check_dealflow_lei(self):
        for partner in self.filtered('lei'):
            if not lei.is_valid(partner.lei):
                raise ValidationError(
                    self.env._(
                        "“%(lei)s” of %(partner)s is not an LEI: it needs 20 letters and digits, the last two of "
                        "which are a checksum.",
                        lei=partner.lei,
                        partner=partner.display_name,
                    )
                )

    # The dialog for a new client (P08-P13)

    def _compute_dealflow_first_contact(self):
        self.dealflow_contact_name = self.dealflow_contact_function = False
        self.dealflow_contact_phone = self.dealflow_contact_email = False

    def _inverse_dealflow_first_contact(self):
        """Create the contact person, with the salesperson of the client."""
        people = [
            {
                'parent_id': client.id,
                'name': client.dealflow_contact_name,
                'function': client.dealflow_contact_function,
                'phone': client.dealflow_contact_phone,
                'email': client.dealflow_contact_email,
                'user_id': client.user_id.id,
            }
            for client in self
            if client.dealflow_contact_name
        ]
        # The defaults of the client are not meant for its contact persons.
        context = clean_context(self.env.context)
        self.with_context(context).create(people)  # pylint: disable=context-overridden

    @public_method(one=True)
    def action_dealflow_save_and_edit(self):
        """Open the form of the client, to fill in more (P10)."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.id,
            'view_mode': 'form',
        }

    @public_method()
    def action_dealflow_save_and_new(self):
        """Open the dialog for the next new client (P13)."""
        return self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_new_client')

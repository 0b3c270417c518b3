from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.parties import CLIENTS, LEGAL_ENTITIES


class DealflowEntityLink(models.Model):
    """One period in which a business partner trades through a legal entity (C84, C88).

    The link is not a contact hierarchy, because Odoo copies addresses and tax numbers along ``parent_id``, and refuses
    to set it on a company with journal items. Links are many to many and dated, so past totals keep the group as it was
    then.
    """

    _name = 'dealflow.entity.link'
    _description = "Legal Entity of a Partner"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin', 'dealflow.merge.mixin']
    _order = 'is_default desc, date_from desc, id'
    _check_company_auto = True

    partner_id = fields.Many2one(
        'res.partner',
        required=True,
        index=True,
        ondelete='cascade',
        check_company=True,
        domain=CLIENTS,
    )
    entity_id = fields.Many2one(
        'res.partner',
        string="Legal Entity",
        required=True,
        index=True,
        ondelete='cascade',
        check_company=True,
        domain=LEGAL_ENTITIES,
    )
    role = fields.Selection(
        [
            ('owns', "Belongs to the partner"),
            ('pays', "Pays for the partner"),
            ('signs', "Signs for the partner"),
            ('receives', "Receives goods for the partner"),
            ('site', "Is divided: the partner is a part of it"),
        ],
        default='owns',
        required=True,
        help="A legal entity that belongs to exactly one partner counts in the totals of that partner.",
    )
    is_default = fields.Boolean(string="Default", help="New deals and orders of the partner take this legal entity.")
    date_from = fields.Date(string="From", help="Empty means that it has always applied.")
    date_to = fields.Date(string="Until", help="The last day of the link. Empty means that it still holds.")
    note = fields.Char()
    company_id = fields.Many2one(
        'res.company',
        index=True,
        compute='_compute_company_id',
        store=True,
        readonly=False,
        precompute=True,
        help="Empty means that the link holds for all your companies.",
    )
    is_current = fields.Boolean(compute='_compute_is_current', search='_search_is_current')

    @api.depends('partner_id', 'entity_id')
    def _compute_company_id(self):
        """Take the company of a party that belongs to a single company."""
        for link in self:
            link.company_id = link.company_id or link.partner_id.company_id or link.entity_id.company_id

    @api.depends('date_from', 'date_to')
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for link in self:
            link.is_current = link._is_valid_on(today)

    def _search_is_current(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return self._get_valid_domain(fields.Date.context_today(self))

    @api.depends('partner_id', 'entity_id')
    def _compute_display_name(self):
        for link in self:
            link.display_name = f"{link.partner_id.display_name} → {link.entity_id.display_name}"

    @api.constrains('partner_id', 'entity_id')
    def _check_parties(self):
        for link in self:
            partner, entity = link.partner_id, link.entity_id
            if partner == entity:
                raise ValidationError(
                    self.env._(
                        "%(partner)s cannot be linked to itself: a company that is its own legal entity needs no link.",
                        partner=partner.display_name,
                    )
                )
            if partner.counterparty_role == 'entity':
                raise ValidationError(
                    self.env._(
                        "%(partner)s is kept as a legal entity only. Change its field “Kept as” before it gets legal "
                        "entities of its own.",
                        partner=partner.display_name,
                    )
                )
            if entity.counterparty_role == 'partner':
                raise ValidationError(
                    self.env._(
                        "%(entity)s is kept as a partner without legal data. Change its field “Kept as” before it "
                        "becomes a legal entity of %(partner)s.",
                        entity=entity.display_name,
                        partner=partner.display_name,
                    )
                )
            for party in (partner, entity):
                if party.commercial_partner_id != party:
                    raise ValidationError(
                        self.env._(
                            "%(contact)s is a contact person or address of %(company)s. Link %(company)s instead.",
                            contact=party.display_name,
                            company=party.commercial_partner_id.display_name,
                        )
                    )

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        for link in self:
            if link.date_from and link.date_to and link.date_to < link.date_from:
                raise ValidationError(
                    self.env._(
                        "The link of %(partner)s to %(entity)s ends on %(date_to)s, before it begins on %(date_from)s.",
                        partner=link.partner_id.display_name,
                        entity=link.entity_id.display_name,
                        date_from=link.date_from,
                        date_to=link.date_to,
                    )
                )

    @api.constrains('partner_id', 'entity_id', 'role', 'date_from', 'date_to', 'company_id')
    def _check_overlap(self):
        siblings_by_pair = self._get_siblings_by_key(lambda link: (link.partner_id, link.entity_id, link.role))
        for link in self:
            for sibling in siblings_by_pair[link.partner_id, link.entity_id, link.role]:
                if sibling != link and link._overlaps(sibling):
                    raise ValidationError(
                        self.env._(
                            "%(partner)s and %(entity)s are linked in this role already, for an overlapping period. "
                            "Change the dates of the existing link.",
                            partner=link.partner_id.display_name,
                            entity=link.entity_id.display_name,
                        )
                    )

    @api.constrains('partner_id', 'is_default', 'date_from', 'date_to', 'company_id')
    def _check_one_default(self):
        defaults = self.filtered('is_default')
        siblings_by_partner = defaults._get_siblings_by_key(lambda link: link.partner_id)
        for link in defaults:
            for sibling in siblings_by_partner[link.partner_id].filtered('is_default'):
                if sibling != link and link._overlaps(sibling):
                    raise ValidationError(
                        self.env._(
                            "%(partner)s can have one default legal entity at a time: %(entity)s or %(other)s.",
                            partner=link.partner_id.display_name,
                            entity=link.entity_id.display_name,
                            other=sibling.entity_id.display_name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        # The new default replaces the old one, so it is set after the link exists.
        marks = [vals.get('is_default') for vals in vals_list]
        links = super().create([{**vals, 'is_default': False} for vals in vals_list])
        links.browse(link.id for link, mark in zip(links, marks, strict=True) if mark).write({'is_default': True})
        links._reassign_documents(links.entity_id)
        return links

    def write(self, vals):
        if vals.get('is_default'):
            self._unset_other_defaults()
        entities = self.entity_id
        result = super().write(vals)
        if vals.keys() - {'is_default', 'note'}:
            self._reassign_documents(entities | self.entity_id)
        return result

    def unlink(self):
        entities = self.entity_id
        result = super().unlink()
        self._reassign_documents(entities.exists())
        return result

    def _unset_other_defaults(self):
        """Unset the default on links that links of ``self`` replace as the default."""
        siblings_by_partner = self._get_siblings_by_key(lambda link: link.partner_id)
        replaced = self.browse()
        for link in self:
            replaced |= siblings_by_partner[link.partner_id].filtered(
                lambda sibling, link=link: sibling.is_default and sibling not in self and link._overlaps(sibling)
            )
        if replaced:
            replaced.is_default = False

    def _get_siblings_by_key(self, get_key):
        """Return the links of the same partners, grouped by ``get_key(link)``; every key of ``self`` is present."""
        # sudo - dealflow.entity.link: uniqueness also holds across companies.
        siblings_sudo = self.sudo().search([('partner_id', 'in', self.partner_id.ids)])
        result = {get_key(link): self.browse() for link in self}
        for key, links_sudo in siblings_sudo.grouped(get_key).items():
            result[key] = links_sudo
        return result

    @api.model
    def _merge_parties(self, sources, target):
        """Move the links of merged contacts; overlapping links in one role become one that covers all their time.

        Documents are reassigned in :meth:`_after_merge`, when they have been moved too.
        """
        parties = sources | target
        # sudo - dealflow.entity.link: the links of all companies move with the contact.
        links_sudo = self.sudo()
        for name, other_name in (('partner_id', 'entity_id'), ('entity_id', 'partner_id')):
            for link in links_sudo.search([(name, 'in', sources.ids)], order='id'):
                if not link.exists():
                    continue
                if link[other_name] in parties:
                    super(DealflowEntityLink, link).unlink()
                    continue
                link._move_to(name, target, parties)

    def _move_to(self, name, target, parties):
        """Move the link to the remaining contact, merged with links of the parties that it would overlap there.

        :param str name: ``partner_id`` or ``entity_id``
        """
        self.ensure_one()
        other_name = 'entity_id' if name == 'partner_id' else 'partner_id'
        others = self.search(
            [
                (name, 'in', parties.ids),
                (other_name, '=', self[other_name].id),
                ('role', '=', self.role),
                ('id', '!=', self.id),
            ]
        )
        was_default = self.is_default
        while alike := others.filtered(self._overlaps):
            links = self | alike
            was_default = was_default or any(alike.mapped('is_default'))
            values = {
                'date_from': all(links.mapped('date_from')) and min(links.mapped('date_from')),
                'date_to': all(links.mapped('date_to')) and max(links.mapped('date_to')),
                'company_id': links.company_id.id if all(link.company_id for link in links) else False,
                'note': " · ".join(dict.fromkeys(filter(None, links.mapped('note')))) or False,
            }
            others -= alike
            super(DealflowEntityLink, alike).unlink()
            super().write({**values, 'is_default': False})
        super().write({name: target.id, 'is_default': False})
        defaults = self.search([('partner_id', '=', self.partner_id.id), ('is_default', '=', True)])
        if was_default and not defaults.filtered(self._overlaps):
            super().write({'is_default': True})

    @api.model
    def _after_merge(self, target):
        super()._after_merge(target)
        # sudo - dealflow.entity.link: documents of all companies are reassigned.
        links_sudo = self.sudo().search([('partner_id', '=', target.id)])
        links_sudo._reassign_documents(links_sudo.entity_id | target.sudo())

    def _overlaps(self, other):
        self.ensure_one()
        if self.company_id and other.company_id and self.company_id != other.company_id:
            return False
        starts_before_end = not self.date_from or not other.date_to or self.date_from <= other.date_to
        ends_after_start = not self.date_to or not other.date_from or self.date_to >= other.date_from
        return starts_before_end and ends_after_start

    def _is_valid_on(self, date):
        self.ensure_one()
        return (not self.date_from or self.date_from <= date) and (not self.date_to or self.date_to >= date)

    @api.model
    def _get_valid_domain(self, date):
        """Return the domain of the links that hold on a day."""
        return (Domain('date_from', '=', False) | Domain('date_from', '<=', date)) & (
            Domain('date_to', '=', False) | Domain('date_to', '>=', date)
        )

    def _get_main_partner(self):
        """Return the single partner that the linked entity belongs to, from links valid on the same day.

        Links in the role «belongs» take precedence. If several partners share the entity, none of them is its main
        partner, and documents name the partner themselves.
        """
        owning = self.filtered(lambda link: link.role == 'owns') or self
        partners = owning.partner_id
        return partners if len(partners) == 1 else self.env['res.partner']

    @api.model
    def _get_valid_sql(self, entity, company, day):
        """Return the SQL of :meth:`_get_valid_domain` on the rows of ``link``, for queries over many days.

        :param SQL entity: the legal entity
        :param SQL company: the company whose links apply, besides those of all companies
        :param SQL day: the day on which they apply
        """
        return SQL(
            """link.entity_id = %(entity)s
               AND (link.company_id IS NULL OR link.company_id = %(company)s)
               AND (link.date_from IS NULL OR link.date_from <= %(day)s)
               AND (link.date_to IS NULL OR link.date_to >= %(day)s)""",
            entity=entity,
            company=company,
            day=day,
        )

    @api.model
    def _get_main_partner_sql(self, entity, company, day):
        """Return the query for the result of :meth:`_get_main_partner`, as ``partner_id``; no row if there is none."""
        return SQL(
            """SELECT MIN(ranked.partner_id) AS partner_id
                 FROM (
                       SELECT link.partner_id, RANK() OVER (ORDER BY link.role != 'owns') AS position
                         FROM dealflow_entity_link AS link
                        WHERE %s
                      ) AS ranked
                WHERE ranked.position = 1
               HAVING COUNT(DISTINCT ranked.partner_id) = 1""",
            self._get_valid_sql(entity, company, day),
        )

    @api.model
    def _reassign_documents(self, entities):
        """Set the business partner of orders and invoices of the entities as of the documents' own date.

        Documents keep their partner as long as it was linked to the entity on their date, so a manual choice stays, and
        a company that leaves a group today stays in the group's totals of last year (C85).
        """
        self.env['sale.order']._dealflow_reassign_business_partners(entities)
        self.env['account.move']._dealflow_reassign_business_partners(entities)

    @api.model
    def _cron_refresh_main_partners(self):
        """Recompute the main partner of entities whose links have begun or ended recently."""
        today = fields.Date.context_today(self)
        recent = [('date_from', '>=', today.replace(day=1)), ('date_from', '<=', today)]
        ended = [('date_to', '>=', fields.Date.subtract(today, months=1)), ('date_to', '<', today)]
        links = self.search(Domain(recent) | Domain(ended))
        entities = links.entity_id
        contacts = (
            self.env['res.partner']
            .with_context(active_test=False)
            .search([('commercial_partner_id', 'in', entities.ids)])
        )
        self.env.add_to_compute(self.env['res.partner']._fields['business_partner_id'], contacts)
        contacts._recompute_recordset(['business_partner_id'])

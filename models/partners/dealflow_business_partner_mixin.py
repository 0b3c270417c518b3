from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.parties import CLIENTS


class DealflowBusinessPartnerMixin(models.AbstractModel):
    """A document made out to a legal entity, ``partner_id``, that also counts for a business partner (C90)."""

    _name = 'dealflow.business.partner.mixin'
    _description = "Document of a Business Partner"

    business_partner_id = fields.Many2one(
        'res.partner',
        compute='_compute_dealflow_business_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        domain=CLIENTS,
        help="The client that the document counts for. The document itself is made out to the legal entity.",
        groups='base.group_user',
    )
    dealflow_show_all_entities = fields.Boolean(
        string="Show all",
        store=False,
        help="Offer every legal entity, not only those of the business partner.",
        groups='base.group_user',
    )
    requisites_warning = fields.Text(
        compute='_compute_dealflow_requisites_warning', compute_sudo=True, groups='base.group_user'
    )

    @api.model
    def _dealflow_get_business_partner_date_field(self):
        """Return the name of the field with the day on which the links of the legal entity are looked up."""
        raise NotImplementedError

    def _dealflow_get_requisites_operation(self):
        """Return the gate (``order``, ``invoice``) that the document still has to pass, if any."""
        raise NotImplementedError

    def _dealflow_get_business_partner_date(self):
        self.ensure_one()
        date = self[self._dealflow_get_business_partner_date_field()]
        return fields.Date.to_date(date) or fields.Date.context_today(self)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.user.has_group('dealflow.group_separate_partners'))

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Label the customer «Legal Entity», and filter it, if partners are kept separately (C90, C92).

        With the setting off, the form stays exactly Odoo's own (C89).
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'form' and self.env.user.has_group('dealflow.group_separate_partners'):
            label = self.env._("Legal Entity")
            for node in arch.xpath("//*[self::sheet or self::group]//field[@name='partner_id'][not(ancestor::field)]"):
                node.set('string', label)
                node.set('domain', self._dealflow_get_legal_entity_domain(node.get('domain')))
            for node in arch.xpath("//label[@for='partner_id'][not(ancestor::field)]"):
                node.set('string', label)
        return arch, view

    @api.model
    def _dealflow_get_legal_entity_domain(self, domain):
        """Return the view expression that narrows ``domain`` to the entities of the chosen business partner."""
        domain = domain or '[]'
        narrowed = f"{domain} + [('dealflow_current_partner_ids', '=', business_partner_id)]"
        return f"({narrowed}) if business_partner_id and not dealflow_show_all_entities else ({domain})"

    @api.depends('partner_id')
    def _compute_dealflow_business_partner_id(self):
        for document in self:
            entity = document.partner_id.commercial_partner_id
            chosen = document.business_partner_id
            date = document._dealflow_get_business_partner_date() if entity else None
            if entity and chosen and chosen in entity._dealflow_get_business_partners(date):
                continue
            document.business_partner_id = entity and entity._dealflow_get_business_partner(date)

    @api.depends('partner_id', 'company_id', 'state')
    def _compute_dealflow_requisites_warning(self):
        for document in self:
            operation = document._dealflow_get_requisites_operation()
            company = document.company_id or self.env.company
            entity = document.partner_id.commercial_partner_id
            if not entity or not operation or company[f'dealflow_gate_{operation}'] == 'ignore':
                document.requisites_warning = False
            else:
                document.requisites_warning = entity._dealflow_describe_requisites_state()

    def _dealflow_get_common_terms_partner(self):
        """Return the business partner whose common terms apply (C86); empty for an entity that is its own partner."""
        self.ensure_one()
        partner = self.business_partner_id
        if partner == self.partner_id.commercial_partner_id:
            return partner.browse()
        return partner.with_company(self.company_id)

    def _dealflow_add_group_credit_warning(self, amount):
        """Add to Odoo's credit warning what the whole group would owe with the document, if too much (C86).

        :param float amount: what the document adds to the debt, in the currency of its company
        """
        self.ensure_one()
        partner = self._dealflow_get_common_terms_partner()
        if partner and self.company_id.account_use_credit_limit:
            # sudo - res.partner: salespeople may not read what a client owes, but they are warned.
            warning = partner.sudo()._dealflow_get_group_credit_warning(amount)
            self.partner_credit_warning = '\n'.join(filter(None, [self.partner_credit_warning, warning]))

    @api.onchange('business_partner_id')
    def _onchange_dealflow_business_partner_id(self):
        """Offer the default legal entity when the chosen partner does not trade through the present one."""
        partner = self.business_partner_id
        entity = self.partner_id.commercial_partner_id
        date = self._dealflow_get_business_partner_date()
        if partner and (not entity or partner not in entity._dealflow_get_business_partners(date)):
            self.partner_id = partner._dealflow_get_default_legal_entity()

    @api.model
    def _dealflow_reassign_business_partners(self, entities):
        """Set the main partner on documents whose business partner was not linked to the entity on their date.

        A single statement, because an entity may have years of posted documents; it touches no field that accounting
        locks.
        """
        if not entities:
            return
        self.env['dealflow.entity.link'].flush_model()
        self.env['res.partner'].flush_model(['commercial_partner_id'])
        self.flush_model(
            ['partner_id', 'business_partner_id', 'company_id', self._dealflow_get_business_partner_date_field()]
        )
        links = self.env['dealflow.entity.link']
        of_document = {
            'entity': SQL("customer.commercial_partner_id"),
            'company': SQL("document.company_id"),
            'day': SQL("document_date.value"),
        }
        self.env.cr.execute(
            SQL(
                """
            UPDATE %(table)s AS target
               SET business_partner_id = chosen.partner_id
              FROM (
                    SELECT document.id, COALESCE(main.partner_id, customer.commercial_partner_id) AS partner_id
                      FROM %(table)s AS document
                      JOIN res_partner AS customer ON customer.id = document.partner_id
                CROSS JOIN LATERAL (
                            SELECT COALESCE(document.%(date_field)s, document.create_date)::date AS value
                           ) AS document_date
                 LEFT JOIN LATERAL (
                            %(main)s
                           ) AS main ON TRUE
                     WHERE customer.commercial_partner_id IN %(entity_ids)s
                       AND NOT EXISTS (
                            SELECT 1
                              FROM dealflow_entity_link AS link
                             WHERE link.partner_id = document.business_partner_id AND %(valid)s
                           )
                   ) AS chosen
             WHERE chosen.id = target.id
               AND target.business_partner_id IS DISTINCT FROM chosen.partner_id
            """,
                table=SQL.identifier(self._table),
                date_field=SQL.identifier(self._dealflow_get_business_partner_date_field()),
                main=links._get_main_partner_sql(**of_document),
                valid=links._get_valid_sql(**of_document),
                entity_ids=tuple(entities.ids),
            )
        )
        self.invalidate_model(['business_partner_id'])

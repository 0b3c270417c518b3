from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowLeadConvert(models.TransientModel):
    """Converts one or several opportunities to deals (E19)."""

    _name = 'dealflow.lead.convert'
    _description = "Convert to Deal"
    _inherit = ['dealflow.chosen.records.wizard.mixin', 'dealflow.reference.mixin']
    _chosen_field = 'lead_ids'
    _check_company_auto = True

    lead_ids = fields.Many2many('crm.lead', string="Opportunities", required=True, context={'active_test': False})
    lead_count = fields.Integer(compute='_compute_lead_count')
    company_id = fields.Many2one('res.company', compute='_compute_company_id', store=True, precompute=True)
    mode = fields.Selection(
        [('create', "Create a new deal"), ('attach', "Attach to an existing deal")],
        required=True,
        default='create',
    )
    deal_names = fields.Char(
        string="Its Deals",
        compute='_compute_deal_names',
        help="What the opportunity has become already. Another deal of it has a name and an amount of its own.",
    )
    name = fields.Char(string="Name of the Other Deal")
    deal_id = fields.Many2one('dealflow.deal', check_company=True, domain="[('state', '=', 'open')]")
    partner_mode = fields.Selection(
        [
            ('existing', "Use an existing partner"),
            ('create', "Create a partner from the opportunity"),
            ('none', "Leave the partner open"),
        ],
        string="Client",
        compute='_compute_partner_mode',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        compute='_compute_business_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        compute='_compute_legal_entity_id',
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    funnel_id = fields.Many2one(
        'dealflow.funnel',
        compute='_compute_funnel_id',
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    currency_id = fields.Many2one(
        'res.currency', compute='_compute_amount', store=True, readonly=False, precompute=True
    )
    amount = fields.Monetary(compute='_compute_amount', store=True, readonly=False, precompute=True)

    @api.depends('lead_ids')
    def _compute_lead_count(self):
        for wizard in self:
            wizard.lead_count = len(wizard.lead_ids)

    @api.depends('lead_ids')
    def _compute_deal_names(self):
        for wizard in self:
            # sudo - dealflow.deal: deals of other users count, too.
            deals_sudo = wizard.lead_ids.sudo().deal_ids
            wizard.deal_names = ", ".join(f"{deal.name} ({deal.number})" for deal in deals_sudo)

    @api.depends('lead_ids')
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.lead_ids.company_id[:1] or self.env.company

    @api.depends('lead_ids')
    def _compute_partner_mode(self):
        for wizard in self:
            leads = wizard.lead_ids._origin
            known = leads._find_matching_partner() if len(leads) == 1 else leads.partner_id
            if known:
                wizard.partner_mode = 'existing'
            else:
                lead = leads[:1]
                wizard.partner_mode = 'create' if lead.partner_name or lead.contact_name or lead.email_from else 'none'

    @api.depends('lead_ids', 'partner_mode')
    def _compute_business_partner_id(self):
        for wizard in self:
            leads = wizard.lead_ids._origin
            if wizard.partner_mode != 'existing' or len(leads) != 1:
                wizard.business_partner_id = False
            elif not wizard.business_partner_id:
                client = leads._find_matching_partner().commercial_partner_id
                wizard.business_partner_id = client and client._dealflow_get_business_partner()

    @api.depends('business_partner_id')
    def _compute_legal_entity_id(self):
        for wizard in self:
            partner = wizard.business_partner_id
            if not partner or wizard.legal_entity_id not in partner._dealflow_get_legal_entities():
                wizard.legal_entity_id = partner and partner._dealflow_get_default_legal_entity()

    @api.depends('company_id')
    def _compute_funnel_id(self):
        for wizard in self:
            wizard.funnel_id = self.env['dealflow.funnel']._get_default(wizard.company_id)

    @api.depends('lead_ids')
    def _compute_amount(self):
        for wizard in self:
            wizard.currency_id = wizard.company_id.currency_id
            is_first = len(wizard.lead_ids) == 1 and not wizard.deal_names
            wizard.amount = wizard.lead_ids.expected_revenue if is_first else 0.0

    @public_method(one=True, once=True)
    def action_apply(self):
        """Convert the opportunities, and open the result."""
        if self.mode == 'attach':
            if not self.deal_id:
                raise UserError(self.env._("Choose the deal to attach the opportunity to."))
            return self.lead_ids.action_convert_to_deal({'deal_id': self.deal_id.id})
        vals = {'funnel_id': self.funnel_id.id}
        if self.partner_mode == 'create':
            self.lead_ids._handle_partner_assignment(create_missing=True)
        elif self.partner_mode == 'none':
            vals.update(business_partner_id=False, legal_entity_id=False)
        if self.lead_count == 1:
            vals.update(amount=self.amount, currency_id=self.currency_id.id)
            if self.name:
                vals['name'] = self.name
            if self.partner_mode == 'existing':
                if not self.business_partner_id:
                    raise UserError(self.env._("Choose the partner, or let one be created from the opportunity."))
                vals.update(business_partner_id=self.business_partner_id.id, legal_entity_id=self.legal_entity_id.id)
                if not self.lead_ids.partner_id:
                    self.lead_ids.partner_id = self.legal_entity_id or self.business_partner_id
        return self.lead_ids.action_convert_to_deal(vals)

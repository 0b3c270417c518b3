from odoo import api, fields, models


class CrmLead(models.Model):
    """What a request asks for, who got it and why, and until when somebody has to work on it (C30, X20)."""

    _inherit = 'crm.lead'
    _dealflow_code_only_fields = (
        'dealflow_routing',
        'dealflow_route_id',
        'dealflow_route_reason',
        'dealflow_routed_on',
        'dealflow_answer_until',
        'dealflow_escalated_on',
        'dealflow_request_source_id',
    )

    dealflow_product_id = fields.Many2one(
        'product.product',
        string="Requested Product",
        index='btree_not_null',
        check_company=True,
        tracking=True,
        ondelete='set null',
        groups='base.group_user',
    )
    dealflow_category_id = fields.Many2one(
        'product.category',
        string="Requested Category",
        index='btree_not_null',
        tracking=True,
        ondelete='set null',
        groups='base.group_user',
        help="What the client asked for, when it is no single product.",
    )
    dealflow_routing = fields.Selection(
        [('waiting', "Waits for Routing"), ('routed', "Routed")],
        string="Routing",
        readonly=True,
        copy=False,
        index='btree_not_null',
        groups='dealflow.group_viewer',
    )
    dealflow_route_id = fields.Many2one(
        'dealflow.request.route',
        string="Routing Rule",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        groups='dealflow.group_viewer',
    )
    dealflow_route_reason = fields.Text(
        string="Why This Salesperson", readonly=True, copy=False, groups='dealflow.group_viewer'
    )
    dealflow_routed_on = fields.Datetime(string="Routed On", readonly=True, copy=False, groups='dealflow.group_viewer')
    dealflow_answer_until = fields.Datetime(
        string="To Be Worked On Until",
        readonly=True,
        copy=False,
        index='btree_not_null',
        groups='dealflow.group_viewer',
    )
    dealflow_escalated_on = fields.Datetime(
        string="Escalated On", readonly=True, copy=False, groups='dealflow.group_viewer'
    )
    dealflow_request_source_id = fields.Many2one(
        'dealflow.request.source',
        string="Came In By",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='restrict',
        groups='dealflow.group_viewer',
    )
    dealflow_assignment_ids = fields.One2many(
        'dealflow.request.assignment', 'lead_id', string="Routing Log", groups='dealflow.group_manager'
    )

    def _dealflow_get_company(self):
        """Return the company whose rules and hours the one request goes by."""
        self.ensure_one()
        return self.company_id or self.team_id.company_id or self.env.company

    def _dealflow_get_region(self):
        """Return the region of the one request: that of the client, else that of the state or country it is from."""
        self.ensure_one()
        partner = self.partner_id
        region = partner.region_id or partner.commercial_partner_id.region_id
        if region:
            return region
        return self._dealflow_find_region(self.country_id or partner.country_id, self.state_id or partner.state_id)

    @api.model
    def _dealflow_find_region(self, country, state):
        """Return the region of a state, else of a country: the one with their code, or the only one of the country."""
        regions = self.env['dealflow.region']
        if not country:
            return regions
        codes = [f'{country.code}-{state.code}', country.code] if state else [country.code]
        found = regions.search([('code', 'in', codes)])
        by_code = found.grouped('code')
        for code in codes:
            if code in by_code:
                return by_code[code]
        of_country = regions.search([('country_id', '=', country.id)], limit=2)
        return of_country if len(of_country) == 1 else regions

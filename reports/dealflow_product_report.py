from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.deal_states import DEAL_STATES


class DealflowProductReport(models.Model):
    """Products in deals, in company currency: the matrix of products by segments (C67)."""

    _name = 'dealflow.product.report'
    _description = "Product Analysis"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'product_id'
    _order = 'opened_on desc, id desc'

    deal_id = fields.Many2one('dealflow.deal', readonly=True, aggregator='count_distinct')
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one('res.currency', readonly=True)
    product_id = fields.Many2one('product.product', readonly=True)
    category_id = fields.Many2one('product.category', string="Product Category", readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    industry_id = fields.Many2one('res.partner.industry', string="Segment", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    partner_status_id = fields.Many2one('dealflow.partner.status', string="Client Status", readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    stage_id = fields.Many2one('dealflow.stage', readonly=True)
    state = fields.Selection(DEAL_STATES, readonly=True)
    opened_on = fields.Date(readonly=True)
    closed_on = fields.Date(readonly=True)
    quantity = fields.Float(digits='Product Unit', readonly=True)
    amount = fields.Monetary(
        currency_field='company_currency_id',
        readonly=True,
        help="Amount of the line, at the rate at which the deal itself was converted.",
    )

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT line.id, line.deal_id, deal.company_id, company.currency_id AS company_currency_id,
                      line.product_id, template.categ_id AS category_id,
                      deal.business_partner_id, partner.industry_id, partner.region_id,
                      partner.client_status_id AS partner_status_id,
                      deal.user_id, deal.team_id, deal.stage_id, deal.state, deal.opened_on, deal.closed_on,
                      line.quantity,
                      CASE WHEN deal.amount <> 0 THEN line.price_subtotal * deal.amount_company / deal.amount
                           ELSE line.price_subtotal END AS amount
                 FROM dealflow_deal_line line
                 JOIN dealflow_deal deal ON deal.id = line.deal_id
                 JOIN res_company company ON company.id = deal.company_id
                 LEFT JOIN product_product product ON product.id = line.product_id
                 LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                 LEFT JOIN res_partner partner ON partner.id = deal.business_partner_id
                WHERE deal.active""",
        )

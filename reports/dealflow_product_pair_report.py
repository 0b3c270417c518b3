from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.deal_states import DEAL_STATES


class DealflowProductPairReport(models.Model):
    """Products bought together: one row for each ordered pair of products in a deal (C67).

    The number of rows of a pair is the number of deals that have both. Each pair is there in both directions, so that
    the matrix can be read by rows.
    """

    _name = 'dealflow.product.pair.report'
    _description = "Cross-Sales"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'product_id'
    _order = 'id desc'

    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    product_id = fields.Many2one('product.product', readonly=True)
    other_product_id = fields.Many2one('product.product', string="Bought With", readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    industry_id = fields.Many2one('res.partner.industry', string="Segment", readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    state = fields.Selection(DEAL_STATES, readonly=True)
    closed_on = fields.Date(readonly=True)

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT row_number() OVER (ORDER BY line.deal_id, line.product_id, other.product_id) AS id,
                      line.deal_id, deal.company_id, line.product_id, other.product_id AS other_product_id,
                      deal.business_partner_id, partner.industry_id, deal.user_id, deal.state, deal.closed_on
                 FROM dealflow_deal_line line
                 JOIN dealflow_deal_line other ON other.deal_id = line.deal_id AND other.product_id <> line.product_id
                 JOIN dealflow_deal deal ON deal.id = line.deal_id
                 LEFT JOIN res_partner partner ON partner.id = deal.business_partner_id
                WHERE deal.active
                GROUP BY line.deal_id, deal.company_id, line.product_id, other.product_id, deal.business_partner_id,
                         partner.industry_id, deal.user_id, deal.state, deal.closed_on""",
        )

from odoo import fields, models
from odoo.tools import SQL


class DealflowCompetitorProductReport(models.Model):
    """Wins and losses against a competitor by product (B51, C65).

    A deal counts once for each of its products, so the sum over products may exceed the number of cases.
    """

    _name = 'dealflow.competitor.product.report'
    _description = "Competitor Analysis by Product"
    _inherit = ['dealflow.competitor.report']
    _auto = False
    _depends = {
        'dealflow.deal.line': ['deal_id', 'product_id'],
        'product.product': ['product_tmpl_id'],
        'product.template': ['categ_id'],
    }

    deal_id = fields.Many2one(aggregator='count_distinct')
    product_id = fields.Many2one('product.product', readonly=True)
    category_id = fields.Many2one('product.category', string="Product Category", readonly=True)

    def _get_sql_id(self):
        return SQL("row_number() OVER (ORDER BY competitor.id, sold.product_id)")

    def _get_columns(self):
        return SQL("%s, sold.product_id, sold.category_id", super()._get_columns())

    def _get_tables(self):
        return SQL(
            """%s
               JOIN (SELECT line.deal_id, line.product_id, template.categ_id AS category_id
                       FROM dealflow_deal_line line
                       JOIN product_product product ON product.id = line.product_id
                       JOIN product_template template ON template.id = product.product_tmpl_id
                   GROUP BY line.deal_id, line.product_id, template.categ_id
                    ) AS sold ON sold.deal_id = deal.id""",
            super()._get_tables(),
        )

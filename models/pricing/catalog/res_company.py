from odoo import fields, models


class ResCompany(models.Model):
    """The two roots of the categories in the price form: components and products (C16)."""

    _inherit = 'res.company'

    dealflow_component_category_ids = fields.Many2many(
        'product.category',
        'dealflow_company_component_category_rel',
        'company_id',
        'category_id',
        string="Categories of components",
        help="With all categories below them. The price form shows components and products as two trees.",
        groups='base.group_user',
    )
    dealflow_product_category_ids = fields.Many2many(
        'product.category',
        'dealflow_company_product_category_rel',
        'company_id',
        'category_id',
        string="Categories of products",
        help="With all categories below them. The price form shows components and products as two trees.",
        groups='base.group_user',
    )

from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # As on the invoice: a new line has no costs to recompute.
    dealflow_cost_ids = fields.One2many(
        'dealflow.marketing.cost', 'bill_line_id', groups='dealflow.group_marketing', export_string_translation=False
    )

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = 'account.move'

    # The inverse field tells the ORM that a new invoice has no costs to recompute; without it, the ORM would search.
    dealflow_cost_ids = fields.One2many(
        'dealflow.marketing.cost', 'bill_id', groups='dealflow.group_marketing', export_string_translation=False
    )

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = 'account.move'

    # The other end of the relation tells the ORM that a new invoice has no costs to compute: else it searches for them.
    dealflow_cost_ids = fields.One2many(
        'dealflow.marketing.cost', 'bill_id', groups='dealflow.group_marketing', export_string_translation=False
    )

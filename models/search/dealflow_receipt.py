from odoo import models


class DealflowReceipt(models.Model):
    _name = 'dealflow.receipt'
    _inherit = ['dealflow.receipt', 'dealflow.searched.mixin']

from odoo import models


class DealflowContract(models.Model):
    _name = 'dealflow.contract'
    _inherit = ['dealflow.contract', 'dealflow.searched.mixin']

from odoo import models


class DealflowDeal(models.Model):
    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.searched.mixin']

from odoo import models


class DealflowClaim(models.Model):
    _name = 'dealflow.claim'
    _inherit = ['dealflow.claim', 'dealflow.searched.mixin']

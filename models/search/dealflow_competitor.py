from odoo import models


class DealflowCompetitor(models.Model):
    _name = 'dealflow.competitor'
    _inherit = ['dealflow.competitor', 'dealflow.searched.mixin']

from odoo import fields, models


class DealflowCompetitor(models.Model):
    """A rival that deals are won from or lost to (B51, B52)."""

    _name = 'dealflow.competitor'
    _description = "Competitor"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, index='trigram', tracking=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one('res.partner', check_company=True, index='btree_not_null')
    industry_id = fields.Many2one('res.partner.industry')
    status_id = fields.Many2one('dealflow.competitor.status', tracking=True)
    strengths = fields.Text()
    weaknesses = fields.Text()
    company_id = fields.Many2one('res.company', index=True, help="Empty means that all companies share the competitor.")

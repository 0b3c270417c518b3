from odoo import api, fields, models

from odoo.addons.dealflow.tools.public_methods import WHOLE_NUMBER, public_method


class DealflowSiteVisit(models.Model):
    """Somebody was at the client's and has seen where the goods will stand."""

    _name = 'dealflow.site.visit'
    _description = "Site Visit"
    # Nobody names a deal here that he may not read.
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin']
    _order = 'date desc, id desc'

    name = fields.Char(string="Place", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    deal_id = fields.Many2one('dealflow.deal', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='deal_id.company_id', store=True, index=True)
    user_id = fields.Many2one('res.users', string="Visitor", required=True, default=lambda self: self.env.user)

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        self._refresh_requirements(visits.deal_id)
        return visits

    def write(self, vals):
        deals = self.deal_id
        result = super().write(vals)
        self._refresh_requirements(deals | self.deal_id)
        return result

    def unlink(self):
        deals = self.deal_id
        result = super().unlink()
        self._refresh_requirements(deals)
        return result

    @api.model
    def _refresh_requirements(self, deals):
        # sudo - dealflow.deal: the visit counts whoever was there.
        deals.sudo()._refresh_requirements()

    @api.model
    @api.readonly
    @public_method(limit=WHOLE_NUMBER)
    def get_my_visits(self, limit=5):
        """Return the person's last visits for the start page.

        :param int limit: how many of them at most
        :return: ``{'count': int, 'rows': [{'id', 'name', 'date', 'deal'}]}``
        """
        mine = [('user_id', '=', self.env.uid)]
        visits = self.search(mine, limit=limit)
        return {
            'count': self.search_count(mine),
            'rows': [
                {'id': visit.id, 'name': visit.name, 'date': visit.date, 'deal': visit.deal_id.display_name}
                for visit in visits
            ],
        }

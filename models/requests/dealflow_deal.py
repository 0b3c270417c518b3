from odoo import api, models
from odoo.fields import Domain

from ...tools.public_methods import FLAG, public_method


class DealflowDeal(models.Model):
    """The start page counts the requests too that nobody works on (X20)."""

    _inherit = 'dealflow.deal'

    @api.model
    @api.readonly
    @public_method(is_mine=FLAG)
    def get_summary(self, is_mine=True):
        """Add the requests that nobody works on, where they have to be worked on in time.

        Their expected revenue is in the currency of the current company. See the method of the overview.

        :param bool is_mine: only requests of the user, else all that they may see
        :rtype: dict
        """
        summary = super().get_summary(is_mine)
        company = self.env.company
        # sudo - dealflow.request.route: whether requests have a time limit is no secret.
        routes_sudo = self.env['dealflow.request.route'].sudo()
        if not company.dealflow_request_hours and not routes_sudo.search_count(
            [('company_id', '=', company.id), ('answer_hours', '>', 0)], limit=1
        ):
            return summary
        untouched = Domain('dealflow_is_untouched', '=', True) & Domain('company_id', 'in', [False, company.id])
        if is_mine:
            untouched &= Domain('user_id', '=', self.env.uid)
        filters = ['filter_untouched']
        if is_mine:
            filters.insert(0, 'assigned_to_me')
        count, amount = self.env['crm.lead']._read_group(untouched, [], ['__count', 'expected_revenue:sum'])[0]
        summary['rows'].append(
            {
                'name': 'requests_untouched',
                'label': self.env._("Requests nobody works on"),
                'action': 'dealflow.crm_lead_action_requests',
                'filters': filters,
                'count': count,
                'amount': amount or 0.0,
                'is_alarm': True,
            }
        )
        return summary

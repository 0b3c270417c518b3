from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.public_methods import FLAG, public_method


class DealflowDeal(models.Model):
    """Figures of the open deals on the start page."""

    _inherit = 'dealflow.deal'

    @api.model
    @api.readonly
    @public_method(is_mine=FLAG)
    def get_summary(self, is_mine=True):
        """Count the open deals, and those of them that need attention (E18).

        Amounts are in the currency of the current company, whose deals are counted; «today» is in the user's time zone.

        :param bool is_mine: only deals of the user, as responsible or co-executor (C46); else all that they may see
        :return: ``{'rows': [{'name', 'label', 'action', 'filters', 'count', 'amount', 'is_alarm'}],
            'currency_id': id}``; ``action`` is the external id of the list with the same records, ``filters`` are the
            names of its search filters that show them
        :rtype: dict
        """
        company = self.env.company
        deals = Domain('company_id', '=', company.id) & Domain('state', '=', 'open')
        if is_mine:
            deals &= Domain('is_own', '=', True)
        today = fields.Date.context_today(self)
        rows = []
        for name, label, domain, filters, is_alarm in (
            ('open', self.env._("Open"), Domain.TRUE, ['filter_open'], False),
            (
                'late',
                self.env._("Past the expected close"),
                Domain('expected_close_date', '<', today),
                ['filter_late'],
                True,
            ),
            ('rotting', self.env._("Rotting"), Domain('is_rotting', '=', True), ['filter_rotting'], True),
            (
                'requirements_missing',
                self.env._("Requirements not met"),
                Domain('meets_requirements', '=', False),
                ['filter_open', 'filter_requirements_missing'],
                True,
            ),
            (
                'idle',
                self.env._("Without a planned activity"),
                Domain('activity_ids', '=', False),
                ['filter_open', 'filter_without_activity'],
                True,
            ),
        ):
            count, amount = self._read_group(deals & domain, [], ['__count', 'amount_company:sum'])[0]
            rows.append(
                {
                    'name': name,
                    'label': label,
                    'action': 'dealflow.dealflow_deal_action',
                    'filters': filters,
                    'count': count,
                    'amount': amount or 0.0,
                    'is_alarm': is_alarm,
                }
            )
        return {'rows': rows, 'currency_id': company.currency_id.id}

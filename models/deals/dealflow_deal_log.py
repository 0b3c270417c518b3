from odoo import api, fields, models
from odoo.tools import SQL

# Log columns with the values after the change, by their keys in ``dealflow.deal._get_log_values``.
CLOSING_COLUMNS = {
    'stage': 'stage_to_id',
    'state': 'state_to',
    'amount': 'amount_to',
    'amount_company': 'amount_company_to',
    'currency': 'currency_id',
    'deadline': 'deadline_to',
    'owner': 'owner_to_id',
}


class DealflowDealLog(models.Model):
    """Append-only log of deals: every row has the values before and after a change.

    A row has all values of both sides, so replaying the rows of a deal gives its present stage, state, amount and
    deadline, and for any period opening plus movements equals closing, to the cent, in company currency.
    """

    _name = 'dealflow.deal.log'
    _description = "Deal Log"
    _inherit = 'dealflow.log.mixin'
    _order = 'date desc, id desc'
    _rec_name = 'deal_id'

    deal_id = fields.Many2one('dealflow.deal', required=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', required=True, index=True, ondelete='restrict')
    kind = fields.Selection(
        [
            ('open', "Opened"),
            ('move', "Moved"),
            ('win', "Won"),
            ('lose', "Lost"),
            ('reopen', "Reopened"),
            ('amount', "Amount changed"),
            ('deadline', "Deadline changed"),
            ('owner', "Handed over"),
            ('import', "Imported"),
        ],
        required=True,
    )
    stage_from_id = fields.Many2one('dealflow.stage', index='btree_not_null', ondelete='restrict')
    stage_to_id = fields.Many2one('dealflow.stage', required=True, index=True, ondelete='restrict')
    state_from = fields.Selection(selection='_selection_state')
    state_to = fields.Selection(selection='_selection_state', required=True)
    currency_id = fields.Many2one('res.currency', required=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    amount_from = fields.Monetary(string="Amount Before")
    amount_to = fields.Monetary(string="Amount After")
    amount_company_from = fields.Monetary(
        string="Amount Before (Company Currency)", currency_field='company_currency_id'
    )
    amount_company_to = fields.Monetary(string="Amount After (Company Currency)", currency_field='company_currency_id')
    deadline_from = fields.Date(string="Deadline Before")
    deadline_to = fields.Date(string="Deadline After")
    owner_from_id = fields.Many2one(
        'res.users', string="Responsible Before", index='btree_not_null', ondelete='restrict'
    )
    owner_to_id = fields.Many2one('res.users', string="Responsible After", index='btree_not_null', ondelete='restrict')
    lost_reason_id = fields.Many2one('crm.lost.reason', index='btree_not_null', ondelete='restrict')
    comment = fields.Text()
    short_status = fields.Char()
    is_override = fields.Boolean(
        string="Requirements Overridden",
        help="The user made use of the right to move deals without meeting requirements.",
    )
    missing_requirements = fields.Text()
    _deal_id_idx = models.Index('(deal_id, id DESC)')
    _date_idx = models.Index('(company_id, date)')
    # For reports, which read the state of every deal at a given time.
    _deal_date_idx = models.Index('(deal_id, date DESC, id DESC)')
    # Moves only, with all columns that the funnel report reads, for index-only scans.
    _step_idx = models.Index(
        '(deal_id, date, id) INCLUDE (stage_from_id, stage_to_id, state_from)'
        ' WHERE stage_from_id IS DISTINCT FROM stage_to_id OR state_from IS DISTINCT FROM state_to',
    )

    def _selection_state(self):
        return self.env['dealflow.deal']._fields['state']._description_selection(self.env)

    @api.model
    def _get_latest_values(self, deals):
        """Return the values of the newest row of each deal, with the keys of ``dealflow.deal._get_log_values``.

        Read in SQL, without record rules: the log must stay consistent whatever the user may see.

        :return: values by id of the deal; deals without rows are left out
        :rtype: dict[int, dict]
        """
        if not deals.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT deal.id, %s
                 FROM unnest(%s) AS deal(id)
                CROSS JOIN LATERAL (
                      SELECT * FROM dealflow_deal_log log WHERE log.deal_id = deal.id ORDER BY log.id DESC LIMIT 1
                ) AS head""",
                SQL(", ").join(SQL.identifier('head', column) for column in CLOSING_COLUMNS.values()),
                deals.ids,
            )
        )
        return {deal_id: dict(zip(CLOSING_COLUMNS, values, strict=True)) for deal_id, *values in rows}

    def _has_changes_since_opening(self):
        return super()._has_changes_since_opening() or self.kind not in (False, 'open')

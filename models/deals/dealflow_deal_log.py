from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

ROWS_PER_STATEMENT = 1000

# What a row carries on both sides, by the name that the reckoning uses and the column of what is so since the row.
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
    """Append-only ledger of deals: every row says what the deal was before and what it is since.

    A row carries the whole state on both sides, so replaying the rows of a deal gives its present stage, state,
    amount and deadline, and for any period opening plus movements is closing, to the cent, in company currency.
    Nobody makes, writes or deletes rows through the ORM; :meth:`_append` is the only way in.
    """

    _name = 'dealflow.deal.log'
    _description = "Deal History"
    _inherit = 'dealflow.derived.mixin'
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
    amount_from = fields.Monetary()
    amount_to = fields.Monetary()
    amount_company_from = fields.Monetary(
        string="Amount From (Company Currency)", currency_field='company_currency_id')
    amount_company_to = fields.Monetary(
        string="Amount To (Company Currency)", currency_field='company_currency_id')
    deadline_from = fields.Date()
    deadline_to = fields.Date()
    owner_from_id = fields.Many2one('res.users', index='btree_not_null', ondelete='restrict')
    owner_to_id = fields.Many2one('res.users', index='btree_not_null', ondelete='restrict')
    lost_reason_id = fields.Many2one('crm.lost.reason', index='btree_not_null', ondelete='restrict')
    comment = fields.Text()
    short_status = fields.Char()
    is_override = fields.Boolean(
        string="Without Evidence", help="The person used the right to move deals without evidence.",
    )
    missing_evidence = fields.Text()
    _deal_id_idx = models.Index('(deal_id, id DESC)')
    _date_idx = models.Index('(company_id, date)')
    # What a deal was at a moment, read by the reports for every deal at once.
    _deal_date_idx = models.Index('(deal_id, date DESC, id DESC)')
    # Moves alone, with all that the funnel reads of them, so that it need not visit the table.
    _step_idx = models.Index(
        '(deal_id, date, id) INCLUDE (stage_from_id, stage_to_id, state_from)'
        ' WHERE stage_from_id IS DISTINCT FROM stage_to_id OR state_from IS DISTINCT FROM state_to',
    )

    def _selection_state(self):
        return self.env['dealflow.deal']._fields['state']._description_selection(self.env)

    # pylint: disable=method-required-super; no rows are made one by one, so nothing is passed on
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._(
            "The history of a deal is written by the system only. Change the deal, and the change is recorded.",
        ))

    # pylint: disable=method-required-super; a row is never written again, so nothing is passed on
    def write(self, vals):
        raise UserError(self.env._("The history of a deal cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self:
            raise UserError(self.env._("The history of a deal cannot be deleted."))

    @api.model
    def _append(self, deals, rows):
        """Write rows, many by one statement; the caller has checked the rules that the movements must obey.

        :param deals: the deals that the rows belong to
        :param list[dict] rows: columns of the rows, all of them with the same names, oldest first for each deal
        """
        now = self.env.cr.now()
        rows = [
            {**row, 'create_uid': self.env.uid, 'write_uid': self.env.uid, 'create_date': now, 'write_date': now}
            for row in rows
        ]
        columns = SQL(", ").join(SQL.identifier(name) for name in rows[0])
        for batch in split_every(ROWS_PER_STATEMENT, rows):
            self.env.cr.execute(SQL(
                "INSERT INTO dealflow_deal_log (%s) VALUES %s",
                columns, SQL(", ").join(SQL("%s", tuple(row.values())) for row in batch),
            ))
        deals.invalidate_recordset(['log_ids'], flush=False)

    @api.model
    def _get_heads(self, deals):
        """Return what the newest row of each deal says, by the names of ``dealflow.ledger.mixin._get_ledger_values``.

        The chain of rows is read whole, whatever the reader may see.

        :rtype: dict[int, dict]; deals without rows are absent
        """
        if not deals.ids:
            return {}
        rows = self.env.execute_query(SQL(
            """SELECT deal.id, %s
                 FROM unnest(%s) AS deal(id)
                CROSS JOIN LATERAL (
                      SELECT * FROM dealflow_deal_log log WHERE log.deal_id = deal.id ORDER BY log.id DESC LIMIT 1
                ) AS head""",
            SQL(", ").join(SQL.identifier('head', column) for column in CLOSING_COLUMNS.values()), deals.ids,
        ))
        return {deal_id: dict(zip(CLOSING_COLUMNS, values, strict=True)) for deal_id, *values in rows}

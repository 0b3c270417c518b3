from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Only code of this module can hold the very object, so no client can pass it in a context.
LEDGER_KEY = object()


class DealflowDealLog(models.Model):
    """Append-only ledger of deals: every row says what the deal was before and what it is since.

    A row carries the whole state on both sides, so replaying the rows of a deal gives its present stage, state,
    amount and deadline, and for any period opening plus movements is closing, to the cent, in company currency.
    Nobody writes or deletes rows; :meth:`_append` is the only way in.
    """

    _name = 'dealflow.deal.log'
    _description = "Deal History"
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
    competitor_id = fields.Many2one('dealflow.competitor', index='btree_not_null', ondelete='restrict')
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

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get('dealflow_ledger_key') is not LEDGER_KEY:
            raise UserError(self.env._(
                "The history of a deal is written by the system only. Change the deal, and the change is recorded.",
            ))
        return super().create(vals_list)

    # pylint: disable=method-required-super; a row is never written again, so nothing is passed on
    def write(self, vals):
        raise UserError(self.env._("The history of a deal cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self:
            raise UserError(self.env._("The history of a deal cannot be deleted."))

    @api.model
    def _append(self, vals_list):
        """Write rows; the caller has checked the rules that the movements must obey.

        :param list[dict] vals_list: values of the rows, oldest first for each deal
        :return: the rows, without elevated rights
        """
        # sudo - dealflow.deal.log: nobody has the right to create rows by himself.
        logs = self.sudo().with_context(dealflow_ledger_key=LEDGER_KEY).create(vals_list)
        return logs.with_env(self.env)

    @api.model
    def _get_heads(self, deals):
        """Return the newest row of each deal, as ``{deal id: row}``; deals without rows are absent."""
        if not deals.ids:
            return {}
        self.flush_model(['deal_id'])
        rows = self.env.execute_query(
            SQL(
                """SELECT (SELECT log.id
                          FROM dealflow_deal_log log
                         WHERE log.deal_id = deal.id
                      ORDER BY log.id DESC
                         LIMIT 1)
                 FROM unnest(%s) AS deal(id)""",
                deals.ids,
            )
        )
        # sudo - dealflow.deal.log: the chain of rows must be read whole, whatever the reader may see.
        return {log.deal_id.id: log for log in self.sudo().browse([log_id for [log_id] in rows if log_id])}

    def _get_closing_values(self):
        """Return the state of the deal after the row, in the shape of ``dealflow.ledger.mixin._get_ledger_values``."""
        self.ensure_one()
        return {
            'stage': self.stage_to_id.id,
            'state': self.state_to,
            'amount': self.currency_id.round(self.amount_to),
            'amount_company': self.company_id.currency_id.round(self.amount_company_to),
            'currency': self.currency_id.id,
            'deadline': self.deadline_to or False,
            'owner': self.owner_to_id.id,
        }

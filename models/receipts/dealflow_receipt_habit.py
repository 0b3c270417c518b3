from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# With fewer paid receipts there is no habit.
MINIMUM_CASES = 5
YEARS = 3

# Levels from the most specific to the most general, with the field of the receipt.
LEVELS = [
    ('entity', 'legal_entity_id'),
    ('partner', 'business_partner_id'),
    ('user', 'user_id'),
    ('company', 'company_id'),
]


class DealflowReceiptHabit(models.Model):
    """How late money comes: the median slip, in days, of received receipts by entity, partner, user and company.

    Rebuilt every night in SQL from the receipts of the last three years. ``docs/receipts.md`` describes the method.
    """

    _name = 'dealflow.receipt.habit'
    _description = "Payment Habit"
    _inherit = 'dealflow.derived.mixin'
    _rec_name = 'level'

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    level = fields.Selection(
        [('entity', "legal entity"), ('partner', "partner"), ('user', "responsible person"), ('company', "company")],
        required=True,
        readonly=True,
    )
    party_id = fields.Integer(required=True, readonly=True, help="The record of the level: partner, user or company.")
    case_count = fields.Integer(string="Cases", readonly=True)
    median_days = fields.Integer(readonly=True, help="Half of the receipts came later than the planned date plus this.")
    low_days = fields.Integer(readonly=True, help="A quarter of the receipts came earlier than this.")
    high_days = fields.Integer(readonly=True, help="A quarter of the receipts came later than this.")

    _party_uniq = models.UniqueIndex('(company_id, level, party_id)', "There is one habit for each party.")

    @api.model
    def _get_habits(self, receipts):
        """Return the most specific habit for each receipt; receipts without any are left out.

        :return: habit by receipt
        :rtype: dict
        """
        wanted = {level: set(receipts.mapped(field_name).ids) for level, field_name in LEVELS}
        habits = {
            (habit.company_id.id, habit.level, habit.party_id): habit
            # sudo - dealflow.receipt.habit: medians over all receipts, also those that the user may not see.
            for habit in self.sudo().search_fetch(
                Domain('company_id', 'in', receipts.company_id.ids)
                & Domain.OR(
                    Domain('level', '=', level) & Domain('party_id', 'in', list(ids)) for level, ids in wanted.items()
                ),
                ['company_id', 'level', 'party_id', 'case_count', 'median_days', 'low_days', 'high_days'],
            )
        }
        result = {}
        for receipt in receipts:
            for level, field_name in LEVELS:
                habit = habits.get((receipt.company_id.id, level, receipt[field_name].id))
                if habit:
                    result[receipt] = habit
                    break
        return result

    @api.model
    def _refresh(self):
        """Rebuild the habits and the likely dates of all receipts in plan, in SQL for speed."""
        receipts = self.env['dealflow.receipt']
        self.env.flush_all()
        since = fields.Date.context_today(self) - relativedelta(years=YEARS)
        cases = SQL(" UNION ALL ").join(
            SQL(
                "SELECT company_id, %s AS level, %s AS party_id, slip_days FROM dealflow_receipt "
                "WHERE state = 'received' AND date_received >= %s AND %s IS NOT NULL",
                level,
                SQL.identifier(field_name),
                since,
                SQL.identifier(field_name),
            )
            for level, field_name in LEVELS
        )
        self.env.cr.execute("DELETE FROM dealflow_receipt_habit")
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO dealflow_receipt_habit (
                        company_id, level, party_id, case_count, median_days, low_days, high_days,
                        create_uid, write_uid, create_date, write_date
                   )
            SELECT company_id, level, party_id, COUNT(*),
                   ROUND(PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY slip_days)),
                   ROUND(PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY slip_days)),
                   ROUND(PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY slip_days)),
                   %(uid)s, %(uid)s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
              FROM (%(cases)s) AS paid
          GROUP BY company_id, level, party_id
            HAVING COUNT(*) >= %(minimum)s
            """,
                cases=cases,
                uid=self.env.uid,
                minimum=MINIMUM_CASES,
            )
        )
        joins = SQL(" ").join(
            SQL(
                "LEFT JOIN dealflow_receipt_habit AS %(alias)s ON %(alias)s.company_id = planned.company_id "
                "AND %(alias)s.level = %(level)s AND %(alias)s.party_id = planned.%(party)s",
                alias=SQL.identifier(f'by_{level}'),
                level=level,
                party=SQL.identifier(field_name),
            )
            for level, field_name in LEVELS
        )
        medians = SQL(", ").join(SQL.identifier(f'by_{level}', 'median_days') for level, _field_name in LEVELS)
        self.env.cr.execute(
            SQL(
                """
            UPDATE dealflow_receipt AS target
               SET date_likely = chosen.date_likely,
                   date_expected = COALESCE(chosen.date_likely, target.date_planned)
              FROM (
                    SELECT planned.id, planned.date_planned + COALESCE(%(medians)s) AS date_likely
                      FROM dealflow_receipt AS planned
                           %(joins)s
                     WHERE planned.state = 'planned'
                   ) AS chosen
             WHERE chosen.id = target.id AND target.date_likely IS DISTINCT FROM chosen.date_likely
            """,
                medians=medians,
                joins=joins,
            )
        )
        self.invalidate_model()
        receipts.invalidate_model(['date_likely', 'date_expected'])

    @api.model
    def _cron_refresh(self):
        self._refresh()

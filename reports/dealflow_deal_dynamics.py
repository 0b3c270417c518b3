from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.public_methods import KEY, TEXT, option_keys, public_method

MOVES_SHOWN = 40

# Movements of the pipeline, in the order of the waterfall; their amounts are signed.
MOVEMENTS = ('new', 'reopened', 'up', 'down', 'exchange', 'won', 'lost')

MOVEMENT_CONDITIONS = {
    'new': SQL("is_new"),
    'reopened': SQL("is_reopened"),
    'up': SQL("amount_change > 0"),
    'down': SQL("amount_change < 0"),
    'exchange': SQL("exchange_change <> 0"),
    'won': SQL("is_closed AND state = 'won'"),
    'lost': SQL("is_closed AND state = 'lost'"),
    'pulled_in': SQL("is_pulled_in"),
    'pushed_out': SQL("is_pushed_out"),
}
MOVEMENT_AMOUNTS = {
    'new': SQL("value"),
    'reopened': SQL("value"),
    'up': SQL("amount_change"),
    'down': SQL("amount_change"),
    'exchange': SQL("exchange_change"),
    'won': SQL("-value"),
    'lost': SQL("-value"),
    'pulled_in': SQL("value"),
    'pushed_out': SQL("value"),
}


class DealflowDealDynamics(models.AbstractModel):
    """Report «Deal dynamics»: what happened to the deals between two days (E67).

    *Then* is the moment at which the first day begins, *now* the moment at which the last day ends: a deal has the
    values of its last log row before that moment. The pipeline is the open deals; opening plus movements equals
    closing, in number and in money, to the cent. A deal that is opened and closed by one row counts as new and as
    closed; if a deal is won or lost with another amount, the change of the amount counts first.
    """

    _name = 'dealflow.deal.dynamics'
    _description = "Deal Dynamics Report"
    _inherit = ['dealflow.report.mixin']

    @api.model
    @api.readonly
    @public_method(options=option_keys('_get_option_kinds'))
    def get_data(self, options=None):
        """Return the figures of the report as plain data.

        :param dict options: those of ``dealflow.report.mixin``
        :raise UserError: an option cannot be understood; the message names it
        """
        options = self._read_options(options)
        stages = self._get_stages(options['funnel'])
        cells, totals = self._read_figures(options)
        return {
            'options': self._prepare_option_values(options),
            **self._get_currency_values(),
            'funnels': self._get_funnel_choices(),
            **self._prepare_matrix(stages, cells),
            **self._prepare_waterfall(cells, totals),
            'explained_count': totals['explained'],
            'change_count': totals['changes'],
            **self._prepare_moves(options),
        }

    @api.model
    @api.readonly
    @public_method(options=option_keys('_get_option_kinds'), then=KEY, now=KEY, movement=TEXT)
    def get_deals_action(self, options, then=None, now=None, movement=None):
        """Return the action that opens the deals of a cell of the matrix or of a movement.

        :param then: key of the row: id of a stage, ``'lost'`` or ``'new'``; ``None`` means every row
        :param now: key of the column: id of a stage or ``'lost'``; ``None`` means every column
        :param str movement: key of a movement, instead of a cell
        """
        options = self._read_options(options)
        if movement and movement not in MOVEMENT_CONDITIONS:
            raise UserError(self.env._("The report has no movement “%(movement)s”.", movement=movement))
        if movement:
            statement = SQL(
                "SELECT DISTINCT deal_id FROM change WHERE is_in_period AND %s ORDER BY deal_id",
                MOVEMENT_CONDITIONS[movement],
            )
        else:
            statement = SQL(
                "SELECT deal_id FROM (%s) AS fate WHERE %s AND %s ORDER BY deal_id",
                self._get_sql_matrix(),
                self._get_matrix_condition('then', then),
                self._get_matrix_condition('now', now),
            )
        rows = self._execute(SQL("%s %s", self._get_sql_change(options), statement))
        return self._get_deals_action(self.env._("Deals of the Dynamics"), [deal_id for [deal_id] in rows])

    @api.model
    @api.readonly
    @public_method(options=option_keys('_get_option_kinds'))
    def get_moves_action(self, options):
        """Return the action that lists all moves of the period with their comments."""
        options = self._read_options(options)
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_log_action')
        action.pop('path', None)
        action['domain'] = list(self._get_moves_domain(options))
        return action

    def _prepare_option_values(self, options):
        return {
            'date_from': fields.Date.to_string(options['date_from']),
            'date_to': fields.Date.to_string(options['date_to']),
            'funnel_id': options['funnel'].id,
            'funnel_name': options['funnel'].name or '',
            'user_id': options['user_id'],
            'user_name': self.env['res.users'].browse(options['user_id']).name or '',
            'scope_name': self._get_scope_name(),
        }

    # The log

    def _get_sql_change(self, options):
        """Return the common part of the queries, up to ``change``.

        ``change`` has, for each deal, its last row before the period and its rows in the period, each with the values
        of the row before it. ``value`` is the amount in the currency of the current company, at the rate of the row's
        day.
        """
        deal_query = self._get_deal_query(self._get_deal_domain(options))
        join, factor = self._get_sql_money(SQL("log.company_id"), SQL("log.date"))
        return SQL(
            """WITH %(exchange)s
               scope AS MATERIALIZED (%(deals)s),
               source AS (%(source)s),
               valued AS (%(valued)s),
               chained AS (%(chained)s),
               change AS MATERIALIZED (%(change)s)""",
            exchange=self._get_sql_exchange_cte(),
            deals=deal_query.select('dealflow_deal.id'),
            source=self._get_sql_source(options),
            valued=self._get_sql_valued(join, factor),
            chained=self._get_sql_chained(factor),
            change=self._get_sql_compared(),
        )

    def _get_sql_source(self, options):
        """Return the rows of the deals in ``scope``: the last one before the period, and those in it."""
        columns = SQL(
            """log.id, log.deal_id, log.date, log.stage_to_id AS stage_id, log.state_to AS state,
               log.deadline_to AS deadline, log.amount_company_to AS amount,
               COALESCE(log.comment, '') <> '' AS is_explained""",
        )
        return SQL(
            """(SELECT %(columns)s, FALSE AS is_in_period, log.company_id
                      FROM scope
                     CROSS JOIN LATERAL (
                           SELECT * FROM dealflow_deal_log log
                            WHERE log.deal_id = scope.id AND log.date < %(start)s
                            ORDER BY log.date DESC, log.id DESC
                            LIMIT 1
                     ) AS log)
                   UNION ALL
                   SELECT %(columns)s, TRUE AS is_in_period, log.company_id
                     FROM dealflow_deal_log log
                     JOIN scope ON scope.id = log.deal_id
                    WHERE log.company_id = ANY(%(companies)s) AND log.date >= %(start)s AND log.date < %(stop)s""",
            columns=columns,
            start=options['start'],
            stop=options['stop'],
            companies=self.env.companies.ids,
        )

    def _get_sql_valued(self, join, factor):
        """Return the rows of ``source`` with their ``value``, and the ``factor`` of their rates.

        :param SQL join: joins the rates of the row's day
        :param factor: SQL of the factor; ``None`` if all is in one currency
        """
        return SQL(
            """SELECT log.*, %(value)s AS value, %(factor)s AS factor
                     FROM source log
                     %(join)s""",
            value=self._get_sql_converted(SQL("log.amount"), factor),
            factor=factor or SQL("1.0"),
            join=join,
        )

    def _get_sql_chained(self, factor):
        """Return the rows of ``valued``, each beside the one before it and the first one of its deal.

        ``revalued`` is the amount of the row before at the rates of this row: only the part of a change that does not
        come from the amount itself comes from the rates.

        :param factor: see :meth:`_get_sql_valued`
        """
        return SQL(
            """SELECT valued.*, lag(id) OVER chain AS id_before, lag(stage_id) OVER chain AS stage_before_id,
                          lag(state) OVER chain AS state_before, lag(deadline) OVER chain AS deadline_before,
                          lag(value) OVER chain AS value_before, lag(amount) OVER chain AS amount_before,
                          %(revalued)s AS revalued,
                          lead(id) OVER chain IS NULL AS is_last, first_value(is_in_period) OVER chain AS is_young,
                          first_value(stage_id) OVER chain AS first_stage_id,
                          first_value(state) OVER chain AS first_state,
                          first_value(value) OVER chain AS first_value
                     FROM valued
                   WINDOW chain AS (PARTITION BY deal_id ORDER BY date, id)""",
            revalued=self._get_sql_converted(SQL("lag(amount) OVER chain"), factor and SQL("factor")),
        )

    def _get_sql_compared(self):
        """Return what each row of ``chained`` has changed, and on the last row of a deal what the deal was then."""
        return SQL(
            """SELECT deal_id, stage_id, state, value, is_in_period, is_last, is_explained,
                          CASE WHEN is_last AND NOT is_young THEN first_stage_id END AS then_stage_id,
                          CASE WHEN is_last AND NOT is_young THEN first_state END AS then_state,
                          CASE WHEN is_last AND NOT is_young THEN first_value END AS then_value,
                          id_before IS NULL AS is_new,
                          id_before IS NOT NULL AND state_before <> 'open' AND state_before <> state AS is_reopened,
                          state <> 'open' AND state IS DISTINCT FROM state_before AS is_closed,
                          deadline < deadline_before AS is_pulled_in,
                          deadline > deadline_before AS is_pushed_out,
                          id_before IS NOT NULL AND (
                              stage_id <> stage_before_id OR state <> state_before OR amount <> amount_before
                              OR deadline IS DISTINCT FROM deadline_before
                          ) AS is_change,
                          CASE WHEN state_before = 'open' THEN value - revalued END AS amount_change,
                          CASE WHEN state_before = 'open' THEN revalued - value_before END AS exchange_change
                     FROM chained""",
        )

    def _get_sql_matrix(self):
        """Return a ``SELECT`` with one row per deal: its values then, if it existed, and its values now."""
        return SQL(
            """SELECT deal_id, stage_id AS now_stage_id, state AS now_state, value AS now_value,
                      then_stage_id, then_state, then_value
                 FROM change
                WHERE is_last""",
        )

    def _get_matrix_key(self, stage_id, state):
        """Return the key of a row or a column of the matrix."""
        if state is None:
            return 'new'
        return 'lost' if state == 'lost' else str(stage_id)

    def _get_matrix_condition(self, moment, key):
        """Return the SQL for deals of a row (``moment`` is ``then``) or of a column (``now``) of the matrix."""
        if key is None:
            return SQL("TRUE")
        state = SQL.identifier(f'{moment}_state')
        if key == 'new':
            return SQL("%s IS NULL", state)
        if key == 'lost':
            return SQL("%s = 'lost'", state)
        try:
            stage_id = int(key)
        except ValueError:
            raise UserError(self.env._("The matrix has no stage “%(stage)s”.", stage=key)) from None
        return SQL("%s <> 'lost' AND %s = %s", state, SQL.identifier(f'{moment}_stage_id'), stage_id)

    def _read_figures(self, options):
        """Read the log in one query.

        :return: cells of the matrix, and ``{movement: {'count', 'deal_count', 'amount'}}`` with two more numbers,
            ``changes`` and ``explained``
        """
        movements = list(MOVEMENT_CONDITIONS)
        sums = SQL(", ").join(
            SQL(
                "count(*) FILTER (WHERE %(condition)s), count(DISTINCT deal_id) FILTER (WHERE %(condition)s), "
                "COALESCE(sum(%(amount)s) FILTER (WHERE %(condition)s), 0)",
                condition=MOVEMENT_CONDITIONS[movement],
                amount=MOVEMENT_AMOUNTS[movement],
            )
            for movement in movements
        )
        [(cell_rows, figures)] = self._execute(
            SQL(
                """%(change)s
               SELECT (SELECT json_agg(cell) FROM (
                          SELECT then_stage_id, then_state, now_stage_id, now_state, count(*) AS count,
                                 sum(now_value)::text AS now_amount, sum(then_value)::text AS then_amount
                            FROM (%(fate)s) AS fate
                           GROUP BY then_stage_id, then_state, now_stage_id, now_state
                      ) AS cell),
                      (SELECT json_build_array(
                          count(*) FILTER (WHERE is_change),
                          count(*) FILTER (WHERE is_change AND is_explained),
                          %(sums)s
                      ) FROM change WHERE is_in_period)""",
                change=self._get_sql_change(options),
                fate=self._get_sql_matrix(),
                sums=sums,
            )
        )
        cells = [
            {
                **cell,
                'then_key': self._get_matrix_key(cell['then_stage_id'], cell['then_state']),
                'now_key': self._get_matrix_key(cell['now_stage_id'], cell['now_state']),
                'now_amount': float(cell['now_amount'] or 0),
                'then_amount': float(cell['then_amount'] or 0),
            }
            for cell in cell_rows or []
        ]
        changes, explained, *numbers = figures
        totals = {
            movement: dict(zip(('count', 'deal_count', 'amount'), numbers[index * 3 : index * 3 + 3], strict=True))
            for index, movement in enumerate(movements)
        }
        return cells, {**totals, 'changes': changes, 'explained': explained}

    # Figures

    def _round(self, amount):
        return self.env.company.currency_id.round(amount)

    def _prepare_matrix(self, stages, cells):
        """Return rows (then) and columns (now) of the matrix; cells without deals are left out."""
        positions = {str(stage.id): position for position, stage in enumerate(stages)}
        strange = {cell['then_key'] for cell in cells} - positions.keys() - {'new', 'lost'}
        used = {cell[key] for cell in cells for key in ('then_key', 'now_key')}
        shown = stages.filtered(lambda stage: stage.active or str(stage.id) in used)
        columns = [{'key': str(stage.id), 'name': stage.name, 'color': stage.color} for stage in shown] + [
            {'key': 'lost', 'name': self.env._("Lost"), 'color': 0}
        ]
        rows = [{'key': 'new', 'name': self.env._("New"), 'color': 0}, *(dict(column) for column in columns)]
        # For deals that have changed their funnel since then: their earlier stage belongs to another funnel.
        rows += [
            {'key': str(stage.id), 'name': stage.display_name, 'color': stage.color}
            for stage in self.env['dealflow.stage']
            .with_context(active_test=False, dealflow_show_funnel=True)
            .search(
                [('id', 'in', [int(key) for key in strange])],
            )
        ]
        merged = {}
        for cell in cells:
            target = merged.setdefault(
                (cell['then_key'], cell['now_key']),
                {'count': 0, 'amount': 0.0, 'then_amount': 0.0},
            )
            target['count'] += cell['count']
            target['amount'] += cell['now_amount']
            target['then_amount'] += cell['then_amount']
        for row in rows:
            row['cells'] = [
                self._prepare_cell(row['key'], column['key'], merged[row['key'], column['key']], positions)
                for column in columns
                if (row['key'], column['key']) in merged
            ]
            row['count'] = sum(cell['count'] for cell in row['cells'])
            row['amount'] = self._round(sum(cell['amount'] for cell in row['cells']))
            row['then_amount'] = self._round(
                sum(figures['then_amount'] for (then, _now), figures in merged.items() if then == row['key'])
            )
        rows = [row for row in rows if row['count'] or row['key'] in positions]
        for column in columns:
            figures = [figures for (_then, now), figures in merged.items() if now == column['key']]
            column['count'] = sum(figure['count'] for figure in figures)
            column['amount'] = self._round(sum(figure['amount'] for figure in figures))
        return {
            'columns': columns,
            'rows': rows,
            'deal_count': sum(cell['count'] for cell in cells),
            'amount': self._round(sum(cell['now_amount'] for cell in cells)),
        }

    def _prepare_cell(self, then, now, figures, positions):
        return {
            'now': now,
            'count': figures['count'],
            'amount': self._round(figures['amount']),
            'direction': self._get_direction(then, now, positions),
        }

    def _get_direction(self, then, now, positions):
        """Return ``forward``, ``back``, ``same``, ``new``, or ``idle`` for deals that were lost and still are."""
        if then == now:
            return 'idle' if now == 'lost' else 'same'
        if now == 'lost':
            return 'back'
        if then == 'new':
            return 'new'
        if then == 'lost' or then not in positions:
            return 'forward'
        return 'forward' if positions[now] > positions[then] else 'back'

    def _prepare_waterfall(self, cells, totals):
        """Return opening, movements and closing of the pipeline, that is, of the open deals."""
        movements = []
        for movement in MOVEMENTS:
            figures = totals[movement]
            if movement == 'exchange' and not figures['count']:
                continue
            effect = {'new': 1, 'reopened': 1, 'won': -1, 'lost': -1}.get(movement, 0)
            movements.append(
                {
                    'key': movement,
                    **figures,
                    'amount': self._round(figures['amount']),
                    'effect': effect * figures['count'],
                }
            )
        return {
            'opening': {
                'count': sum(cell['count'] for cell in cells if cell['then_state'] == 'open'),
                'amount': self._round(sum(cell['then_amount'] for cell in cells if cell['then_state'] == 'open')),
            },
            'movements': movements,
            'closing': {
                'count': sum(cell['count'] for cell in cells if cell['now_state'] == 'open'),
                'amount': self._round(sum(cell['now_amount'] for cell in cells if cell['now_state'] == 'open')),
            },
            'deadlines': [{'key': key, **totals[key]} for key in ('pulled_in', 'pushed_out')],
        }

    # Moves with their comments

    def _get_moves_domain(self, options):
        return (
            Domain('date', '>=', fields.Datetime.to_string(options['start']))
            & Domain('date', '<', fields.Datetime.to_string(options['stop']))
            & Domain('kind', '!=', 'owner')
            & Domain('deal_id', 'any', self._get_deal_domain(options))
        )

    def _prepare_moves(self, options):
        logs = self.env['dealflow.deal.log'].search_fetch(
            self._get_moves_domain(options),
            [
                'deal_id',
                'date',
                'user_id',
                'kind',
                'stage_from_id',
                'stage_to_id',
                'company_id',
                'amount_company_from',
                'amount_company_to',
                'deadline_from',
                'deadline_to',
                'comment',
            ],
            limit=MOVES_SHOWN,
        )
        kinds = logs._dealflow_get_value_labels('kind')
        return {
            'moves': [
                {
                    'id': log.id,
                    'date': fields.Datetime.to_string(log.date),
                    'deal_id': log.deal_id.id,
                    'deal_name': log.deal_id.display_name,
                    'user_name': log.user_id.name,
                    'kind': log.kind,
                    'kind_name': kinds[log.kind],
                    'stage_from': log.stage_from_id.name or '',
                    'stage_to': log.stage_to_id.name,
                    'amount_change': log.company_currency_id.round(log.amount_company_to - log.amount_company_from),
                    'currency_id': log.company_currency_id.id,
                    'deadline_from': fields.Date.to_string(log.deadline_from) or '',
                    'deadline_to': fields.Date.to_string(log.deadline_to) or '',
                    'comment': log.comment or '',
                }
                for log in logs
            ]
        }

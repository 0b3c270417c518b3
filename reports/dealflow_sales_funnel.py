from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.public_methods import TEXT, id_of, option_keys, public_method, value_of

# The highest probability that any flag of the whole table is due to chance.
SIGNIFICANCE = 0.05

# The condition of log rows that move the deal, written like that of their index, so that PostgreSQL uses it.
IS_STEP = SQL(
    """(log.stage_from_id IS DISTINCT FROM log.stage_to_id OR log.state_from IS DISTINCT FROM log.state_to)""",
)

BASES = ('opened', 'moved')


class DealflowSalesFunnel(models.AbstractModel):
    """Report «Sales funnel»: where the deals of a period went, and where they were lost (E27, E28, X45, X46).

    ``basis`` says which deals of the period count:

    - ``opened``: deals whose opening date is in the period, with all that has happened to them until now;
    - ``moved``: deals that entered a stage, were won, lost or reopened in the period, with only what happened in it.

    A skipped stage counts as reached, and so do the stages before the one in which a deal was opened. What a deal has
    passed follows from its last stage: it has *passed* the stages before the one in which it is, or was lost; later
    stages, from which it went back, it has reached, but not passed. Of the deals that reached a stage, those that
    passed it or were lost in it are *decided*; only these are compared with the plan, as the others may still go on.
    """

    _name = 'dealflow.sales.funnel'
    _description = "Sales Funnel Report"
    _inherit = ['dealflow.report.mixin']

    @api.model
    @api.readonly
    @public_method(options=option_keys('_get_option_kinds'))
    def get_data(self, options=None):
        """Return the figures of the report as plain data; see the class for the options.

        :param dict options: those of ``dealflow.report.mixin`` and ``basis``
        :raise UserError: an option cannot be understood; the message names it
        """
        options = self._read_options(options)
        stages = self._get_stages(options['funnel'])
        paths, medians = self._get_paths(options, stages)
        rows = self._prepare_stage_rows(stages, paths, medians)
        in_work = [path for path in paths if path['state'] != 'lost']
        failed = [path for path in paths if path['state'] == 'lost']
        return {
            'options': self._prepare_option_values(options),
            **self._get_currency_values(),
            'funnels': self._get_funnel_choices(),
            'deal_count': sum(path['count'] for path in paths),
            'amount': self._sum_amounts(paths),
            'won_count': sum(path['count'] for path in paths if path['state'] == 'won'),
            'won_amount': self._sum_amounts(path for path in paths if path['state'] == 'won'),
            'lost_count': sum(path['count'] for path in failed),
            'lost_amount': self._sum_amounts(failed),
            'stages': rows,
            'in_work': self._prepare_standing_rows(stages, in_work),
            'failed': self._prepare_standing_rows(stages, failed, with_reasons=True),
        }

    @api.model
    @api.readonly
    @public_method(
        options=option_keys('_get_option_kinds'),
        figure=TEXT,
        stage_id=id_of('dealflow.stage'),
        reason_id=value_of('dealflow.deal', 'lost_reason_id'),
    )
    def get_deals_action(self, options, figure, stage_id=None, reason_id=None):
        """Return the action that opens the deals behind a figure.

        :param str figure: ``reached``, ``in_work``, ``failed`` or ``all``
        :param int stage_id: stage of the figure, unless the figure is ``all``
        :param reason_id: lost reason, for deals that failed; ``False`` means without a reason
        """
        options = self._read_options(options)
        stages = self._get_stages(options['funnel'])
        stage = stages.filtered(lambda stage: stage.id == stage_id)
        conditions = {
            'all': SQL("TRUE"),
            'reached': SQL("substr(reached, (SELECT position FROM stage WHERE id = %s), 1) = '1'", stage.id),
            'in_work': SQL("state <> 'lost' AND stage_id = %s", stage.id),
            'failed': SQL("state = 'lost' AND stage_id = %s", stage.id),
        }
        if figure not in conditions or (figure != 'all' and not stage):
            raise UserError(self.env._("The report has no figure “%(figure)s” for this stage.", figure=figure))
        condition = conditions[figure]
        if figure == 'failed' and reason_id is not None:
            condition = SQL("%s AND lost_reason_id IS NOT DISTINCT FROM %s", condition, reason_id or None)
        rows = self._execute(
            SQL(
                "%s SELECT deal_id FROM path WHERE %s ORDER BY deal_id",
                self._get_sql_path(options, stages),
                condition,
            )
        )
        name = {
            'all': self.env._("Deals of the Funnel"),
            'reached': self.env._("Reached: %(stage)s", stage=stage.name),
            'in_work': self.env._("In Progress or Won: %(stage)s", stage=stage.name),
            'failed': self.env._("Failed: %(stage)s", stage=stage.name),
        }[figure]
        return self._get_deals_action(name, [deal_id for [deal_id] in rows])

    def _get_option_kinds(self):
        return {**super()._get_option_kinds(), 'basis': TEXT}

    def _read_options(self, options):
        options = super()._read_options(options)
        options['basis'] = options.get('basis') or 'opened'
        if options['basis'] not in BASES:
            raise UserError(
                self.env._(
                    "The funnel counts deals “opened” or “moved” in the period, not “%(basis)s”.",
                    basis=options['basis'],
                )
            )
        return options

    def _prepare_option_values(self, options):
        return {
            'date_from': fields.Date.to_string(options['date_from']),
            'date_to': fields.Date.to_string(options['date_to']),
            'basis': options['basis'],
            'funnel_id': options['funnel'].id,
            'funnel_name': options['funnel'].name or '',
            'user_id': options['user_id'],
            'user_name': self.env['res.users'].browse(options['user_id']).name or '',
            'scope_name': self._get_scope_name(),
        }

    def _get_deal_domain(self, options):
        domain = super()._get_deal_domain(options)
        if options['basis'] == 'opened':
            domain &= Domain('opened_on', '>=', options['date_from']) & Domain('opened_on', '<=', options['date_to'])
        return domain

    # The log

    def _get_sql_path(self, options, stages):
        """Return the common part of the queries: ``step``, the moves, and ``path``, one row per deal.

        ``reached`` is a set of stages: a string of «0» and «1», one character per stage in the order of the funnel.
        """
        deal_query = self._get_deal_query(self._get_deal_domain(options))
        build = self._get_sql_path_opened if options['basis'] == 'opened' else self._get_sql_path_moved
        return SQL(
            "WITH stage AS (%s), %s %s",
            self._get_sql_stages(stages),
            self._get_sql_exchange_cte(),
            build(deal_query, options, len(stages) or 1),
        )

    def _get_sql_path_opened(self, deal_query, options, size):
        # The deal always equals its last log row (rule 2), and is faster to read.
        last_date = SQL(
            """(SELECT log.date FROM dealflow_deal_log log WHERE log.deal_id = scope.id
                 ORDER BY log.date DESC, log.id DESC LIMIT 1)""",
        )
        join, factor = self._get_sql_money(SQL("scope.company_id"), last_date)
        return SQL(
            """scope AS MATERIALIZED (%(deals)s),
               step AS MATERIALIZED (
                   SELECT log.deal_id, log.stage_to_id, log.stage_from_id, log.state_from, TRUE AS is_counted,
                          log.date - lag(log.date) OVER (PARTITION BY log.deal_id ORDER BY log.date, log.id) AS stay
                     FROM dealflow_deal_log log
                     JOIN scope ON scope.id = log.deal_id
                    WHERE %(is_step)s
               ),
               highest AS (
                   SELECT step.deal_id, max(stage.position) AS position
                     FROM step JOIN stage ON stage.id = step.stage_to_id
                    GROUP BY step.deal_id
               ),
               path AS (
                   SELECT scope.id AS deal_id,
                          rpad(repeat('1', highest.position), %(size)s, '0') AS reached,
                          scope.stage_id, scope.state, scope.lost_reason_id, %(amount)s AS amount
                     FROM scope
                     JOIN highest ON highest.deal_id = scope.id
                     %(join)s
               )""",
            deals=deal_query.select(
                'dealflow_deal.id',
                'dealflow_deal.stage_id',
                'dealflow_deal.state',
                'dealflow_deal.lost_reason_id',
                'dealflow_deal.company_id',
                'dealflow_deal.amount_company',
            ),
            amount=self._get_sql_converted(SQL("scope.amount_company"), factor),
            join=join,
            is_step=IS_STEP,
            size=size,
        )

    def _get_sql_path_moved(self, deal_query, options, size):
        join, factor = self._get_sql_money(SQL("log.company_id"), SQL("log.date"))
        return SQL(
            """scope AS MATERIALIZED (%(deals)s),
               moved AS MATERIALIZED (
                   SELECT DISTINCT log.deal_id
                     FROM dealflow_deal_log log
                     JOIN scope ON scope.id = log.deal_id
                     JOIN stage ON stage.id = log.stage_to_id
                    WHERE log.date >= %(start)s AND log.date < %(stop)s AND %(is_step)s
               ),
               step AS MATERIALIZED (
                   SELECT log.id, log.deal_id, log.date, log.stage_from_id, log.stage_to_id, log.state_from,
                          log.state_to, log.lost_reason_id, log.date >= %(start)s AS is_counted, %(amount)s AS amount,
                          log.date - lag(log.date) OVER (PARTITION BY log.deal_id ORDER BY log.date, log.id) AS stay
                     FROM dealflow_deal_log log
                     JOIN moved ON moved.deal_id = log.deal_id
                     %(join)s
                    WHERE log.date < %(stop)s AND %(is_step)s
               ),
               leap AS (
                   SELECT step.*, target.position AS position_to,
                          CASE WHEN step.state_from IS NULL THEN 1
                               ELSE COALESCE(source.position, 1) END AS position_from
                     FROM step
                     JOIN stage target ON target.id = step.stage_to_id
                     LEFT JOIN stage source ON source.id = step.stage_from_id
                    WHERE step.is_counted
               ),
               path AS (
                   SELECT DISTINCT ON (deal_id)
                          deal_id, stage_to_id AS stage_id, state_to AS state, lost_reason_id, amount,
                          (bit_or(mask::varbit::bit(%(size)s)) OVER (PARTITION BY deal_id))::text AS reached
                     FROM leap
               CROSS JOIN LATERAL (
                              -- Forward a leap reaches what it jumps over, too; back only where it leads.
                              SELECT rpad(
                                         repeat('0', least(position_from, position_to) - 1) || '1' ||
                                         CASE WHEN position_to > position_from
                                              THEN repeat('1', position_to - position_from)
                                              WHEN position_to < position_from
                                              THEN repeat('0', position_from - position_to - 1) || '1'
                                              ELSE '' END,
                                         %(size)s, '0') AS mask
                          ) AS way
                    ORDER BY deal_id, date DESC, id DESC
               )""",
            deals=deal_query.select('dealflow_deal.id'),
            start=options['start'],
            stop=options['stop'],
            is_step=IS_STEP,
            amount=self._get_sql_converted(SQL("log.amount_company_to"), factor),
            join=join,
            size=size,
        )

    def _get_paths(self, options, stages):
        """Read the log in one query.

        :return: groups of deals with the same path, as dictionaries, and ``{position: median days in the stage}``
        """
        # Only completed stays are measured; the time after a loss is not a stay.
        rows = self._execute(
            SQL(
                """%s
               SELECT path.reached, stage.position, path.state, path.lost_reason_id,
                      count(*), sum(path.amount), NULL::float
                 FROM path
                 JOIN stage ON stage.id = path.stage_id
                GROUP BY path.reached, stage.position, path.state, path.lost_reason_id
               UNION ALL
               SELECT NULL, stage.position, NULL, NULL, NULL, NULL,
                      percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM step.stay)) / 86400
                 FROM step
                 JOIN stage ON stage.id = step.stage_from_id
                WHERE step.is_counted AND step.stay IS NOT NULL AND step.state_from <> 'lost'
                GROUP BY stage.position""",
                self._get_sql_path(options, stages),
            )
        )
        keys = ('reached', 'position', 'state', 'reason_id', 'count', 'amount')
        paths = [dict(zip(keys, row[:-1], strict=True)) for row in rows if row[-1] is None]
        medians = {row[1]: row[-1] for row in rows if row[-1] is not None}
        return paths, medians

    # Figures

    def _sum_amounts(self, paths):
        return self.env.company.currency_id.round(sum(path['amount'] or 0.0 for path in paths))

    def _prepare_stage_rows(self, stages, paths, medians):
        """Return the funnel itself: for each stage, the deals that reached it, were lost in it, and went on."""
        first_count = sum(path['count'] for path in paths if self._has_reached(path, 1))
        rows = []
        for position, stage in enumerate(stages, start=1):
            reached = [path for path in paths if self._has_reached(path, position)]
            count = sum(path['count'] for path in reached)
            if not count and not stage.active:
                continue
            lost = [path for path in reached if self._is_lost_in(path, position)]
            lost_count = sum(path['count'] for path in lost)
            from_first = sum(path['count'] for path in reached if self._has_reached(path, 1))
            is_last = position == len(stages)
            rows.append(
                {
                    **self._prepare_stage_values(stage),
                    'count': count,
                    'amount': self._sum_amounts(reached),
                    'percent': self._get_percent(count, max(first_count, count)),
                    'lost_count': lost_count,
                    'lost_amount': self._sum_amounts(lost),
                    'lost_percent': self._get_percent(lost_count, count),
                    'conversion_first': self._get_percent(from_first, first_count),
                    'median_days': round(medians[position], 1) if position in medians else None,
                    **({} if is_last else self._prepare_conversion_values(stage, position, reached)),
                }
            )
        self._flag_differences(rows)
        return rows

    def _prepare_stage_values(self, stage):
        return {'stage_id': stage.id, 'name': stage.name, 'color': stage.color, 'is_won': stage.is_won}

    def _prepare_conversion_values(self, stage, position, reached):
        count = sum(path['count'] for path in reached)
        passed = sum(path['count'] for path in reached if position < path['position'])
        decided = passed + sum(path['count'] for path in reached if self._is_lost_in(path, position))
        planned = stage.planned_conversion
        return {
            'passed_count': passed,
            'conversion_next': self._get_percent(passed, count),
            'decided_count': decided,
            'decided_conversion': self._get_percent(passed, decided),
            'planned_conversion': planned or None,
            'p_value': self._get_p_value(passed, decided, planned / 100) if planned and decided else None,
        }

    def _has_reached(self, path, position):
        """Return whether the deals of a path reached the stage at ``position``, counted from 1."""
        return path['reached'][position - 1] == '1'

    def _is_lost_in(self, path, position):
        return path['state'] == 'lost' and path['position'] == position

    def _flag_differences(self, rows):
        """Flag differences that chance does not explain; the more stages are tested, the stricter (Bonferroni)."""
        tested = [row for row in rows if row.get('p_value') is not None]
        for row in rows:
            row['plan_flag'] = False
            if row in tested and row['p_value'] < SIGNIFICANCE / len(tested):
                row['plan_flag'] = 'below' if row['decided_conversion'] < row['planned_conversion'] else 'above'

    def _prepare_standing_rows(self, stages, paths, with_reasons=False):
        """Return one of the two funnels of X45: deals by the stage in which they are, or in which they failed."""
        total = sum(path['count'] for path in paths)
        rows = []
        for position, stage in enumerate(stages, start=1):
            standing = [path for path in paths if path['position'] == position]
            count = sum(path['count'] for path in standing)
            # Deals do not fail in a won stage, so it is shown only if one did.
            if not count and (not stage.active or (with_reasons and stage.is_won)):
                continue
            row = {
                **self._prepare_stage_values(stage),
                'count': count,
                'amount': self._sum_amounts(standing),
                'percent': self._get_percent(count, total),
            }
            if with_reasons:
                row['reasons'] = self._prepare_reason_rows(standing)
            rows.append(row)
        return rows

    def _prepare_reason_rows(self, paths):
        reasons = (
            self.env['crm.lost.reason']
            .with_context(active_test=False)
            .browse(
                {path['reason_id'] for path in paths if path['reason_id']},
            )
        )
        names = {reason.id: reason.name for reason in reasons}
        total = sum(path['count'] for path in paths)
        rows = []
        for reason_id in {path['reason_id'] for path in paths}:
            group = [path for path in paths if path['reason_id'] == reason_id]
            count = sum(path['count'] for path in group)
            rows.append(
                {
                    'reason_id': reason_id or False,
                    'name': names.get(reason_id) or self.env._("Without a reason"),
                    'count': count,
                    'amount': self._sum_amounts(group),
                    'percent': self._get_percent(count, total),
                }
            )
        return sorted(rows, key=lambda row: (-row['count'], row['name']))

    def _get_percent(self, part, whole):
        return round(100 * part / whole, 1) if whole else None

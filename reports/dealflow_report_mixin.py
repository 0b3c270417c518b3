import math
from datetime import UTC, datetime, time, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.public_methods import DAY, TEXT, domain_over, id_of


class DealflowReportMixin(models.AbstractModel):
    """Common parts of the reports on the deal log: options, readable deals, amounts in one currency.

    Options are plain data from a screen, a file name or a test:

    - ``date_from``, ``date_to``: first and last day, both included, in the time zone of the user;
    - ``funnel_id``: id of a ``dealflow.funnel``; the first funnel of the company when missing;
    - ``user_id``: responsible user, or ``False`` for the whole company (E28);
    - ``domain``: further conditions on ``dealflow.deal``, e.g. those of the search bar.

    Deals are selected by their current values and by the record rules of the user; archived deals are left out.
    """

    _name = 'dealflow.report.mixin'
    _description = "Deal Log Reports"

    # Options

    def _get_option_kinds(self):
        """Return the kinds of the values of the options, by key.

        The names are returned with the figures, for their heading, and may be sent back with the other options.
        """
        return {
            'date_from': DAY,
            'date_to': DAY,
            'funnel_id': id_of('dealflow.funnel'),
            'funnel_name': TEXT,
            'user_id': id_of('res.users'),
            'user_name': TEXT,
            'scope_name': TEXT,
            'domain': domain_over('dealflow.deal'),
        }

    def _read_options(self, options):
        """Check and complete the options, and add the moments ``start`` and ``stop`` in UTC.

        The period is ``start <= moment < stop``, so that adjacent periods do not overlap.
        """
        options = dict(options or {})
        today = fields.Date.context_today(self)
        date_from = options.get('date_from') or today.replace(day=1)
        date_to = options.get('date_to') or today
        if date_from > date_to:
            raise UserError(
                self.env._(
                    "The period begins on %(date_from)s, after its end on %(date_to)s. Exchange the two dates.",
                    date_from=date_from,
                    date_to=date_to,
                )
            )
        return {
            **options,
            'date_from': date_from,
            'date_to': date_to,
            'start': self._to_utc(date_from),
            'stop': self._to_utc(date_to + timedelta(days=1)),
            'funnel': self._read_funnel(options.get('funnel_id')),
            'user_id': options.get('user_id') or False,
            'domain': options.get('domain') or [],
        }

    def _read_funnel(self, funnel_id):
        funnels = self.env['dealflow.funnel']
        if not funnel_id:
            return funnels._get_default(self.env.company)
        funnel = funnels.with_context(active_test=False).search([('id', '=', funnel_id)])
        if not funnel:
            raise UserError(
                self.env._(
                    "There is no sales funnel with the number %(funnel)s. Choose another one.",
                    funnel=funnel_id,
                )
            )
        return funnel

    def _to_utc(self, date):
        """Return the start of the day in the user's time zone, as naive UTC, like the dates of the log."""
        return self.env.tz.localize(datetime.combine(date, time.min)).astimezone(UTC).replace(tzinfo=None)

    # Deals and stages

    def _get_scope_name(self):
        """Return, as text, whose deals a report shows if no responsible user is chosen (C58)."""
        user = self.env.user
        if user.has_group('dealflow.group_user') or not user.has_group('dealflow.group_user_own'):
            return self.env._("Whole company")
        if user.has_group('dealflow.group_user_team'):
            return self.env._("Deals of my teams")
        return self.env._("My deals")

    def _get_deal_domain(self, options):
        domain = Domain('funnel_id', '=', options['funnel'].id) & Domain(options['domain'])
        if options['user_id']:
            domain &= Domain('user_id', '=', options['user_id'])
        return domain

    def _get_deal_query(self, domain):
        """Return the query of the deals of ``domain`` that the user may read, and flush what the reports read."""
        self.env['dealflow.deal.log'].check_access('read')
        self.env['dealflow.deal.log'].flush_model()
        self.env['dealflow.deal'].flush_model()
        return self.env['dealflow.deal']._search(domain)

    def _execute(self, statement):
        """Run a long query without JIT, because compiling its many expressions would take longer than running it."""
        self.env.cr.execute("SET LOCAL jit = off")
        return self.env.execute_query(statement)

    def _get_stages(self, funnel):
        """Return all stages of the funnel in order, including archived ones, which the log may refer to."""
        stages = self.env['dealflow.stage'].with_context(active_test=False)
        return stages.search_fetch(
            [('funnel_id', '=', funnel.id)],
            ['name', 'color', 'is_won', 'active', 'planned_conversion'],
            order='sequence, id',
        )

    def _get_sql_stages(self, stages):
        return SQL("SELECT id, position::int FROM unnest(%s::int[]) WITH ORDINALITY AS stage(id, position)", stages.ids)

    def _get_funnel_choices(self):
        return [
            {'id': funnel.id, 'name': funnel.name} for funnel in self.env['dealflow.funnel'].search_fetch([], ['name'])
        ]

    def _get_deals_action(self, name, deal_ids):
        """Return the action that opens the deals of a figure as a list with the comments of their moves."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action_from_report')
        action.update(display_name=name, name=name, domain=[('id', 'in', deal_ids)])
        return action

    # Money

    def _get_currency_values(self):
        currency = self.env.company.currency_id
        return {'currency_id': currency.id, 'currency_name': currency.name}

    def _get_foreign_companies(self):
        """Return the selected companies whose currency is not that of the current company."""
        return self.env.companies.filtered(lambda company: company.currency_id != self.env.company.currency_id)

    def _get_sql_exchange(self):
        """Return ``SELECT company_id, day, factor`` for every day of the log of the foreign companies.

        The factor converts into the currency of the current company, at its rates; a day before the first rate takes
        the first one, as in Odoo. Days are in UTC, so that a figure does not depend on the user.
        """
        currencies = self.env['res.currency']
        company = self.env.company
        rate_to, rate_from = (
            currencies._dealflow_get_sql_rate(currency, company, SQL("calendar.day"))
            for currency in (SQL("%s", company.currency_id.id), SQL("foreign_company.currency_id"))
        )
        return SQL(
            """SELECT foreign_company.id AS company_id, calendar.day, %(rate_to)s / %(rate_from)s AS factor
                 FROM unnest(%(company_ids)s::int[], %(currency_ids)s::int[]) AS foreign_company(id, currency_id)
                CROSS JOIN LATERAL (
                    SELECT generate_series(min(log.date)::date, max(log.date)::date, '1 day')::date AS day
                      FROM dealflow_deal_log log WHERE log.company_id = foreign_company.id
                ) AS calendar""",
            rate_to=rate_to,
            rate_from=rate_from,
            company_ids=self._get_foreign_companies().ids,
            currency_ids=[foreign.currency_id.id for foreign in self._get_foreign_companies()],
        )

    def _get_sql_money(self, company, date):
        """Return the SQL that converts amounts of ``company`` on ``date`` into the current company's currency.

        :return: a join, and the factor that the join provides; the factor is ``None`` if there is only one currency
        """
        if not self._get_foreign_companies():
            return SQL(), None
        join = SQL(
            "LEFT JOIN exchange ON exchange.company_id = %s AND exchange.day = %s::date",
            company,
            date,
        )
        return join, SQL("COALESCE(exchange.factor, 1.0)")

    def _get_sql_converted(self, amount, factor):
        """Return the SQL of a converted amount, rounded so that sums of rows agree to the cent."""
        if factor is None:
            return amount
        return SQL("round(%s * %s, %s)", amount, factor, self.env.company.currency_id.decimal_places)

    def _get_sql_exchange_cte(self):
        if not self._get_foreign_companies():
            return SQL()
        return SQL("exchange AS MATERIALIZED (%s),", self._get_sql_exchange())

    # Chance

    def _get_p_value(self, successes, trials, planned):
        """Return the probability of a difference from ``planned`` at least as large by chance alone.

        Two-sided exact binomial test (twice the smaller tail); above 1,000 trials, where both agree, the score test
        that Wilson's interval is based on.

        :param float planned: planned share, between 0 and 1
        """
        if not trials:
            return 1.0
        if planned in (0.0, 1.0):
            return 1.0 if successes == planned * trials else 0.0
        if trials > 1000:
            score = abs(successes - trials * planned) / math.sqrt(trials * planned * (1 - planned))
            return math.erfc(score / math.sqrt(2))

        def chance(count):
            return math.exp(
                math.lgamma(trials + 1)
                - math.lgamma(count + 1)
                - math.lgamma(trials - count + 1)
                + count * math.log(planned)
                + (trials - count) * math.log1p(-planned)
            )

        below = math.fsum(chance(count) for count in range(successes + 1))
        above = math.fsum(chance(count) for count in range(successes, trials + 1))
        return min(1.0, 2 * min(below, above))

from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ....tools.price_gap import GAP_BANDS, GAP_EDGES
from ....tools.public_methods import public_method

# With fewer cases, a price band is left out of the verdict, and a share is marked as uncertain.
MIN_CASES = 5
MAX_ROWS = 8
LAST_DEALS = 10


class DealflowCompetitor(models.Model):
    """The battle card of a competitor: how often we win against it, where, and at which price (B51, C65).

    A case is a closed deal on which the competitor stayed until the client decided. Figures are computed when shown,
    from the deals that the user may read; the number of queries does not depend on the number of competitors.
    """

    _inherit = 'dealflow.competitor'

    figures_currency_id = fields.Many2one('res.currency', compute='_compute_figures_currency_id')
    deal_count = fields.Integer(string="Number of Deals", compute='_compute_competitor_figures')
    open_deal_count = fields.Integer(string="Open Deals", compute='_compute_competitor_figures')
    case_count = fields.Integer(
        string="Cases",
        compute='_compute_competitor_figures',
        help="Closed deals on which the competitor stayed until the client decided.",
    )
    won_count = fields.Integer(string="Won by Us", compute='_compute_competitor_figures')
    lost_to_count = fields.Integer(string="Lost to Them", compute='_compute_competitor_figures')
    win_rate = fields.Float(
        string="Win Rate (%)",
        compute='_compute_competitor_figures',
        digits=(16, 1),
        help="Deals that we won, in per cent of the cases.",
    )
    lost_share = fields.Float(
        string="Lost to Them (%)",
        compute='_compute_competitor_figures',
        digits=(16, 1),
        help="Deals that this competitor took, in per cent of the cases. The rest went to us, to others or to nobody.",
    )
    lost_to_amount = fields.Monetary(
        string="Amount Lost to Them",
        compute='_compute_lost_to_amount',
        currency_field='figures_currency_id',
        help="In the currency of the present company, at the rate of the day on which each deal was closed.",
    )
    priced_case_count = fields.Integer(string="Cases with a Price", compute='_compute_battle_card')
    losing_gap = fields.Float(
        string="We Begin to Lose At (%)",
        compute='_compute_battle_card',
        digits=(16, 1),
        help="How much dearer we are when we begin to win less than half of the deals.",
    )
    price_verdict = fields.Char(string="Price", compute='_compute_battle_card')
    battle_card = fields.Json(compute='_compute_battle_card', export_string_translation=False)
    last_deal_ids = fields.Many2many(
        'dealflow.deal.competitor',
        string="Last Deals",
        compute='_compute_last_deal_ids',
    )

    @api.depends_context('company')
    def _compute_figures_currency_id(self):
        self.figures_currency_id = self.env.company.currency_id

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_competitor_figures(self):
        figures = self._read_competitor_figures([], ['open_count:sum', '__count'])
        for competitor in self:
            values = figures.get(competitor._origin.id, {}).get(False) or self._prepare_share_values(0, 0, 0)
            competitor.deal_count = values.get('__count', 0)
            competitor.open_deal_count = values.get('open_count:sum', 0)
            competitor.case_count = values['cases']
            competitor.won_count = values['won']
            competitor.lost_to_count = values['lost_to']
            competitor.win_rate = values['win_rate']
            competitor.lost_share = values['lost_share']

    @api.depends_context('uid', 'allowed_company_ids', 'company')
    def _compute_lost_to_amount(self):
        """Sum in SQL, in the current company's currency; by day only if the selected companies' currencies differ."""
        currency = self.env.company.currency_id
        is_mixed = bool(self.env.companies.currency_id - currency)
        groups = self.env['dealflow.competitor.report']._read_group(
            [('competitor_id', 'in', self.ids), ('outcome', '=', 'winner')],
            ['competitor_id', *(('company_id', 'closed_on:day') if is_mixed else ())],
            ['amount:sum'],
        )
        totals = dict.fromkeys(self.ids, 0.0)
        for competitor, *of_day, amount in groups:
            if is_mixed:
                company, day = of_day
                amount = company.currency_id._convert(amount, currency, self.env.company, day)
            totals[competitor.id] += amount
        for competitor in self:
            competitor.lost_to_amount = totals.get(competitor._origin.id, 0.0)

    @api.depends_context('uid', 'allowed_company_ids', 'lang')
    def _compute_battle_card(self):
        sections = self._read_battle_card_sections()
        techniques = self._read_techniques()
        bands = self._read_competitor_figures(['gap_band'], domain=[('gap_band', '!=', False)])
        for competitor in self:
            own_bands = {band: row for band, row in bands.get(competitor._origin.id, {}).items() if row['cases']}
            competitor.priced_case_count = sum(row['cases'] for row in own_bands.values())
            losing_band = self._find_losing_band(own_bands)
            competitor.losing_gap = GAP_EDGES[int(losing_band) - 1] if losing_band and losing_band != '0' else 0.0
            competitor.price_verdict = self._get_price_verdict(own_bands, losing_band)
            competitor.battle_card = [
                self._prepare_section(
                    'gap',
                    self.env._("By price"),
                    'dealflow.competitor.report',
                    competitor._prepare_band_rows(own_bands),
                ),
                *sections.get(competitor._origin.id, ()),
                self._prepare_section(
                    'technique',
                    self.env._("What worked in the meetings of won deals"),
                    'dealflow.meeting.technique',
                    techniques.get(competitor._origin.id, []),
                ),
            ]

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_last_deal_ids(self):
        """Find the deals closed last, for all competitors in one query."""
        competitors = self.env['dealflow.deal.competitor']
        competitors.flush_model()
        self.env['dealflow.deal'].flush_model(['closed_on'])
        allowed = competitors._search([('competitor_id', 'in', self.ids), ('outcome', '!=', 'present')])
        rows = self.env.execute_query(
            SQL(
                """SELECT ranked.competitor_id, array_agg(ranked.id ORDER BY ranked.position)
                 FROM (SELECT competitor.id, competitor.competitor_id,
                              row_number() OVER (PARTITION BY competitor.competitor_id
                                                     ORDER BY deal.closed_on DESC, deal.id DESC) AS position
                         FROM dealflow_deal_competitor competitor
                         JOIN dealflow_deal deal ON deal.id = competitor.deal_id
                        WHERE competitor.id IN %s) AS ranked
                WHERE ranked.position <= %s
             GROUP BY ranked.competitor_id""",
                allowed.subselect(),
                LAST_DEALS,
            )
        )
        last = dict(rows)
        # Fetched at once: the ORM would run a query per competitor.
        competitors.browse(competitor_id for competitor_ids in last.values() for competitor_id in competitor_ids).fetch(
            ['deal_id', 'company_id']
        )
        for competitor in self:
            competitor.last_deal_ids = competitors.browse(last.get(competitor._origin.id, ()))

    # Figures

    def _read_competitor_figures(self, groupby, aggregates=(), domain=(), model='dealflow.competitor.report'):
        """Return ``{competitor id: {group: shares and aggregates}}``; the group is ``False`` without a ``groupby``."""
        measures = ['case_count:sum', 'won_count:sum', 'lost_to_count:sum', *aggregates]
        figures = {competitor_id: {} for competitor_id in self.ids}
        for competitor, *values in self.env[model]._read_group(
            [('competitor_id', 'in', self.ids), *domain],
            ['competitor_id', *groupby],
            measures,
        ):
            group = values.pop(0) if groupby else False
            cases, won, lost_to, *others = values
            figures[competitor.id][group] = {
                **self._prepare_share_values(cases, won, lost_to),
                **dict(zip(aggregates, others, strict=True)),
            }
        return figures

    @api.model
    def _prepare_share_values(self, cases, won, lost_to):
        return {
            'cases': cases,
            'won': won,
            'lost_to': lost_to,
            'win_rate': 100 * won / cases if cases else 0.0,
            'lost_share': 100 * lost_to / cases if cases else 0.0,
            'is_few': cases < MIN_CASES,
        }

    def _get_battle_card_dimensions(self):
        """Return the sections as ``(key, title, report model, field to group by)``; other modules may add theirs."""
        report = 'dealflow.competitor.report'
        return [
            ('industry', self.env._("By industry"), report, 'industry_id'),
            ('region', self.env._("By region"), report, 'region_id'),
            ('product', self.env._("By product"), 'dealflow.competitor.product.report', 'product_id'),
            ('period', self.env._("By period"), report, 'closed_on:quarter'),
        ]

    def _read_battle_card_sections(self):
        """Return ``{competitor id: sections}``; rows with most cases come first, quarters from the newest."""
        sections = {competitor_id: [] for competitor_id in self.ids}
        for key, title, model, groupby in self._get_battle_card_dimensions():
            figures = self._read_competitor_figures([groupby], domain=[('case_count', '=', 1)], model=model)
            field_name = groupby.partition(':')[0]
            for competitor_id, groups in figures.items():
                rows = [
                    {
                        **values,
                        'name': self._get_group_name(group),
                        'domain': self._get_group_domain(competitor_id, field_name, group),
                    }
                    for group, values in self._sort_groups(groups)
                ]
                sections[competitor_id].append(self._prepare_section(key, title, model, rows))
        return sections

    @api.model
    def _prepare_section(self, key, title, model, rows):
        """Return one table of the battle card: its columns, and rows with a domain on ``model`` for their cases."""
        columns = (
            [['worked', self.env._("Worked")], ['cases', self.env._("Used")]]
            if key == 'technique'
            else [
                ['win_rate', self.env._("Win rate")],
                ['won', self.env._("Won")],
                ['lost_to', self.env._("They took")],
                ['cases', self.env._("Cases")],
            ]
        )
        return {'key': key, 'title': title, 'model': model, 'columns': columns, 'rows': rows[:MAX_ROWS]}

    def _read_techniques(self):
        """Return ``{competitor id: rows}``: techniques used in meetings about the competitor whose deals were then won.

        Meeting sheets are confidential: only those that the user may read are counted.
        """
        rows = {competitor_id: [] for competitor_id in self.ids}
        domain = [('used_count', '=', 1), ('sheet_id.deal_id.state', '=', 'won')]
        for competitor, technique, used, worked in self.env['dealflow.meeting.technique']._read_group(
            [*domain, ('competitor_ids', 'in', self.ids)],
            ['competitor_ids', 'technique_id'],
            ['used_count:sum', 'worked_count:sum'],
            order='worked_count:sum DESC, used_count:sum',
        ):
            if competitor.id in rows:
                rows[competitor.id].append(
                    {
                        'name': technique.name,
                        'worked': worked,
                        'cases': used,
                        'is_few': used < MIN_CASES,
                        'domain': [
                            *domain,
                            ('competitor_ids', '=', competitor.id),
                            ('technique_id', '=', technique.id),
                        ],
                    }
                )
        return rows

    @api.model
    def _sort_groups(self, groups):
        if any(isinstance(group, models.BaseModel) for group in groups):
            return sorted(groups.items(), key=lambda item: (-item[1]['cases'], item[0].display_name or ''))
        return sorted(groups.items(), key=lambda item: item[0] or date.max, reverse=True)

    @api.model
    def _get_group_name(self, group):
        if isinstance(group, models.BaseModel):
            return group.display_name or self.env._("Not filled in")
        return format_date(self.env, group, date_format='QQQ yyyy') if group else self.env._("Not filled in")

    @api.model
    def _get_group_domain(self, competitor_id, field_name, group):
        domain = [('competitor_id', '=', competitor_id), ('case_count', '=', 1)]
        if not group or isinstance(group, models.BaseModel):
            return [*domain, (field_name, '=', group and group.id)]
        end = fields.Date.add(group, months=3)
        return [
            *domain,
            (field_name, '>=', fields.Date.to_string(group)),
            (field_name, '<', fields.Date.to_string(end)),
        ]

    # Price

    def _prepare_band_rows(self, bands):
        labels = self.env['dealflow.competitor.report']._dealflow_get_value_labels('gap_band')
        return [
            {
                **bands[band],
                'name': labels[band],
                'domain': [('competitor_id', '=', self._origin.id), ('gap_band', '=', band)],
            }
            for band, _label in GAP_BANDS
            if band in bands
        ]

    @api.model
    def _find_losing_band(self, bands):
        """Return the first band, from cheap to dear, with enough cases of which we won less than half."""
        for band, _label in GAP_BANDS:
            row = bands.get(band)
            if row and not row['is_few'] and row['win_rate'] < 50:
                return band
        return None

    @api.model
    def _get_price_verdict(self, bands, losing_band):
        cases = sum(row['cases'] for row in bands.values())
        if all(row['is_few'] for row in bands.values()):
            return self.env._(
                "Not enough cases: %(cases)s with a known price, and no price range has %(minimum)s of them.",
                cases=cases,
                minimum=MIN_CASES,
            )
        if losing_band is None:
            return self.env._(
                "No price difference found at which we lose: we won at least half in every range with %(minimum)s or "
                "more cases (%(cases)s cases with a known price).",
                cases=cases,
                minimum=MIN_CASES,
            )
        row = bands[losing_band]
        if losing_band == '0':
            return self.env._(
                "We lose at every price, even more than %(edge)s %% cheaper: won %(won)s of %(band_cases)s there "
                "(%(cases)s cases with a known price).",
                edge=-GAP_EDGES[0],
                won=row['won'],
                band_cases=row['cases'],
                cases=cases,
            )
        return self.env._(
            "We begin to lose at %(edge)s %%: won %(won)s of %(band_cases)s there "
            "(%(cases)s cases with a known price).",
            edge=f"{GAP_EDGES[int(losing_band) - 1]:+d}",
            won=row['won'],
            band_cases=row['cases'],
            cases=cases,
        )

    @public_method(one=True)
    def action_view_deals(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        action.update(domain=[('competitor_ids.competitor_id', '=', self.id)], context={})
        return action

    @public_method(one=True)
    def action_view_analysis(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_competitor_report_action')
        action.update(domain=[('competitor_id', '=', self.id)], display_name=self.name, context={})
        return action

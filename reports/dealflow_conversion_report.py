from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.chance import CASES_TO_JUDGE, wilson_interval
from ..tools.public_methods import public_method

# Computed from the sums of a group, with the arguments of the functions below.
OF_SUMS = {
    'chance': ('planned_won', 'planned_decided', 'expected'),
    'low': ('won_count', 'decided_count'),
    'high': ('won_count', 'decided_count'),
}
# Dividend and divisor.
RATIOS = {
    'conversion': ("100.0 * SUM(%(won_count)s)", "SUM(%(decided_count)s)"),
    'gap': ("100.0 * SUM(%(planned_won)s - %(expected)s)", "SUM(%(planned_decided)s)"),
}


class DealflowConversionReport(models.Model):
    """Conversion of opportunities by source, campaign, team, person and month, against the targets (C57).

    A row is an opportunity, whatever became of it, so each counts once, however many deals it has. An opportunity whose
    deals are not all closed is not decided yet. One that was archived without being lost is left out.
    """

    _name = 'dealflow.conversion.report'
    _description = "Conversion of Opportunities"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'lead_id'
    _order = 'date desc, id desc'
    _depends = {
        'crm.lead': [
            'active',
            'type',
            'won_status',
            'create_date',
            'date_closed',
            'company_id',
            'partner_id',
            'user_id',
            'team_id',
            'stage_id',
            'source_id',
            'medium_id',
            'campaign_id',
            'lost_reason_id',
            'marketing_event_id',
        ],
        'dealflow.conversion.target': [
            'company_id',
            'source_id',
            'campaign_id',
            'date_from',
            'date_to',
            'conversion',
        ],
        'dealflow.marketing.event': ['kind_id'],
    }

    lead_id = fields.Many2one('crm.lead', string="Opportunity", readonly=True)
    date = fields.Datetime(string="Came In On", readonly=True)
    day = fields.Date(readonly=True, export_string_translation=False)
    date_closed = fields.Datetime(string="Decided On", readonly=True)
    won_status = fields.Selection(
        [('won', "Won"), ('lost', "Lost"), ('pending', "Open")], string="State", readonly=True
    )
    partner_id = fields.Many2one('res.partner', string="Client", readonly=True)
    source_id = fields.Many2one('utm.source', readonly=True)
    medium_id = fields.Many2one('utm.medium', readonly=True)
    campaign_id = fields.Many2one('utm.campaign', readonly=True)
    marketing_event_id = fields.Many2one(
        'dealflow.marketing.event', readonly=True, help="The one that the opportunity counts for, by the first touch."
    )
    event_kind_id = fields.Many2one('dealflow.marketing.event.kind', string="Kind of Event", readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    stage_id = fields.Many2one('crm.stage', readonly=True)
    lost_reason_id = fields.Many2one('crm.lost.reason', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    target_id = fields.Many2one('dealflow.conversion.target', string="Conversion Target", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    open_count = fields.Integer(string="Not Decided", readonly=True)
    decided_count = fields.Integer(string="Decided", readonly=True, help="Won or lost.")
    planned_won = fields.Integer(readonly=True, export_string_translation=False)
    planned_decided = fields.Integer(readonly=True, export_string_translation=False)
    expected = fields.Float(
        string="Should Be Won",
        readonly=True,
        digits=(16, 1),
        help="As many of the decided opportunities would be won if the plan were met exactly.",
    )
    conversion = fields.Float(
        string="Conversion, %",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="Won ones in per cent of the decided ones.",
    )
    planned = fields.Float(
        string="Plan, %",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="Planned conversion: mean of the targets of the decided opportunities.",
    )
    gap = fields.Float(
        string="Conversion minus Plan",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="In points. Opportunities without a target are left out of it.",
    )
    chance = fields.Float(
        string="Chance, %",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="How probable it is that a difference from the plan at least as large as this one comes about by chance. "
        "Below 5 it hardly does. Empty: there is no target, or there are fewer than 10 decided opportunities.",
    )
    low = fields.Float(
        string="Conversion at Least, %",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="Lower bound of the conversion, with 95 % confidence.",
    )
    high = fields.Float(
        string="Conversion at Most, %",
        readonly=True,
        digits=(5, 1),
        aggregator='avg',
        help="Upper bound of the conversion, with 95 % confidence.",
    )

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT lead.id, lead.id AS lead_id, lead.create_date AS date, lead.create_date::date AS day,
                      lead.date_closed, lead.won_status, lead.partner_id, lead.source_id, lead.medium_id,
                      lead.campaign_id, event.id AS marketing_event_id, event.kind_id AS event_kind_id, lead.user_id,
                      lead.team_id, lead.stage_id, lead.lost_reason_id, lead.company_id, target.id AS target_id,
                      (lead.won_status = 'won')::int AS won_count, (lead.won_status = 'lost')::int AS lost_count,
                      (lead.won_status = 'pending')::int AS open_count,
                      (lead.won_status != 'pending')::int AS decided_count,
                      (lead.won_status = 'won' AND target.id IS NOT NULL)::int AS planned_won,
                      (lead.won_status != 'pending' AND target.id IS NOT NULL)::int AS planned_decided,
                      CASE WHEN lead.won_status != 'pending' THEN target.conversion / 100.0 ELSE 0 END AS expected,
                      CASE lead.won_status WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS conversion,
                      target.conversion AS planned, NULL::float AS gap, NULL::float AS chance, NULL::float AS low,
                      NULL::float AS high
                 FROM crm_lead lead
                 LEFT JOIN dealflow_marketing_event event ON event.id = lead.marketing_event_id
                 LEFT JOIN LATERAL (
                    SELECT candidate.id, candidate.conversion
                      FROM dealflow_conversion_target candidate
                     WHERE (candidate.company_id IS NULL OR candidate.company_id = lead.company_id)
                       AND (candidate.source_id IS NULL OR candidate.source_id = lead.source_id)
                       AND (candidate.campaign_id IS NULL OR candidate.campaign_id = lead.campaign_id)
                       AND candidate.date_from <= lead.create_date::date
                       AND (candidate.date_to IS NULL OR candidate.date_to >= lead.create_date::date)
                  ORDER BY candidate.campaign_id IS NULL, candidate.source_id IS NULL, candidate.company_id IS NULL,
                           candidate.date_from DESC
                     LIMIT 1
                 ) target ON TRUE
                WHERE lead.type = 'opportunity' AND (lead.active OR lead.won_status = 'lost')"""
        )

    def _read_group_select(self, aggregate_spec, query):
        """Divide sums by sums; what takes more than that is left to :meth:`_read_group_postprocess_aggregate`."""
        name = aggregate_spec.split(':')[0]
        if name in RATIOS:
            columns = self._get_columns(
                ('won_count', 'decided_count', 'planned_won', 'planned_decided', 'expected'), query
            )
            dividend, divisor = (SQL(part, **columns) for part in RATIOS[name])
            return SQL("%s / NULLIF(%s, 0)", dividend, divisor)
        if name == 'planned':
            # Before anything is decided, the mean of what is to come.
            columns = self._get_columns(('expected', 'planned_decided', 'planned'), query)
            return SQL(
                "COALESCE(100.0 * SUM(%(expected)s) / NULLIF(SUM(%(planned_decided)s), 0), AVG(%(planned)s))", **columns
            )
        if name in OF_SUMS:
            columns = self._get_columns(OF_SUMS[name], query)
            sums = SQL(", ").join(SQL("SUM(%s)::float", column) for column in columns.values())
            return SQL("ARRAY[%s]", sums)
        return super()._read_group_select(aggregate_spec, query)

    def _get_columns(self, names, query):
        return {name: self._field_to_sql(self._table, name, query) for name in names}

    def _read_group_postprocess_aggregate(self, aggregate_spec, raw_values):
        name = aggregate_spec.split(':')[0]
        if name not in OF_SUMS:
            return super()._read_group_postprocess_aggregate(aggregate_spec, raw_values)
        compute = getattr(self, f'_compute_{name}_of_sums')
        empty = self._read_group_empty_value(aggregate_spec)
        figures = (compute(*(value or 0 for value in values)) for values in raw_values)
        return (empty if figure is None else figure for figure in figures)

    def _compute_chance_of_sums(self, won, decided, expected):
        """Return the probability of chance in per cent, or ``None``.

        Where targets differ, it is that of their mean, which is never less than the true one.
        """
        if decided < CASES_TO_JUDGE:
            return None
        planned = min(expected / decided, 1.0)
        return 100 * self.env['dealflow.report.mixin']._get_p_value(int(won), int(decided), planned)

    def _compute_low_of_sums(self, won, decided):
        return 100 * wilson_interval(won, decided)[0] if decided else None

    def _compute_high_of_sums(self, won, decided):
        return 100 * wilson_interval(won, decided)[1] if decided else None

    @public_method(one=True)
    def action_open_opportunity(self):
        """Return the action that opens the opportunity of the row."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'crm.lead',
            'res_id': self.lead_id.id,
            'views': [(False, 'form')],
        }

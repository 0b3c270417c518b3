from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools.chance import CASES_TO_JUDGE, CERTAIN, newcombe_interval
from ...tools.public_methods import public_method


class DealflowConversionTarget(models.Model):
    """How many of the decided opportunities of a source or campaign should be won, against how many were (C57).

    An opportunity is measured against one target: that of its campaign, else of its source, else the general one; the
    one that began last. ``dealflow.conversion.report`` chooses it, and the figures here are read from there, so that
    both agree.
    """

    _name = 'dealflow.conversion.target'
    _description = "Conversion Target"
    _inherit = 'dealflow.company.mixin'
    _order = 'date_from desc, campaign_id, source_id, id'

    company_id = fields.Many2one('res.company', index='btree_not_null', help="Empty: of all companies.")
    source_id = fields.Many2one(
        'utm.source', index='btree_not_null', ondelete='cascade', help="Empty: opportunities of any source."
    )
    campaign_id = fields.Many2one(
        'utm.campaign',
        string="Campaign or Marketing Event",
        index='btree_not_null',
        ondelete='cascade',
        help="Empty: opportunities of any campaign.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="Opportunities that come in from this day on.",
    )
    date_to = fields.Date(string="Until", help="Last day on which they come in. Empty: until another target begins.")
    conversion = fields.Float(
        string="Planned Conversion, %",
        required=True,
        digits=(5, 1),
        aggregator='avg',
        help="Per cent of the decided opportunities that should be won.",
    )
    lead_count = fields.Integer(
        string="Opportunities",
        compute='_compute_figures',
        compute_sudo=False,
        help="That you may see, and that came in since then. What has a more precise target counts there.",
    )
    decided_count = fields.Integer(
        string="Decided", compute='_compute_figures', compute_sudo=False, help="Opportunities that are won or lost."
    )
    won_count = fields.Integer(string="Won", compute='_compute_figures', compute_sudo=False)
    actual = fields.Float(
        string="Actual Conversion, %",
        compute='_compute_figures',
        compute_sudo=False,
        digits=(5, 1),
        aggregator=None,
        help="Per cent of the decided opportunities that are won.",
    )
    verdict = fields.Selection(
        [
            ('few', "Not enough cases"),
            ('chance', "May be chance"),
            ('above', "Above the plan"),
            ('below', "Below the plan"),
        ],
        string="Against the Plan",
        compute='_compute_figures',
        compute_sudo=False,
        help="Above or below the plan only when chance hardly explains the difference. It takes 10 decided "
        "opportunities to say it.",
    )
    rest = fields.Float(
        string="All Others, %",
        compute='_compute_figures',
        compute_sudo=False,
        digits=(5, 1),
        aggregator=None,
        help="Conversion of all other opportunities that came in on the same days.",
    )
    rest_verdict = fields.Selection(
        [
            ('few', "Not enough cases"),
            ('chance', "May be chance"),
            ('above', "Better than others"),
            ('below', "Worse than others"),
        ],
        string="Against All Others",
        compute='_compute_figures',
        compute_sudo=False,
        help="Better or worse only when chance hardly explains the difference. It takes 10 decided opportunities on "
        "both sides to say it.",
    )

    _check_conversion = models.Constraint(
        'CHECK (conversion > 0 AND conversion <= 100)',
        "The planned conversion must be more than 0 and at most 100 per cent.",
    )
    _aim_uniq = models.UniqueIndex(
        '(COALESCE(company_id, 0), COALESCE(source_id, 0), COALESCE(campaign_id, 0), date_from)',
        "There is a target for this source and campaign from this day on already. Change that one.",
    )

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        for target in self.filtered('date_to'):
            if target.date_to < target.date_from:
                raise ValidationError(
                    self.env._(
                        "The target “%(target)s” ends on %(date_to)s, before it begins on %(date_from)s. Correct one "
                        "of the two dates.",
                        target=target.display_name,
                        date_from=target.date_from,
                        date_to=target.date_to,
                    )
                )

    @api.depends('source_id.name', 'campaign_id.title', 'date_from')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for target in self:
            names = [name for name in (target.source_id.name, target.campaign_id.title) if name]
            whose = ', '.join(names) or self.env._("All opportunities")
            target.display_name = f'{whose}, {target.date_from}' if target.date_from else whose

    @api.depends('company_id', 'source_id', 'campaign_id', 'date_from', 'date_to', 'conversion')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_figures(self):
        report = self.env['dealflow.conversion.report']
        measures = ['__count', 'decided_count:sum', 'won_count:sum']
        rows = report._read_group([('target_id', 'in', self._origin.ids)], ['target_id'], measures)
        counted = {target.id: figures for target, *figures in rows}
        periods = {}
        for target in self:
            leads, decided, won = counted.get(target._origin.id, (0, 0, 0))
            key = target.company_id, target.date_from, target.date_to
            if key not in periods:
                [(_count, *periods[key])] = report._read_group(target._get_period_domain(), [], measures)
            all_decided, all_won = (figure or 0 for figure in periods[key])
            rest_decided, rest_won = max(all_decided - decided, 0), max(all_won - won, 0)
            target.lead_count, target.decided_count, target.won_count = leads, decided, won
            target.actual = 100 * won / decided if decided else 0
            target.rest = 100 * rest_won / rest_decided if rest_decided else 0
            target.verdict = self._judge(won, decided, target.conversion / 100)
            target.rest_verdict = self._judge_two(won, decided, rest_won, rest_decided)

    def _get_period_domain(self):
        """Return the domain of the report for all opportunities of the days and the company of the target."""
        domain = Domain.TRUE
        if self.company_id:
            domain &= Domain('company_id', 'in', [self.company_id.id, False])
        if self.date_from:
            domain &= Domain('day', '>=', self.date_from)
        if self.date_to:
            domain &= Domain('day', '<=', self.date_to)
        return domain

    @api.model
    def _judge(self, won, decided, planned):
        """Return what may be said of a share against the planned one: a key of ``verdict``."""
        if decided < CASES_TO_JUDGE:
            return 'few'
        if self.env['dealflow.report.mixin']._get_p_value(won, decided, planned) >= CERTAIN:
            return 'chance'
        return 'above' if won > planned * decided else 'below'

    @api.model
    def _judge_two(self, won, decided, rest_won, rest_decided):
        """Return what may be said of a share against that of the others: a key of ``rest_verdict``."""
        if min(decided, rest_decided) < CASES_TO_JUDGE:
            return 'few'
        low, high = newcombe_interval(won, decided, rest_won, rest_decided)
        if low <= 0 <= high:
            return 'chance'
        return 'above' if low > 0 else 'below'

    @public_method(one=True)
    def action_view_opportunities(self):
        """Return the action that shows the opportunities which are measured against the target."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_conversion_report_action')
        action.update(
            name=self.display_name,
            display_name=self.display_name,
            domain=[('target_id', '=', self.id)],
            context={},
            views=[(False, 'list'), (False, 'pivot')],
        )
        return action

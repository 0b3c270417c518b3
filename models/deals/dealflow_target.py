from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class DealflowTarget(models.Model):
    """What a salesperson or a team should win in a month (C62, C63); ``dealflow.target.report`` adds the actuals."""

    _name = 'dealflow.target'
    _description = "Sales Target"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'month desc, team_id, user_id, id'
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one(
        'res.users',
        string="Salesperson",
        index='btree_not_null',
        check_company=True,
        domain="[('share', '=', False)]",
        help="Empty: the part of the team's target that is not yet divided among its salespeople.",
    )
    team_id = fields.Many2one(
        'crm.team',
        string="Sales Team",
        index='btree_not_null',
        check_company=True,
        compute='_compute_team_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month; the first one is kept.",
    )
    amount = fields.Monetary(
        currency_field='company_currency_id',
        help="Sum of the deals that should be won, in company currency.",
    )
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    count = fields.Integer(string="Deals", help="Number of deals that should be won.")

    _check_aim = models.Constraint(
        'CHECK (user_id IS NOT NULL OR team_id IS NOT NULL)',
        "A target needs a salesperson or a sales team.",
    )
    _check_amount = models.Constraint('CHECK (amount >= 0)', "The amount of a target cannot be negative.")
    _check_count = models.Constraint('CHECK (count >= 0)', "The number of deals of a target cannot be negative.")
    _aim_month_uniq = models.UniqueIndex(
        '(company_id, month, COALESCE(user_id, 0), COALESCE(team_id, 0))',
        "There is a target for this salesperson, team and month already. Change that one.",
    )

    @api.depends('user_id')
    def _compute_team_id(self):
        for target in self.filtered('user_id'):
            team = self.env['crm.team'].with_company(target.company_id)
            target.team_id = team._get_default_team_id(user_id=target.user_id.id)

    @api.depends('user_id', 'team_id', 'month')
    def _compute_display_name(self):
        for target in self:
            whose = target.user_id.name or target.team_id.name or ''
            target.display_name = f"{whose}, {target.month:%Y-%m}" if target.month else whose

    def copy_data(self, default=None):
        """Set the month of a copy to the next one that has no such target."""
        vals_list = super().copy_data(default)
        if not {'month', 'user_id', 'team_id', 'company_id'} & set(default or {}):
            taken = {target._get_key_and_month() for target in self._find_same_targets()}
            for target, vals in zip(self, vals_list, strict=True):
                *aim, month = target._get_key_and_month()
                while (*aim, month) in taken:
                    month += relativedelta(months=1)
                taken.add((*aim, month))
                vals['month'] = month
        return vals_list

    def _find_same_targets(self):
        return self.search([('user_id', 'in', self.user_id.ids + [False]), ('company_id', 'in', self.company_id.ids)])

    def _get_key_and_month(self):
        self.ensure_one()
        return self.company_id, self.user_id, self.team_id, self.month

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize_month(vals))

    @api.model
    def _normalize_month(self, vals):
        """Return the values with ``month`` set to the first day of the month."""
        month = fields.Date.to_date(vals.get('month'))
        return {**vals, 'month': month.replace(day=1)} if month else vals

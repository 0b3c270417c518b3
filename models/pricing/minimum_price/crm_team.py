from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTeam(models.Model):
    """What the sales reps of a team get of the margin above the minimum price (C20)."""

    _inherit = 'crm.team'

    dealflow_bonus_percent = fields.Float(
        string="Bonus (%)",
        digits=(16, 2),
        groups='dealflow.group_price_margin',
        help="The share of the margin above the minimum price that the sales rep gets. It is shown beside prices; "
        "nothing is paid by it.",
    )

    @api.constrains('dealflow_bonus_percent')
    def _check_dealflow_bonus_percent(self):
        # sudo - crm.team: an import in elevated rights is checked too.
        for team in self.sudo():
            if not 0 <= team.dealflow_bonus_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "“Bonus (%%)” of the team %(team)s cannot be %(value)s. Enter a share between 0 and 100.",
                        team=team.name,
                        value=f'{team.dealflow_bonus_percent:g}',
                    )
                )

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class DealflowDeal(models.Model):
    """Whose deals a person works on: what the record rules of deals, and of all that belongs to a deal, ask for.

    The rules could name the fields themselves. PostgreSQL would then look at every deal of the table, and at every
    receipt or row of history joined to it: conditions on several tables joined by «or» reach no index. A union does.
    """

    _inherit = 'dealflow.deal'

    # In sudo: the rules ask for these fields, and would ask again for what they are computed from.
    is_own = fields.Boolean(
        string="Mine", compute='_compute_is_own', compute_sudo=True, search='_search_is_own',
        help="You are responsible for the deal, or help with it.",
    )
    is_of_team = fields.Boolean(
        string="Mine or of my Team", compute='_compute_is_of_team', compute_sudo=True, search='_search_is_of_team',
        help="It is yours, or that of a sales team of which you are a member or the head.",
    )

    @api.depends('user_id', 'co_executor_ids')
    @api.depends_context('uid')
    def _compute_is_own(self):
        for deal in self:
            deal.is_own = self.env.user in deal.user_id | deal.co_executor_ids

    @api.depends('is_own', 'team_id.member_ids', 'team_id.user_id')
    @api.depends_context('uid')
    def _compute_is_of_team(self):
        for deal in self:
            deal.is_of_team = deal.is_own or self.env.user in deal.team_id.member_ids | deal.team_id.user_id

    def _search_is_own(self, operator, value):
        return self._search_union(operator, self._get_own_domains())

    def _search_is_of_team(self, operator, value):
        # sudo - crm.team: of which teams the user is, decides here what he may see.
        teams = self.env['crm.team'].sudo().with_context(active_test=False)._search(
            Domain('member_ids', 'in', self.env.uid) | Domain('user_id', '=', self.env.uid),
        )
        return self._search_union(operator, [*self._get_own_domains(), Domain('team_id', 'in', teams)])

    def _get_own_domains(self):
        return [Domain('user_id', '=', self.env.uid), Domain('co_executor_ids', 'in', self.env.uid)]

    def _search_union(self, operator, domains):
        if operator != 'in':
            return NotImplemented
        # sudo - dealflow.deal: this is what the rules ask for, rules inside it would ask for it again.
        deals = self.sudo().with_context(active_test=False)
        queries = [deals._search(domain).select() for domain in domains]
        return Domain('id', 'in', SQL("(%s)", SQL(" UNION ").join(queries)))

    def _get_reference_operation(self, name):
        # The outcome of the deal closes its opportunity in elevated rights, whoever the opportunity belongs to.
        return 'write' if name == 'lead_id' else super()._get_reference_operation(name)

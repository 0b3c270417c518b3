from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class DealflowDeal(models.Model):
    """Which deals a user may see and change: searchable fields for the record rules of deals and of their records.

    If the rules named ``user_id`` and the like themselves, PostgreSQL would scan all deals and all receipts or log rows
    joined to them: an OR over several tables uses no index. A union does.
    """

    _inherit = 'dealflow.deal'

    # Computed in sudo: record rules use these fields and would otherwise apply again to what they depend on.
    is_own = fields.Boolean(
        string="Mine",
        compute='_compute_is_own',
        compute_sudo=True,
        search='_search_is_own',
        help="You are responsible for the deal, or help with it.",
    )
    is_of_team = fields.Boolean(
        string="Mine or of my Team",
        compute='_compute_is_of_team',
        compute_sudo=True,
        search='_search_is_of_team',
        help="It is yours, or that of a sales team of which you are a member or the head.",
    )
    is_visible = fields.Boolean(
        compute='_compute_is_visible',
        compute_sudo=True,
        search='_search_is_visible',
        export_string_translation=False,
        help="The stage of the deal is not hidden from you.",
    )
    is_editable = fields.Boolean(
        compute='_compute_is_editable',
        compute_sudo=True,
        search='_search_is_editable',
        export_string_translation=False,
        help="You may change the deals that are in this stage.",
    )

    can_open_lead = fields.Boolean(compute='_compute_can_open_lead', export_string_translation=False)

    @api.depends('lead_id')
    @api.depends_context('uid')
    def _compute_can_open_lead(self):
        # Opportunities keep Odoo's rights: a team leader sees the team's deals, but only their own opportunities.
        readable = self.lead_id._filtered_access('read')
        for deal in self:
            deal.can_open_lead = bool(deal.lead_id) and deal.lead_id in readable

    @api.depends('user_id', 'co_executor_ids')
    @api.depends_context('uid')
    def _compute_is_own(self):
        for deal in self:
            deal.is_own = self.env.user == deal.user_id or self.env.user in deal.co_executor_ids

    @api.depends('is_own', 'team_id.member_ids', 'team_id.user_id')
    @api.depends_context('uid')
    def _compute_is_of_team(self):
        for deal in self:
            deal.is_of_team = deal.is_own or self.env.user in deal.team_id.member_ids | deal.team_id.user_id

    def _search_is_own(self, operator, value):
        return self._search_union(operator, self._get_own_domains())

    def _search_is_of_team(self, operator, value):
        # sudo - crm.team: the user's teams decide what they may see, whether or not they may read the teams.
        teams = (
            self.env['crm.team']
            .sudo()
            .with_context(active_test=False)
            ._search(
                Domain('member_ids', 'in', self.env.uid) | Domain('user_id', '=', self.env.uid),
            )
        )
        return self._search_union(operator, [*self._get_own_domains(), Domain('team_id', 'in', teams)])

    @api.depends('stage_id')
    @api.depends_context('uid')
    def _compute_is_visible(self):
        closed = self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']
        for deal in self:
            deal.is_visible = deal.stage_id.id not in closed

    @api.depends('stage_id')
    @api.depends_context('uid')
    def _compute_is_editable(self):
        closed = self.env.user._dealflow_get_closed_stage_ids()['dealflow_locked_stage_ids']
        for deal in self:
            deal.is_editable = deal.stage_id.id not in closed

    def _search_is_visible(self, operator, value):
        return self._search_open_stage(operator, 'dealflow_hidden_stage_ids')

    def _search_is_editable(self, operator, value):
        return self._search_open_stage(operator, 'dealflow_locked_stage_ids')

    def _search_open_stage(self, operator, closed):
        if operator != 'in':
            return NotImplemented
        return Domain('stage_id', 'not in', self.env.user._dealflow_get_closed_stage_ids()[closed])

    @api.depends('name', 'stage_id')
    @api.depends_context('uid')
    def _compute_display_name(self):
        """Hide the name from users who may not see the deal: other documents show the names of deals in sudo."""
        hidden = (
            ()
            if self.env.user._is_superuser()
            else self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']
        )
        out_of_sight = self.filtered(lambda deal: deal.stage_id.id in hidden) if hidden else self.browse()
        out_of_sight.display_name = self.env._("Deal in a stage that you may not see")
        super(DealflowDeal, self - out_of_sight)._compute_display_name()

    @api.model
    def _get_visible_domain(self, field_name):
        """Return the domain of records without a deal in ``field_name``, or with a deal in a visible stage (X52).

        For counts made in sudo; without sudo, the record rules filter the same records.
        """
        if not self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']:
            return Domain.TRUE
        return Domain(field_name, '=', False) | Domain(f'{field_name}.is_visible', '=', True)

    @api.model
    def _get_sql_visible(self, alias):
        """Return the SQL condition that the deal ``alias`` is in a stage that is not hidden from the user."""
        hidden = self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']
        if not hidden or self.env.user._is_superuser():
            return SQL("TRUE")
        return SQL("%s NOT IN %s", SQL.identifier(alias, 'stage_id'), hidden)

    def _get_own_domains(self):
        return [Domain('user_id', '=', self.env.uid), Domain('co_executor_ids', 'in', self.env.uid)]

    def _search_union(self, operator, domains):
        if operator != 'in':
            return NotImplemented
        # sudo - dealflow.deal: the record rules use this search, and would otherwise call it recursively.
        deals = self.sudo().with_context(active_test=False)
        queries = [deals._search(domain).select() for domain in domains]
        return Domain('id', 'in', SQL("(%s)", SQL(" UNION ").join(queries)))

    def _dealflow_get_reference_operation(self, name):
        # Closing the deal also closes its opportunity in sudo, even if that belongs to somebody else.
        return 'write' if name == 'lead_id' else super()._dealflow_get_reference_operation(name)

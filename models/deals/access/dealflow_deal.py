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
        # Opportunities keep Odoo's rights: a head sees the deals of her team, and only her own opportunities.
        readable = self.lead_id._filtered_access('read')
        for deal in self:
            deal.can_open_lead = bool(deal.lead_id) and deal.lead_id in readable

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
        """Keep the name from whoever may not see the deal: documents of others that name it show it in sudo."""
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
        """Return the domain of the records that name no deal in the field, or one whose stage is not hidden (X52).

        For what counts in elevated rights; where the person's own rights hold, the record rules say the same.
        """
        if not self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']:
            return Domain.TRUE
        return Domain(field_name, '=', False) | Domain(f'{field_name}.is_visible', '=', True)

    @api.model
    def _get_sql_visible(self, alias):
        """Return the condition in SQL that the deal of that alias is in a stage that is not hidden from the person."""
        hidden = self.env.user._dealflow_get_closed_stage_ids()['dealflow_hidden_stage_ids']
        if not hidden or self.env.user._is_superuser():
            return SQL("TRUE")
        return SQL("%s NOT IN %s", SQL.identifier(alias, 'stage_id'), hidden)

    def _get_own_domains(self):
        return [Domain('user_id', '=', self.env.uid), Domain('co_executor_ids', 'in', self.env.uid)]

    def _search_union(self, operator, domains):
        if operator != 'in':
            return NotImplemented
        # sudo - dealflow.deal: this is what the rules ask for, rules inside it would ask for it again.
        deals = self.sudo().with_context(active_test=False)
        queries = [deals._search(domain).select() for domain in domains]
        return Domain('id', 'in', SQL("(%s)", SQL(" UNION ").join(queries)))

    def _dealflow_get_reference_operation(self, name):
        # The outcome of the deal closes its opportunity in elevated rights, whoever the opportunity belongs to.
        return 'write' if name == 'lead_id' else super()._dealflow_get_reference_operation(name)

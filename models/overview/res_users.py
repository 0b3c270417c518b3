from odoo import api, fields, models


class ResUsers(models.Model):
    """The profiles of a user, a description of all their rights (E06, P59-P61), and the page opened after login."""

    _inherit = 'res.users'

    dealflow_profile_ids = fields.Many2many(
        'res.groups',
        string="Profiles",
        compute='_compute_dealflow_profile_ids',
        inverse='_inverse_dealflow_profile_ids',
        domain="[('is_dealflow_profile', '=', True)]",
        groups='base.group_erp_manager',
        help="Named sets of rights; a person may have several, and individual rights as well.",
    )
    dealflow_contents = fields.Html(
        string="What this person may do in Dealflow",
        compute='_compute_dealflow_contents',
        sanitize=False,
        groups='base.group_erp_manager',
    )

    dealflow_opens_start = fields.Boolean(
        string="Begin with Dealflow",
        default=True,
        groups='base.group_user',
        help="After login, the workplace opens for sales reps, and the start page for others. A home action takes "
        "precedence.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ['dealflow_opens_start']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ['dealflow_opens_start']

    def _dealflow_is_rep(self):
        """Return whether the user sells, and answers for nobody else's deals: their home is the workplace."""
        self.ensure_one()
        return self.has_group('dealflow.group_user_own') and not self.has_group('dealflow.group_user_team')

    @api.depends('group_ids')
    def _compute_dealflow_profile_ids(self):
        for user in self:
            user.dealflow_profile_ids = user.group_ids.filtered('is_dealflow_profile')

    def _inverse_dealflow_profile_ids(self):
        for user in self:
            user.group_ids = user._dealflow_get_groups_with_profiles()

    @api.onchange('dealflow_profile_ids')
    def _onchange_dealflow_profile_ids(self):
        """Show at once, in the list of rights below, what a profile adds."""
        self.group_ids = self._dealflow_get_groups_with_profiles()

    def _dealflow_get_groups_with_profiles(self):
        groups = self.group_ids._origin
        return groups.filtered(lambda group: not group.is_dealflow_profile) | self.dealflow_profile_ids._origin

    @api.depends('group_ids')
    def _compute_dealflow_contents(self):
        for user in self:
            user.dealflow_contents = user.group_ids._origin._dealflow_describe_rights()

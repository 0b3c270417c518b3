from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain


class DealflowSharingGuardMixin(models.AbstractModel):
    """A record that belongs to its owner and is shared with people, groups and teams, to use or to change (E54).

    What is for everybody is changed only with the right «Common filters» (E69, E70). The people stand in ``user_ids``:
    a model of Odoo that has this field inherits this, our own models inherit ``dealflow.sharing.mixin``. A model

    - says in ``_dealflow_get_common_domain`` which of its records are for everybody,
    - has the two rules of ``security/dealflow_sharing_rules.xml``: reading asks for ``dealflow_is_usable``, writing,
      creating and deleting for ``dealflow_is_editable``.

    The rules look at what is stored before a change, therefore the methods of this mixin look again after it.
    """

    _name = 'dealflow.sharing.guard.mixin'
    _description = "Sharing and Its Guards"

    # The fields that decide who sees and who changes a record; only its owner changes them.
    _dealflow_sharing_fields = (
        'dealflow_owner_id',
        'user_ids',
        'dealflow_group_ids',
        'dealflow_team_ids',
        'dealflow_share_mode',
    )

    dealflow_owner_id = fields.Many2one(
        'res.users',
        string="Owner",
        default=lambda self: self._dealflow_default_owner_id(),
        ondelete='set null',
        index='btree_not_null',
        copy=False,
        help="Changes and shares this, whoever else uses it.",
        groups='base.group_user',
    )
    dealflow_group_ids = fields.Many2many('res.groups', string="Shared with Groups", groups='base.group_user')
    dealflow_team_ids = fields.Many2many(
        'crm.team',
        string="Shared with Teams",
        help="The members of these sales teams and their leaders.",
        groups='base.group_user',
    )
    dealflow_share_mode = fields.Selection(
        [('use', "Use it"), ('edit', "Use and change it")],
        string="They may",
        default='use',
        required=True,
        copy=False,
        help="What the people, groups and teams may do. Only the owner shares it and gives it away.",
        groups='base.group_user',
    )
    dealflow_is_usable = fields.Boolean(
        string="Shared with Me",
        compute='_compute_dealflow_is_usable',
        compute_sudo=True,
        search='_search_dealflow_is_usable',
        export_string_translation=False,
        groups='base.group_user',
    )
    dealflow_is_editable = fields.Boolean(
        string="I May Change It",
        compute='_compute_dealflow_is_usable',
        compute_sudo=True,
        search='_search_dealflow_is_editable',
        export_string_translation=False,
        groups='base.group_user',
    )

    @api.model
    def _dealflow_default_owner_id(self):
        """Return the user who makes the record; what comes with a module belongs to nobody."""
        return self.env.user if self.env.uid != SUPERUSER_ID else self.env['res.users']

    @api.depends('dealflow_owner_id', 'user_ids', 'dealflow_group_ids', 'dealflow_team_ids', 'dealflow_share_mode')
    @api.depends_context('uid')
    def _compute_dealflow_is_usable(self):
        stored = self.with_context(active_test=False)
        usable = stored._dealflow_filtered(self._dealflow_get_usable_domain())
        editable = stored._dealflow_filtered(self._dealflow_get_editable_domain())
        for record in self:
            is_new = not record._origin
            record.dealflow_is_usable = is_new or record._origin in usable
            record.dealflow_is_editable = is_new or record._origin in editable

    @api.model
    def _search_dealflow_is_usable(self, operator, value):
        return self._dealflow_search_flag(operator, value, self._dealflow_get_usable_domain())

    @api.model
    def _search_dealflow_is_editable(self, operator, value):
        return self._dealflow_search_flag(operator, value, self._dealflow_get_editable_domain())

    @api.model
    def _dealflow_search_flag(self, operator, value, domain):
        if operator != 'in':
            return NotImplemented
        return Domain.OR(([domain] if True in value else []) + ([~domain] if False in value else []))

    def _dealflow_filtered(self, domain):
        """Return the stored records of a recordset that a domain finds, whatever the user may read."""
        # sudo - any shared model: who may use a record does not depend on whether it may be read.
        found = self.browse(self._origin.ids).sudo().search(Domain('id', 'in', self._origin.ids) & domain)
        return self.browse(found.ids)

    # Who may

    @api.model
    def _dealflow_get_common_domain(self):
        """Return the domain of the records that are for everybody, and changed with the right «Common filters» only.

        :rtype: Domain
        """
        return Domain.FALSE

    @api.model
    def _dealflow_get_shared_domain(self):
        """Return the domain of the records that their owners share with the user, as a person or by group or team.

        :rtype: Domain
        """
        user = self.env.user
        of_team = Domain('crm_team_member_ids.user_id', '=', user.id) | Domain('user_id', '=', user.id)
        return (
            Domain('user_ids', 'in', user.ids)
            | Domain('dealflow_group_ids', 'in', list(user._get_group_ids()))
            | Domain('dealflow_team_ids', 'any!', of_team)
        )

    @api.model
    def _dealflow_get_usable_domain(self):
        """Return the domain of the records that the user works with: own, shared with the user, for everybody.

        :rtype: Domain
        """
        return (
            Domain('dealflow_owner_id', '=', self.env.uid)
            | self._dealflow_get_shared_domain()
            | self._dealflow_get_common_domain()
        )

    @api.model
    def _dealflow_get_editable_domain(self):
        """Return the domain of the records that the user may change.

        :rtype: Domain
        """
        common = self._dealflow_get_common_domain()
        if self._dealflow_manages_sharing():
            personal = Domain.TRUE
        else:
            personal = Domain('dealflow_owner_id', '=', self.env.uid) | (
                Domain('dealflow_share_mode', '=', 'edit') & self._dealflow_get_shared_domain()
            )
        return (personal & ~common) | (common if self._dealflow_edits_common() else Domain.FALSE)

    @api.model
    def _dealflow_edits_common(self):
        """Return whether the user may change what is for everybody (E70); the rules ask in sudo, about the user."""
        return self.env.user.has_group('dealflow.group_filters_editor')

    @api.model
    def _dealflow_manages_sharing(self):
        """Return whether the user changes what belongs to others: who manages access rights does."""
        return self.env.user.has_group('base.group_erp_manager')

    # Giving away

    @api.model
    def _dealflow_get_used_by_others_domain(self, owner):
        """Return the domain of the records that people beside their owner use: groups, teams, other people.

        :rtype: Domain
        """
        return (
            Domain('dealflow_group_ids', '!=', False)
            | Domain('dealflow_team_ids', '!=', False)
            | Domain('user_ids', 'any!', [('id', '!=', owner.id)])
        )

    @api.model
    def _dealflow_find_shared_by(self, owner):
        """Return the records that a person shares; what is for everybody needs no owner.

        :param owner: the person, also an archived one
        """
        shared = Domain('dealflow_owner_id', '=', owner.id) & self._dealflow_get_used_by_others_domain(owner)
        return self.with_context(active_test=False).search(shared & ~self._dealflow_get_common_domain())

    def _dealflow_give_to(self, receiver):
        """Make somebody else the owner, who is also among the people in place of the former one."""
        for record in self.with_context(active_test=False):
            values = {'dealflow_owner_id': receiver.id}
            if record.user_ids:
                former = record.dealflow_owner_id & record.user_ids
                values['user_ids'] = [*(Command.unlink(each) for each in former.ids), Command.link(receiver.id)]
            record.write(values)

    # Guards

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._dealflow_check_sharing_after(is_new=True)
        return records

    def write(self, vals):
        self._dealflow_check_sharing_before(vals)
        result = super().write(vals)
        self._dealflow_check_sharing_after()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dealflow_shared(self):
        self._dealflow_check_sharing_before({})

    def copy_data(self, default=None):
        """A copy is its maker's alone until it is shared in turn."""
        return [
            {**values, **record._dealflow_get_private_values(), **(default or {})}
            if record._dealflow_get_guarded()
            else values
            for record, values in zip(self, super().copy_data(default), strict=True)
        ]

    def _dealflow_get_private_values(self):
        """Return the values that make a copy its maker's alone."""
        return {
            'user_ids': [Command.clear()],
            'dealflow_group_ids': [Command.clear()],
            'dealflow_team_ids': [Command.clear()],
        }

    def _dealflow_get_guarded(self):
        """Return the records whose changes are guarded; a model that is not ours leaves out those of other screens."""
        return self

    def _dealflow_check_sharing_before(self, vals):
        """Refuse to change records that the user may only use, and to share those of others.

        :param dict vals: the values that are about to be written
        :raise AccessError: a record is for everybody or another person's, and the user lacks the right
        """
        if self.env.su:
            return
        # sudo - any shared model: a record that the user may not see is refused by its record rules.
        guarded = self._dealflow_get_guarded()
        editable = guarded._dealflow_filtered(self._dealflow_get_editable_domain())
        for record_sudo in (guarded - editable).sudo():
            raise AccessError(record_sudo._dealflow_get_refusal())
        changed = set(vals).intersection(self._dealflow_sharing_fields)
        if changed and not self._dealflow_manages_sharing():
            common = guarded._dealflow_filtered(self._dealflow_get_common_domain())
            for record_sudo in (guarded - common).sudo():
                if record_sudo.dealflow_owner_id != self.env.user:
                    raise AccessError(record_sudo._dealflow_get_refusal())

    def _dealflow_check_sharing_after(self, is_new=False):
        """Refuse to publish without the right, and to make records in the name of others.

        :raise AccessError: a record became one for everybody, or was made for another owner
        """
        if self.env.su:
            return
        guarded = self._dealflow_get_guarded()
        if not self._dealflow_edits_common():
            for record_sudo in guarded._dealflow_filtered(self._dealflow_get_common_domain()).sudo():
                raise AccessError(record_sudo._dealflow_get_refusal())
        if is_new and not self._dealflow_manages_sharing():
            for record_sudo in guarded.sudo():
                if record_sudo.dealflow_owner_id != self.env.user:
                    raise AccessError(
                        self.env._(
                            "“%(record)s” would belong to %(owner)s. Make it for yourself and share it.",
                            record=record_sudo.display_name,
                            owner=record_sudo.dealflow_owner_id.name or self.env._("nobody"),
                        )
                    )

    def _dealflow_get_refusal(self):
        """Return why the user may not change a record, and the way out.

        :rtype: str
        """
        self.ensure_one()
        if self._dealflow_filtered(self._dealflow_get_common_domain()):
            return self.env._(
                "“%(record)s” is for everybody. Make one for yourself, or ask a person with the right “%(right)s” to "
                "change it.",
                record=self.display_name,
                right=self.env.ref('dealflow.group_filters_editor').sudo().display_name,
            )
        return self.env._(
            "“%(record)s” belongs to %(owner)s, who shares it. Make a copy for yourself, or ask for the change.",
            record=self.display_name,
            owner=self.dealflow_owner_id.name or self.env._("nobody"),
        )

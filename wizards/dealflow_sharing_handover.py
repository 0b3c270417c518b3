from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from ..tools.public_methods import public_method


class DealflowSharingHandover(models.TransientModel):
    """Gives what people who leave have shared, such as saved filters, to their heads or to somebody else (E54)."""

    _name = 'dealflow.sharing.handover'
    _description = "Hand Over What Is Shared"

    user_ids = fields.Many2many('res.users', string="People", required=True, context={'active_test': False})
    receiver_id = fields.Many2one(
        'res.users',
        string="New Owner",
        domain=[('share', '=', False)],
        help="Empty: the leader of the sales team of each person.",
    )
    summary = fields.Text(string="What They Share", compute='_compute_summary', export_string_translation=False)

    @api.model
    def default_get(self, fields):
        """Take the people chosen on the screen, and their head if they have one and the same."""
        values = super().default_get(fields)
        chosen = self.env.context.get('active_model') == 'res.users' and self.env.context.get('active_ids')
        if 'user_ids' in fields and not values.get('user_ids') and chosen:
            values['user_ids'] = [(6, 0, chosen)]
            people = self.env['res.users'].browse(chosen)
            heads = {self._get_head(person) for person in people}
            if 'receiver_id' in fields and not values.get('receiver_id') and len(heads) == 1:
                values['receiver_id'] = heads.pop().id
        return values

    @api.depends('user_ids')
    def _compute_summary(self):
        for handover in self:
            rows = [
                self.env._(
                    "%(user)s: %(shared)s",
                    user=person.name,
                    shared=format_list(self.env, [record.display_name for record in records]),
                )
                for person in handover.user_ids._origin
                if (records := handover._find_shared(person))
            ]
            handover.summary = '\n'.join(rows) or self.env._("They share nothing with anybody.")

    @public_method(one=True, once=True)
    def action_hand_over(self):
        """Make the new owners the owners of what the people share; those it is shared with keep it (E54).

        What only they themselves use stays theirs.

        :raise UserError: nobody is chosen, and a person has no head
        :raise AccessError: the user may not manage access rights
        """
        self._check_may_hand_over()
        for person in self.user_ids:
            if not (shared := self._find_shared(person)):
                continue
            receiver = self.receiver_id or self._get_head(person)
            if not receiver:
                raise UserError(
                    self.env._("%(user)s is in no sales team with a leader. Choose the new owner.", user=person.name)
                )
            if receiver.share or not receiver.active or receiver == person:
                raise UserError(
                    self.env._(
                        "%(user)s cannot own it: only active internal users other than the one who leaves can. "
                        "Choose somebody else.",
                        user=receiver.name,
                    )
                )
            for record in shared:
                record._dealflow_give_to(receiver)
        return {'type': 'ir.actions.act_window_close'}

    def _check_may_hand_over(self):
        if not self.env.su and not self.env.user.has_group('base.group_erp_manager'):
            raise AccessError(
                self.env._("Only people who manage access rights hand over what others share. Ask one of them.")
            )

    @api.model
    def _get_head(self, person):
        """Return who gets what a person shares if nobody else is chosen; may be empty."""
        head = person._dealflow_get_head(self)
        if not head:
            # Whoever is archived leaves the sales teams.
            # sudo - crm.team.member: to which team a person belonged is no secret to who manages access rights.
            members_sudo = self.env['crm.team.member'].sudo().with_context(active_test=False)
            last_sudo = members_sudo.search([('user_id', '=', person.id)], order='write_date desc, id desc', limit=1)
            head = last_sudo.crm_team_id.user_id.sudo(False)
        return head if head.active and head != person else head.browse()

    @api.model
    def _find_shared(self, person):
        """Return what a person shares with others, of every model that can be shared.

        :rtype: list of records
        """
        return [
            record
            for name in sorted(self.env.registry.descendants(['dealflow.sharing.guard.mixin'], '_inherit'))
            if not self.env[name]._abstract
            for record in self.env[name]._dealflow_find_shared_by(person)
        ]

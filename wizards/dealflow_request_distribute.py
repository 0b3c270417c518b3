import ast
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from ..tools.public_methods import public_method
from ..tools.turns import divide, take_turn


class DealflowRequestDistribute(models.TransientModel):
    """Divides open opportunities among salespeople by shares, and shows before who gets how many (X13)."""

    _name = 'dealflow.request.distribute'
    _description = "Distribute Opportunities"
    _inherit = ['dealflow.chosen.records.wizard.mixin', 'dealflow.reference.mixin']
    _chosen_field = 'lead_ids'

    lead_ids = fields.Many2many('crm.lead', string="Opportunities", required=True, context={'active_test': False})
    filter_id = fields.Many2one(
        'ir.filters',
        string="From a Saved Filter",
        domain=[('model_id', '=', 'crm.lead'), ('dealflow_is_usable', '=', True)],
        help="Takes the open opportunities that the filter finds, instead of the selected ones.",
    )
    line_ids = fields.One2many('dealflow.request.distribute.line', 'distribute_id', string="People")
    with_clients = fields.Boolean(
        string="Clients stay together",
        default=True,
        help="All opportunities of a client go to one person, and numbers are as close to the shares as that allows.",
    )
    summary = fields.Html(string="Who Gets How Many", compute='_compute_summary', sanitize=False)

    @api.model
    def default_get(self, fields):
        """Begin with the members of the team of the person, in equal shares."""
        values = super().default_get(fields)
        if 'line_ids' in fields and not values.get('line_ids'):
            team = self.env['crm.team'].search([('user_id', '=', self.env.uid)], limit=1)
            values['line_ids'] = [Command.create({'user_id': user.id, 'share': 1}) for user in team.member_ids]
        return values

    @api.onchange('filter_id')
    def _onchange_filter_id(self):
        if self.filter_id:
            conditions = Domain(ast.literal_eval(self.filter_id._dealflow_get_conditions()))
            self.lead_ids = self.env['crm.lead'].search(conditions & Domain('won_status', '=', 'pending'))

    @api.depends('lead_ids', 'line_ids.user_id', 'line_ids.share', 'with_clients')
    def _compute_summary(self):
        for wizard in self:
            shares = wizard._get_shares()
            leads = wizard._get_open()
            if not shares or not leads:
                wizard.summary = Markup('<p class="text-muted mb-0">%s</p>') % self.env._(
                    "Add the people, and you see here who gets how many."
                )
                continue
            total = sum(shares.values())
            given = wizard._divide()
            before = Counter(lead.user_id for lead in leads)
            rows = Markup().join(
                Markup('<tr><td>%s</td><td class="text-end">%s</td><td class="text-end">%s</td><td>%s</td></tr>')
                % (
                    user.name,
                    before.get(user, 0),
                    len(given.get(user, ())),
                    self.env._("share %(share)s of %(total)s", share=share, total=total),
                )
                for user, share in shares.items()
            )
            wizard.summary = Markup(
                '<table class="table table-sm mb-0"><thead><tr><th>%s</th><th class="text-end">%s</th>'
                '<th class="text-end">%s</th><th>%s</th></tr></thead><tbody>%s</tbody></table>'
            ) % (self.env._("Person"), self.env._("Has of these now"), self.env._("Gets"), self.env._("Why"), rows)
            if closed := len(wizard.lead_ids) - len(leads):
                wizard.summary += Markup('<p class="text-muted mb-0">%s</p>') % self.env._(
                    "Won or lost, and left out: %(count)s", count=closed
                )

    def _get_open(self):
        """Return the opportunities that can go to somebody; those that are won or lost stay with whom they are."""
        return self.lead_ids._origin.filtered(lambda lead: lead.won_status == 'pending' and lead.active)

    def _get_shares(self):
        shares = Counter()
        for line in self.line_ids.filtered(lambda line: line.user_id and line.share > 0):
            # A line that is being typed is a new record; the person is not.
            shares[line.user_id._origin] += line.share
        return dict(shares)

    def _divide(self):
        """Return the opportunities of each person, in the order in which they came in.

        :rtype: dict[res.users, crm.lead]
        """
        shares = self._get_shares()
        leads = self._get_open().sorted('id')
        together = {}
        for lead in leads:
            client = self.with_clients and lead.partner_id.commercial_partner_id
            together.setdefault(client or lead, self.env['crm.lead'])
            together[client or lead] |= lead
        found = {user: self.env['crm.lead'] for user in shares}
        if all(len(group) == 1 for group in together.values()):
            credits = {}
            for lead in leads:
                found[take_turn(credits, shares)] |= lead
            return found
        for user, group in divide(together.values(), shares):
            found[user] |= group
        return found

    @public_method(one=True, once=True)
    def action_distribute(self):
        """Give each opportunity to the person that the preview says; another distribution takes it back.

        :return: the action that closes the dialog
        :raise UserError: nobody is chosen, one cannot work on opportunities, or all of these are closed
        :raise AccessError: the person may not change one of them
        """
        shares = self._get_shares()
        if not shares:
            raise UserError(self.env._("Choose the people who get the opportunities."))
        self._check_people(shares)
        chosen = self._get_open()
        chosen.check_access('write')
        if not chosen:
            raise UserError(self.env._("All of these are won or lost, and go to nobody. Choose open opportunities."))
        total = sum(shares.values())
        for user, leads in self._divide().items():
            reason = user._dealflow_in_own_language().env._(
                "%(person)s distributed %(count)s opportunities; your share is %(share)s of %(total)s.",
                person=self.env.user.name,
                count=len(chosen),
                share=shares[user],
                total=total,
            )
            leads._dealflow_give_by_hand(user, reason)
        return {'type': 'ir.actions.act_window_close'}

    def _check_people(self, shares):
        people = self.env['res.users'].union(*shares)
        # sudo - res.users: only to check that they may work on opportunities.
        domain = self.env['dealflow.partner.handover']._get_receiver_domain()
        for person_sudo in people.sudo() - people.sudo().filtered_domain(domain):
            raise UserError(
                self.env._(
                    "%(person)s cannot get opportunities: only active internal users with a right to deals can. Choose "
                    "somebody else.",
                    person=person_sudo.name,
                )
            )
        for person_sudo in people.sudo():
            if foreign := self.lead_ids.company_id - person_sudo.company_ids:
                raise UserError(
                    self.env._(
                        "%(person)s does not work in %(companies)s, which some of these opportunities belong to. "
                        "Choose somebody who does.",
                        person=person_sudo.name,
                        companies=format_list(self.env, foreign.mapped('name')),
                    )
                )

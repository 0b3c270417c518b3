from collections import Counter, defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ..models.claims.dealflow_claim import OPEN_STATES
from ..tools.public_methods import public_method
from ..tools.turns import divide


class DealflowPartnerHandover(models.TransientModel):
    """Hands clients over to other salespeople, with all open work and a note (B07, X13)."""

    _name = 'dealflow.partner.handover'
    _description = "Hand Over Clients"
    _inherit = 'dealflow.chosen.records.wizard.mixin'
    _chosen_field = 'partner_ids'

    partner_ids = fields.Many2many('res.partner', string="Clients", required=True, context={'active_test': False})
    is_shared = fields.Boolean(
        string="To Several Salespeople", help="The clients are divided among them, by their shares."
    )
    user_id = fields.Many2one(
        'res.users',
        string="New Salesperson",
        domain=lambda self: self._get_receiver_domain(),
        help="Becomes responsible for the clients and for what their present salesperson has open with them.",
    )
    line_ids = fields.One2many('dealflow.partner.handover.line', 'handover_id', string="Receivers")
    with_group = fields.Boolean(
        string="With all legal entities", default=True, help="Also the legal entities and contacts of the clients."
    )
    note = fields.Text(help="Sent to the new salesperson, and kept on the card of each client.")
    summary = fields.Html(string="What Is Handed Over", compute='_compute_summary', sanitize=False)

    @api.model
    def _get_receiver_domain(self):
        """Return the domain of users who may take over clients: active internal users who work on deals."""
        # sudo - res.groups: only its id is used, to find its users.
        group = self.env.ref('dealflow.group_user_own').sudo()
        return [('share', '=', False), ('active', '=', True), ('all_group_ids', 'in', group.ids)]

    @api.depends('partner_ids', 'with_group')
    def _compute_summary(self):
        for handover in self:
            going, staying = defaultdict(int), []
            for previous, partners in handover.partner_ids._origin.grouped('user_id').items():
                work = handover._find_work(partners, previous)
                for model, records in work['going'].items():
                    going[model] += len(records)
                staying += handover._describe_remaining_work(work, previous)
            lines = [handover._describe_work(going) or self.env._("Nothing is open but the clients themselves.")]
            handover.summary = Markup('<p>%s</p>') % lines[0]
            if staying:
                rows = Markup().join(Markup('<li>%s</li>') % row for row in dict.fromkeys(staying))
                handover.summary += Markup('<p class="mb-0">%s</p><ul class="mb-0">%s</ul>') % (
                    self.env._("What stays where it is:"),
                    rows,
                )

    @public_method(one=True, once=True)
    def action_hand_over(self):
        """Hand the clients over, each to one receiver.

        :raise UserError: there are no clients or no receivers, or a receiver cannot work on what they get
        :raise AccessError: the user may not change deals that have to go along
        """
        if not self.partner_ids:
            raise UserError(self.env._("Select the clients to hand over."))
        for receiver, partners in self._distribute().items():
            for previous, clients in partners.grouped('user_id').items():
                self._hand_over(clients, previous, receiver)
        return {'type': 'ir.actions.act_window_close'}

    # Receivers

    def _get_receivers(self):
        """Return the share of each receiver.

        :rtype: dict[ResUsers, int]
        """
        shares = Counter()
        if self.is_shared:
            for line in self.line_ids.filtered('share'):
                shares[line.user_id] += line.share
        elif self.user_id:
            shares[self.user_id] = 1
        if not shares:
            raise UserError(self.env._("Choose who becomes responsible for the clients."))
        receivers = self.env['res.users'].union(*shares)
        # sudo - res.users: only to check that they may take over clients.
        for receiver_sudo in receivers.sudo() - receivers.sudo().filtered_domain(self._get_receiver_domain()):
            raise UserError(
                self.env._(
                    "%(user)s cannot take over clients: only active internal users with a right to deals can. Choose "
                    "somebody else.",
                    user=receiver_sudo.name,
                )
            )
        return dict(shares)

    def _distribute(self):
        """Return the clients of each receiver, in numbers as close to the shares as possible.

        Clients that have legal entities in common stay together.

        :rtype: dict[ResUsers, ResPartner]
        """
        shares = self._get_receivers()
        clients = {receiver: self.env['res.partner'] for receiver in shares}
        for receiver, together in divide(self._get_clusters(), shares):
            clients[receiver] |= together
        return {receiver: partners for receiver, partners in clients.items() if partners}

    def _get_clusters(self):
        clusters = []
        for partner in self.partner_ids:
            parties = partner | partner._dealflow_get_legal_entities() if self.with_group else partner
            together = partner
            for cluster in [cluster for cluster in clusters if cluster[1] & parties]:
                clusters.remove(cluster)
                together, parties = cluster[0] | together, cluster[1] | parties
            clusters.append((together, parties))
        return [together for together, _parties in clusters]

    # Open work

    def _find_work(self, partners, previous):
        """Return the open work of one salesperson with their clients.

        Work that other users have with the clients stays theirs (B06); without a previous salesperson, the work that
        has no responsible user is handed over.

        :return: ``contacts``; ``going`` and ``closed``, what the user may and may not change, by model; ``won``, won
            deals that wait for money; ``locked``, read-only past events; ``others``, open work of other users by model
        """
        parties = partners
        if self.with_group:
            parties |= partners._dealflow_get_legal_entities()
        contacts = self.env['res.partner'].search([('commercial_partner_id', 'in', parties.ids)]) | parties
        owner = Domain('user_id', '=', previous.id)
        going, closed, others = {}, {}, {}

        def take(model, domain):
            # sudo - model of the work: records that the user may not see must not be left behind silently.
            found = self.env[model].sudo().search(owner & domain).sudo(False)
            going[model] = found._filtered_access('write')
            closed[model] = found - going[model]

        open_work = self._get_open_work(parties, contacts)
        activities = open_work.pop('mail.activity')
        for model, domain in open_work.items():
            take(model, domain)
            if self.env[model].has_access('read'):
                others[model] = self.env[model].search(Domain('user_id', '!=', previous.id) & domain)
        take('calendar.event', self._get_open_events(parties, contacts, going))
        locked = going['calendar.event'].filtered('dealflow_is_locked')
        going['calendar.event'] -= locked
        # sudo - dealflow.receipt: the receiver of the receipts follows up the money of won deals.
        won = (
            going['dealflow.receipt']
            .sudo()
            .deal_id.filtered(lambda deal: deal.state == 'won' and deal.user_id == previous)
        )
        going['dealflow.deal'] -= won
        won = won.sudo(False)
        for model, records in [*going.items(), ('dealflow.deal', won)]:
            if model != 'calendar.event':
                activities |= Domain('res_model', '=', model) & Domain('res_id', 'in', records.ids)
        take('mail.activity', activities)
        return {'contacts': contacts, 'going': going, 'closed': closed, 'won': won, 'locked': locked, 'others': others}

    def _get_open_work(self, parties, contacts):
        """Return the domains of the open work with the clients, by model."""
        either = Domain('business_partner_id', 'in', parties.ids) | Domain('legal_entity_id', 'in', parties.ids)
        activities = Domain('res_model', '=', 'res.partner') & Domain('res_id', 'in', contacts.ids)
        companies = Domain('company_id', 'in', [*self.env.companies.ids, False])
        return {
            'crm.lead': companies & Domain('partner_id', 'in', contacts.ids) & Domain('won_status', '=', 'pending'),
            'dealflow.deal': companies & either & Domain('state', '=', 'open'),
            'dealflow.receipt': companies & either & Domain('state', '=', 'planned'),
            'sale.order': companies
            & Domain('partner_id', 'in', contacts.ids)
            & Domain('state', 'in', ('draft', 'sent')),
            'dealflow.contract': companies
            & Domain('entity_id', 'in', parties.ids)
            & Domain('state', 'in', ('draft', 'active')),
            'dealflow.claim': companies & either & Domain('state', 'in', OPEN_STATES),
            'mail.activity': activities,
        }

    def _get_open_events(self, parties, contacts, going):
        """Return the domain of unfinished events with the clients, or about the work that is handed over."""
        documents = {'deal_id': 'dealflow.deal', 'opportunity_id': 'crm.lead', 'claim_id': 'dealflow.claim'}
        about = Domain.OR(
            [
                Domain('business_partner_id', 'in', parties.ids),
                Domain('legal_entity_id', 'in', parties.ids),
                Domain('client_contact_id', 'in', contacts.ids),
                *(Domain(name, 'in', going[model].ids) for name, model in documents.items()),
            ]
        )
        typed = Domain('event_type_id', '!=', False) & Domain('event_status_id.is_closed', '!=', True)
        untyped = Domain('event_type_id', '=', False) & Domain('stop', '>=', fields.Datetime.now())
        return about & (typed | untyped)

    def _hand_over(self, partners, previous, receiver):
        """Hand the clients of one previous salesperson over to the receiver."""
        if previous == receiver:
            return
        work = self._find_work(partners, previous)
        self._check_work(work, previous, receiver)
        # Described before the handover, while the records still have their previous responsible users.
        staying = self._describe_remaining_work(work, previous)
        contacts = work['contacts']
        moved = contacts.filtered(lambda partner: partner.user_id == previous) | partners
        moved.write({'user_id': receiver.id})
        # One note and one task announce everything; an e-mail for each document would bury them.
        quiet = {'mail_auto_subscribe_no_notify': True, 'mail_activity_quick_update': True}
        # sudo - model of the work: access was checked above; once a deal is handed over, its records are out of reach.
        work['won'].sudo().with_context(**quiet).write({'co_executor_ids': [fields.Command.link(receiver.id)]})
        for model, records in reversed(work['going'].items()):
            values = {'user_id': receiver.id}
            if model == 'calendar.event':
                values['partner_ids'] = [
                    fields.Command.unlink(previous.partner_id.id),
                    fields.Command.link(receiver.partner_id.id),
                ]
            records.sudo().with_context(**quiet).write(values)
        counts = self._describe_work({model: len(records) for model, records in work['going'].items()})
        for partner in partners:
            partner.message_post(
                body=Markup('<p>%s</p>')
                % self.env._(
                    "Handed over from %(previous)s to %(user)s. %(work)s %(note)s",
                    previous=previous.name or self.env._("nobody"),
                    user=receiver.name,
                    work=counts,
                    note=self.note or '',
                )
                + Markup().join(Markup('<p>%s</p>') % row for row in staying)
            )
            partner.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=receiver.id,
                summary=self.env._("Client handed over to you"),
                note=self.note or False,
            )

    def _check_work(self, work, previous, receiver):
        """Refuse to separate a client from its deals, and to give a user work of companies that are not theirs."""
        if strange := work['closed']['dealflow.deal']:
            raise AccessError(
                self.env._(
                    "%(user)s has deals with these clients that you may not change: %(count)s. Clients go over "
                    "together with their deals, so ask %(user)s or a head of sales to hand them over.",
                    user=previous.name or self.env._("nobody"),
                    count=len(strange),
                )
            )
        for model in ('dealflow.deal', 'dealflow.receipt', 'crm.lead'):
            # sudo - res.users: only to read the companies of the receiver.
            foreign = work['going'][model].company_id - receiver.sudo().company_ids
            if foreign:
                raise UserError(
                    self.env._(
                        "%(user)s does not work in %(companies)s, where work with these clients is open. Choose "
                        "somebody who does.",
                        user=receiver.name,
                        companies=format_list(self.env, foreign.mapped('name')),
                    )
                )

    # Descriptions

    def _describe_work(self, counts):
        return ", ".join(
            self.env._("%(kind)s: %(count)s", kind=self.env['ir.model']._get(model).name, count=count)
            for model, count in counts.items()
            if count
        )

    def _describe_remaining_work(self, work, previous):
        """Return, as text, the open work with the clients that is not handed over: whose it is, or why."""
        rows = []
        for user in self.env['res.users'].union(*(records.user_id for records in work['others'].values())):
            counts = {
                model: len(records.filtered(lambda record, user=user: record.user_id == user))
                for model, records in work['others'].items()
            }
            rows.append(
                self.env._("%(user)s continues with: %(work)s", user=user.name, work=self._describe_work(counts))
            )
        name = previous.name or self.env._("nobody")
        closed = {model: len(records) for model, records in work['closed'].items()}
        if deals := closed.pop('dealflow.deal'):
            rows.append(
                self.env._(
                    "Deals of %(user)s that you may not change: %(count)s. The clients cannot go over without them.",
                    user=name,
                    count=deals,
                )
            )
        if any(closed.values()):
            rows.append(self.env._("%(work)s: you may not change it", work=self._describe_work(closed)))
        if work['locked']:
            rows.append(self.env._("Past events that are read-only: %(count)s", count=len(work['locked'])))
        if work['won']:
            rows.append(
                self.env._(
                    "Won deals that wait for money: %(count)s. They stay with %(user)s, and the new salesperson helps "
                    "with them.",
                    user=name,
                    count=len(work['won']),
                )
            )
        return rows

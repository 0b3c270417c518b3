from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.public_methods import public_method

# So long a client is kept for the person who has opened it.
KEPT = timedelta(minutes=15)
# A call of the telephony that ended no longer ago is the one that is told about.
JUST_NOW = timedelta(minutes=15)
OPEN_STATES = ('to_call', 'not_reached')


class DealflowCallRoundLine(models.Model):
    """A client of a calling round, and what came of the calls.

    It is a contact, or an opportunity with a number and no contact yet.
    """

    _name = 'dealflow.call.round.line'
    _description = "Client of a Calling Round"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin', 'dealflow.merge.mixin']
    _merge_key = ('round_id', 'partner_id')
    _order = 'round_id desc, sequence, id'
    _dealflow_code_only_fields = ('state', 'tries', 'user_id', 'taken_on', 'called_on', 'event_id')

    round_id = fields.Many2one('dealflow.call.round', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='round_id.company_id', store=True, index=True, precompute=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one('res.partner', string="Contact", index=True, ondelete='cascade')
    business_partner_id = fields.Many2one(related='partner_id.business_partner_id', string="Client")
    lead_id = fields.Many2one('crm.lead', string="Opportunity", index='btree_not_null', ondelete='set null')
    phone = fields.Char(compute='_compute_phone')
    script = fields.Text(related='round_id.script')
    left_count = fields.Integer(related='round_id.open_count', string="Clients Left")
    about = fields.Text(compute='_compute_about', help="What there is to know before the call.")
    state = fields.Selection(
        [
            ('to_call', "To call"),
            ('not_reached', "Not reached"),
            ('reached', "Reached"),
            ('refused', "Refused"),
            ('given_up', "Given up"),
        ],
        default='to_call',
        required=True,
        readonly=True,
        index=True,
    )
    tries = fields.Integer(default=0, readonly=True, help="How often the client was called and not reached.")
    user_id = fields.Many2one('res.users', string="Called By", readonly=True, index='btree_not_null')
    taken_on = fields.Datetime(readonly=True, copy=False)
    called_on = fields.Datetime(string="Last Call", readonly=True)
    result = fields.Text()
    next_step = fields.Char()
    next_start = fields.Datetime(string="When", help="The next step is planned for then.")
    event_id = fields.Many2one(
        'calendar.event', string="Logged As", readonly=True, index='btree_not_null', ondelete='set null'
    )

    _check_somebody = models.Constraint(
        'CHECK (partner_id IS NOT NULL OR lead_id IS NOT NULL)', "Choose the contact who is called."
    )
    _partner_unique = models.UniqueIndex('(round_id, partner_id)', "The contact is in this round already.")

    def _merge_values(self, others):
        """Count the tries of all, and keep what came of the calls with those who need no more of them."""
        values = {'tries': sum((self | others).mapped('tries'))}
        done = others.filtered(lambda line: line.state not in OPEN_STATES)[:1]
        if done and self.state in OPEN_STATES:
            values.update(
                state=done.state, called_on=done.called_on, user_id=done.user_id.id, event_id=done.event_id.id
            )
        self._dealflow_set_derived(values)

    @api.depends('partner_id', 'lead_id')
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.partner_id.display_name or line._get_lead_name() or ''

    @api.depends('partner_id', 'lead_id')
    def _compute_phone(self):
        for line in self:
            line.phone = line.partner_id.phone or line.partner_id.phone_ids[:1].number or line.lead_id.phone

    @api.depends('partner_id', 'lead_id')
    def _compute_about(self):
        for line in self:
            if line.partner_id:
                line.about = line._describe()
            else:
                line.about = line._describe_opportunity() if line.lead_id else False

    def _get_lead_name(self):
        return ", ".join(filter(None, (self.lead_id.contact_name, self.lead_id.partner_name))) or self.lead_id.name

    def _describe_opportunity(self):
        """Say of the opportunity of the one line, which has no contact, what a pop-up would say."""
        lead = self.lead_id
        lines = [
            lead.function,
            f"{lead.name}: {lead.stage_id.name}",
            lead.user_id and self.env._("Responsible: %(user)s", user=lead.user_id.name),
        ]
        return '\n'.join(filter(None, lines))

    def _describe(self):
        """Say of the client of the one line what a pop-up would say of whoever calls."""
        owner = self.env['dealflow.call']._describe_owner(self.partner_id)
        firm = ", ".join(filter(None, (owner['function'], owner['company'], owner['group'])))
        lines = [
            firm,
            owner['status'],
            owner['responsible'] and self.env._("Responsible: %(user)s", user=owner['responsible']),
            *(f"{deal['name']}: {deal['stage']}" for deal in owner['deals']),
            owner['overdue_receipts'] and self.env._("Overdue receipts: %(count)s", count=owner['overdue_receipts']),
            owner['open_claims'] and self.env._("Open claims: %(count)s", count=owner['open_claims']),
            owner['last_touch'] and self.env._("Last talk: %(touch)s", touch=owner['last_touch']),
        ]
        return '\n'.join(filter(None, lines))

    # One after another

    @api.model
    def _take_next(self, calling_round, after=None):
        """Return the next client of a round for the person, kept for them from now on; or none.

        Those called least come first; who was opened last comes last.
        """
        calling_round.check_access('read')
        now = fields.Datetime.now()
        free = Domain('user_id', 'in', (False, self.env.uid)) | Domain('taken_on', '<', now - KEPT)
        candidates = self.search(
            Domain('round_id', '=', calling_round.id) & Domain('state', 'in', OPEN_STATES) & free,
            order='tries, taken_on NULLS FIRST, sequence, id',
            limit=20,
        )
        # Whoever presses at the same moment gets another one.
        others = candidates - (after or self)
        if not after:
            # Whom the person has on the screen already, after a reload say.
            others = others.sorted(
                lambda each: not (each.user_id == self.env.user and each.taken_on and each.taken_on > now - KEPT)
            )
        line = next((each for each in others if each.try_lock_for_update()), (after or self) & candidates)
        if line:
            line._dealflow_set_derived({'user_id': self.env.uid, 'taken_on': now})
        return line

    def _open(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.round_id.name,
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('dealflow.dealflow_call_round_line_view_form').id, 'form')],
            # Each client takes the place of the one before.
            'target': 'main',
        }

    def _open_next(self):
        line = self._take_next(self.round_id, after=self)
        return line._open() if line else self._open_round()

    def _open_round(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.round_id.name,
            'res_model': 'dealflow.call.round',
            'res_id': self.round_id.id,
            'views': [(False, 'form')],
            'target': 'main',
        }

    # What came of the call

    @public_method(one=True)
    def action_reached(self):
        """Log the talk with the client of the one line, with its result and next step, and open the next client.

        :return: the action of the next screen
        :raise UserError: the result is empty, or the line is finished
        """
        self._finish('reached')
        return self._open_next()

    @public_method(one=True)
    def action_refused(self):
        """Log that the client of the one line does not want it, and open the next client."""
        self._finish('refused')
        return self._open_next()

    @public_method(one=True)
    def action_not_reached(self):
        """Count a try with the client of the one line, and open the next client; it comes again later."""
        self._check_open()
        tries = self.tries + 1
        state = 'given_up' if tries >= self.round_id.most_tries else 'not_reached'
        self._dealflow_set_derived({'tries': tries, 'state': state, 'called_on': fields.Datetime.now()})
        return self._open_next()

    @public_method(one=True)
    def action_skip(self):
        """Open the next client of the round without a call; the one line comes again later."""
        self._check_open()
        return self._open_next()

    @public_method(one=True)
    def action_open_round(self):
        """Open the round of the one line."""
        return self._open_round()

    def _check_open(self):
        self.check_access('write')
        if self.state not in OPEN_STATES:
            raise UserError(
                self.env._(
                    "%(contact)s is finished in this round: %(state)s.",
                    contact=self.display_name,
                    state=self._dealflow_get_value_label('state'),
                )
            )

    def _finish(self, state):
        self._check_open()
        if not (self.result or '').strip():
            raise UserError(self.env._("Write in “Result” what the client said."))
        # Meanwhile the opportunity may have got a contact.
        client = self.partner_id or self.lead_id.partner_id
        talk = self.env['dealflow.call'].search(
            [
                ('partner_id', '=', client.id),
                ('user_id', '=', self.env.uid),
                ('needs_comment', '=', True),
                ('ended_on', '>=', fields.Datetime.now() - JUST_NOW),
            ],
            limit=1,
        )
        log = self.env['dealflow.event.log'].create(
            {
                'partner_id': client.id,
                'opportunity_id': self.lead_id.id,
                # The call of the telephony needs no other comment.
                'call_id': talk.id,
                **({'duration': talk.talk_seconds / 3600} if talk else {}),
                'result': self.result,
                'next_step': self.next_step,
                **({'next_start': self.next_start} if self.next_start else {}),
            }
        )
        event, _following = log._log_call()
        self._dealflow_set_derived({'state': state, 'event_id': event.id, 'called_on': fields.Datetime.now()})

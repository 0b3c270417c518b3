from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.public_methods import public_method

# In ascending order of precedence when participants are merged: what happened outweighs what was planned.
STATES = ['invited', 'confirmed', 'absent', 'attended']


class DealflowMarketingParticipant(models.Model):
    """A contact who was invited to a marketing event, and whether they came (E50).

    An attendee touches the opportunities of their firm; see ``dealflow.marketing.touch``.
    """

    _name = 'dealflow.marketing.participant'
    _description = "Participant of a Marketing Event"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.reference.mixin',
        'dealflow.merge.mixin',
        'dealflow.batch.mixin',
    ]
    _rec_names_search = ['partner_id']
    _order = 'event_id, id'
    _check_company_auto = True
    _dealflow_code_only_fields = ('lead_id',)
    _merge_key = ('event_id', 'partner_id')

    event_id = fields.Many2one(
        'dealflow.marketing.event', string="Marketing Event", required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='event_id.company_id', store=True, precompute=True, index=True)
    partner_id = fields.Many2one(
        'res.partner',
        string="Contact",
        required=True,
        index=True,
        check_company=True,
        ondelete='restrict',
    )
    # Stored for the query whether anybody of a firm has attended, which runs for every new client of a document.
    firm_id = fields.Many2one(
        related='partner_id.commercial_partner_id',
        string="Firm",
        store=True,
        index='btree_not_null',
    )
    email = fields.Char(related='partner_id.email', depends=('partner_id',))
    phone = fields.Char(related='partner_id.phone', depends=('partner_id',))
    mailing_consent = fields.Selection(related='partner_id.mailing_consent', depends=('partner_id',))
    state = fields.Selection(
        [('invited', "Invited"), ('confirmed', "Confirmed"), ('attended', "Attended"), ('absent', "Did not come")],
        string="Status",
        default='invited',
        required=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date = fields.Date(
        string="Attended On",
        compute='_compute_date',
        store=True,
        readonly=False,
        precompute=True,
        help="The day of the touch; the first day of the event unless another one is known.",
    )
    lead_id = fields.Many2one(
        'crm.lead',
        string="Opportunity",
        index='btree_not_null',
        readonly=True,
        copy=False,
        ondelete='set null',
        help="The opportunity that was made from this participant.",
    )
    touch_ids = fields.One2many('dealflow.marketing.touch', 'participant_id', string="Touched")
    note = fields.Char()

    _partner_uniq = models.UniqueIndex('(event_id, partner_id)', "The contact is a participant of this event already.")

    @api.depends('state', 'event_id.date_start')
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for participant in self:
            if participant.state == 'attended':
                participant.date = participant.date or participant.event_id.date_start or today
            else:
                participant.date = False

    @api.depends('partner_id', 'event_id')
    def _compute_display_name(self):
        for participant in self:
            participant.display_name = f"{participant.partner_id.display_name} ({participant.event_id.display_name})"

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        participants._sync_touches()
        return participants

    def write(self, vals):
        result = super().write(vals)
        if not {'state', 'date', 'partner_id', 'event_id'}.isdisjoint(vals):
            # sudo - dealflow.marketing.touch: touches follow from what the user may change.
            self.sudo().touch_ids.unlink()
            self._sync_touches()
        return result

    def unlink(self):
        # sudo - dealflow.marketing.touch: deleted here and not by the database, so that opportunities are recomputed.
        self.sudo().touch_ids.unlink()
        return super().unlink()

    def _sync_touches(self):
        attended = self.filtered(lambda participant: participant.state == 'attended')
        self.env['dealflow.marketing.touch']._sync_participations(participants=attended)

    # Contacts that are merged

    def _merge_values(self, others):
        participants = self | others
        state = max(participants.mapped('state'), key=STATES.index)
        days = participants.filtered(lambda participant: participant.state == 'attended').mapped('date')
        notes = dict.fromkeys(filter(None, participants.mapped('note')))
        values = {'state': state, 'note': " · ".join(notes) or False}
        if any(days):
            values['date'] = min(filter(None, days))
        self.write({name: value for name, value in values.items() if self[name] != value})
        if not self.lead_id and others.lead_id:
            self._dealflow_set_derived({'lead_id': others.lead_id[0].id})
        known = [(touch.lead_id, touch.deal_id) for touch in self.touch_ids]
        others.touch_ids.filtered(lambda touch: (touch.lead_id, touch.deal_id) in known).unlink()

    @api.model
    def _after_merge(self, target):
        super()._after_merge(target)
        # sudo - dealflow.marketing.participant: attendees touch all documents that the firm has now.
        firm = [('firm_id', '=', target.commercial_partner_id.id)]
        self.sudo().search(firm)._sync_touches()

    @public_method()
    def action_confirm(self):
        return self._action_set_state('confirmed')

    @public_method()
    def action_attend(self):
        return self._action_set_state('attended')

    @public_method()
    def action_miss(self):
        return self._action_set_state('absent')

    # Opportunities

    @public_method()
    def action_create_opportunities(self):
        """Create one opportunity for each attendee who has none from this event yet (E50, C74).

        :return: action that opens the opportunities
        :raise UserError: nobody attended, or all attendees have one already
        """
        self.check_access('write')
        attendees = self.filtered(lambda participant: participant.state == 'attended' and not participant.lead_id)
        if not attendees:
            raise UserError(
                self.env._(
                    "There is nobody to make an opportunity from: set who attended first. Attendees who have an "
                    "opportunity from this event get no second one.",
                )
            )
        # sudo - crm.lead: marketing users hand attendees over to sales without rights on opportunities.
        leads = self.env['crm.lead'].sudo().create([participant._prepare_lead_values() for participant in attendees])
        for participant, lead in zip(attendees, leads, strict=True):
            participant._dealflow_set_derived({'lead_id': lead.id})
        return self._get_leads_action(leads)

    def _prepare_lead_values(self):
        self.ensure_one()
        event, seller = self.event_id, self.partner_id.user_id or self.firm_id.user_id
        return {
            'name': self.env._("%(partner)s: %(event)s", partner=self.partner_id.display_name, event=event.title),
            'type': 'opportunity',
            'partner_id': self.partner_id.id,
            'campaign_id': event.campaign_id.id,
            'company_id': event.company_id.id,
            'user_id': seller.id,
        }

    def _get_leads_action(self, leads):
        action = self.env['ir.actions.act_window']._for_xml_id('crm.crm_lead_opportunities')
        return {**action, 'domain': [('id', 'in', leads.ids)], 'context': {'active_test': False}}

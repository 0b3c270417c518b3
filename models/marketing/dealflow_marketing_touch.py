from odoo import api, fields, models
from odoo.tools import SQL


class DealflowMarketingTouch(models.Model):
    """The reason why an opportunity, or a deal without one, counts for a marketing event.

    - ``utm``: it has the campaign of the event. The date is the day on which it was opened.
    - ``participation``: somebody of the client's firm attended the event. The date is that of the attendance, which is
      not after the closing, and not more than the company's number of days before the opening.
    - ``hand``: a user has chosen the event, or that there was none. The latest choice decides alone.

    The first touch is the earliest one, the last touch the latest one; on the same day, the one recorded first or last.
    Touches are created by the code below only and never edited.
    """

    _name = 'dealflow.marketing.touch'
    _description = "Touch of a Marketing Event"
    _inherit = 'dealflow.derived.mixin'
    _order = 'date, id'

    event_id = fields.Many2one(
        'dealflow.marketing.event', string="Marketing Event", index='btree_not_null', readonly=True, ondelete='restrict'
    )
    company_id = fields.Many2one(related='event_id.company_id')
    lead_id = fields.Many2one(
        'crm.lead',
        string="Opportunity",
        index='btree_not_null',
        readonly=True,
        ondelete='cascade',
    )
    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', readonly=True, ondelete='cascade')
    participant_id = fields.Many2one(
        'dealflow.marketing.participant',
        index='btree_not_null',
        readonly=True,
        ondelete='cascade',
    )
    kind = fields.Selection(
        [('utm', "Campaign"), ('participation', "Participation"), ('hand', "By hand")],
        required=True,
        readonly=True,
    )
    date = fields.Date(required=True, readonly=True)

    _check_case = models.Constraint(
        'CHECK ((lead_id IS NULL) != (deal_id IS NULL))',
        "A touch belongs to an opportunity or to a deal.",
    )

    def _get_first_and_last_events(self, company):
        """Return the events of the first and the last touch, limited to the company of the case unless chosen by hand.

        :param company: company of the case; empty if it has none yet
        """
        touches = self.sorted(lambda touch: (touch.date, touch.id))
        by_hand = touches.filtered(lambda touch: touch.kind == 'hand').sorted('id')[-1:]
        touches = by_hand or touches.filtered(lambda touch: not company or touch.event_id.company_id == company)
        return touches[:1].event_id, touches[-1:].event_id

    @api.model
    def _set_chosen_event(self, cases, event):
        """Record that the user has chosen ``event`` for opportunities or deals; an empty one means none."""
        name = 'lead_id' if cases._name == 'crm.lead' else 'deal_id'
        self.create(
            [
                {'event_id': event.id, name: case.id, 'kind': 'hand', 'date': fields.Date.context_today(self)}
                for case in cases
            ]
        )

    # Campaigns

    @api.model
    def _sync_campaigns(self, campaigns):
        """Add touches to records that had the campaigns before these became events."""
        for model in ('crm.lead', 'dealflow.deal'):
            # sudo - crm.lead, dealflow.deal: the records of all users count for an event.
            cases = self.env[model].sudo().with_context(active_test=False)
            cases.search([('campaign_id', 'in', campaigns.ids)])._dealflow_add_campaign_touches()

    @api.model
    def _dealflow_add_campaign_touches(self, cases, name):
        """Add touches to the cases whose campaign is an event, unless they have them already.

        :param str name: ``lead_id`` or ``deal_id``
        """
        # sudo - dealflow.marketing.event: salespeople need no access to an event to set its campaign.
        events = self.env['dealflow.marketing.event'].sudo().with_context(active_test=False)
        by_campaign = {
            event.campaign_id: event for event in events.search([('campaign_id', 'in', cases.campaign_id.ids)])
        }
        known = (
            {(touch[name], touch.event_id) for touch in self.search([(name, 'in', cases.ids), ('kind', '=', 'utm')])}
            if by_campaign
            else set()
        )
        self.create(
            [
                {'event_id': event.id, name: case.id, 'kind': 'utm', 'date': case._dealflow_get_opening_date()}
                for case in cases
                if (event := by_campaign.get(case.campaign_id)) and (case, event) not in known
            ]
        )

    @api.model
    def _dealflow_remove_campaign_touches(self, cases, name):
        """Delete the touches of the current campaigns of the cases, which are about to change."""
        touches = self.search([(name, 'in', cases.ids), ('kind', '=', 'utm')])
        touches.filtered(lambda touch: touch.event_id.campaign_id == touch[name].campaign_id).unlink()

    # Participations

    @api.model
    def _sync_participations(self, participants=(), leads=(), deals=()):
        """Record missing participations, of new attendees or of new opportunities and deals."""
        leads = leads and self._filter_clients_of_events(leads)
        deals = deals and self._filter_clients_of_events(deals)
        rows = []
        if participants or leads:
            rows += self._find_participations(
                participants,
                leads,
                SQL(
                    """JOIN crm_lead AS document ON document.partner_id = client.id
                    AND (document.date_closed IS NULL OR participant.date <= document.date_closed::date)""",
                ),
                SQL("document.create_date::date"),
                'lead_id',
            )
        if participants or deals:
            rows += self._find_participations(
                participants,
                deals,
                SQL(
                    """JOIN (
                        SELECT id AS deal_id, business_partner_id AS partner_id FROM dealflow_deal
                         UNION ALL SELECT id, legal_entity_id FROM dealflow_deal
                         UNION ALL SELECT deal_id, partner_id FROM dealflow_deal_contact_rel
                   ) AS party ON party.partner_id = client.id
                   JOIN dealflow_deal AS document ON document.id = party.deal_id AND document.lead_id IS NULL
                    AND (document.closed_on IS NULL OR participant.date <= document.closed_on)""",
                ),
                SQL("document.opened_on"),
                'deal_id',
            )
        # sudo - dealflow.marketing.touch: touches follow from what the user may change.
        self.sudo().create([{**row, 'kind': 'participation'} for row in rows])

    @api.model
    def _filter_clients_of_events(self, documents):
        """Return the opportunities or deals with a client whose firm has an attendee of any event.

        Most have none: one query on the attendees saves the search below, before which everything must be flushed.
        """
        # sudo - dealflow.marketing.participant: salespeople may not read participants.
        attended = (
            self.env['dealflow.marketing.participant']
            .sudo()
            ._read_group(
                [
                    ('state', '=', 'attended'),
                    ('firm_id', 'in', documents.sudo()._dealflow_get_clients().commercial_partner_id.ids),
                ],
                ['firm_id'],
            )
        )
        firms = self.env['res.partner'].union(*(firm for [firm] in attended))
        return documents.filtered(
            lambda document: document.sudo()._dealflow_get_clients().commercial_partner_id & firms
        )

    @api.model
    def _find_participations(self, participants, documents, join, opened_on, name):
        """Return the values of the missing touches between attendees and documents of their firms.

        :param SQL join: joins ``document`` to ``client``, a contact of the firm
        :param SQL opened_on: the day on which the document was opened
        :param str name: the field of the touch that holds the document
        """
        for model, names in (
            ('dealflow.marketing.participant', ['state', 'date', 'firm_id', 'event_id']),
            ('dealflow.marketing.event', ['company_id']),
            ('crm.lead', ['partner_id', 'company_id', 'date_closed']),
            (
                'dealflow.deal',
                [
                    'lead_id',
                    'business_partner_id',
                    'legal_entity_id',
                    'contact_ids',
                    'company_id',
                    'opened_on',
                    'closed_on',
                ],
            ),
            ('res.company', ['dealflow_attribution_days']),
            ('res.partner', ['commercial_partner_id']),
            ('dealflow.marketing.touch', ['participant_id', name]),
        ):
            self.env[model].flush_model(names)
        condition = (
            SQL("participant.id IN %s", tuple(participants.ids))
            if participants
            else SQL("document.id IN %s", tuple(documents.ids))
        )
        return self.env.execute_query_dict(
            SQL(
                """
            SELECT DISTINCT participant.event_id, participant.id AS participant_id, participant.date,
                   document.id AS %(name)s
              FROM dealflow_marketing_participant AS participant
              JOIN dealflow_marketing_event AS event ON event.id = participant.event_id
              JOIN res_company AS company ON company.id = event.company_id
              JOIN res_partner AS client ON client.commercial_partner_id = participant.firm_id
                   %(join)s
             WHERE participant.state = 'attended' AND %(condition)s
               AND (document.company_id IS NULL OR document.company_id = event.company_id)
               AND (company.dealflow_attribution_days = 0
                    OR participant.date >= %(opened_on)s - company.dealflow_attribution_days)
               AND NOT EXISTS (
                    SELECT 1 FROM dealflow_marketing_touch AS touch
                     WHERE touch.participant_id = participant.id AND touch.%(name)s = document.id
                   )
          ORDER BY participant.id, document.id
            """,
                name=SQL.identifier(name),
                join=join,
                condition=condition,
                opened_on=opened_on,
            )
        )

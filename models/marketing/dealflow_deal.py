from odoo import api, fields, models


class DealflowDeal(models.Model):
    """The marketing event of a deal: that of its opportunity, so that a sale counts for one event only (E50).

    Also who recommended us, taken from the opportunity (C97).
    """

    _name = 'dealflow.deal'
    _inherit = ['dealflow.attribution.mixin', 'dealflow.deal']
    _part_models = ('dealflow.marketing.touch',)

    touch_ids = fields.One2many(
        'dealflow.marketing.touch',
        'deal_id',
        string="Touches",
        groups='dealflow.group_marketing',
    )

    referrer_id = fields.Many2one(
        'res.partner',
        string="Recommended By",
        index='btree_not_null',
        check_company=True,
        tracking=True,
        compute='_compute_referrer_id',
        store=True,
        readonly=False,
        precompute=True,
        help="The client who recommended us.",
    )

    @api.depends('lead_id.referrer_id')
    def _compute_referrer_id(self):
        """Take the referrer of the opportunity, unless the deal has its own."""
        for deal in self:
            deal.referrer_id = deal.referrer_id or deal.lead_id.referrer_id

    @api.depends('company_id', 'touch_ids', 'lead_id.marketing_event_id')
    def _compute_dealflow_marketing_event_id(self):
        return super(
            DealflowDeal, self - self._compute_from_lead('marketing_event_id')
        )._compute_dealflow_marketing_event_id()

    @api.depends('company_id', 'touch_ids', 'lead_id.marketing_last_event_id')
    def _compute_dealflow_marketing_last_event_id(self):
        alone = self - self._compute_from_lead('marketing_last_event_id')
        return super(DealflowDeal, alone)._compute_dealflow_marketing_last_event_id()

    def _compute_from_lead(self, field_name):
        """Take the event of the opportunity, or none if the event belongs to another company than the deal.

        :return: the deals that have an opportunity
        """
        deals = self.filtered('lead_id')
        for deal in deals:
            event = deal.lead_id[field_name]
            deal[field_name] = event if event.company_id == deal.company_id else False
        return deals

    def _inverse_dealflow_marketing_event_id(self):
        """Apply the choice to the opportunity, and so to its other deals."""
        with_lead = self.filtered('lead_id')
        for event, deals in with_lead.grouped('marketing_event_id').items():
            # sudo - dealflow.marketing.touch: salespeople may choose the event of records that they may change.
            self.env['dealflow.marketing.touch'].sudo()._set_chosen_event(deals.lead_id, event)
        return super(DealflowDeal, self - with_lead)._inverse_dealflow_marketing_event_id()

    def _dealflow_add_campaign_touches(self):
        """Skip deals of an opportunity, which has the campaign itself."""
        return super(DealflowDeal, self.filtered(lambda deal: not deal.lead_id))._dealflow_add_campaign_touches()

    def _dealflow_sync_participation_touches(self):
        alone = self.filtered(lambda deal: not deal.lead_id)
        self.env['dealflow.marketing.touch']._sync_participations(deals=alone)

    def _dealflow_get_touch_field(self):
        return 'deal_id'

    def _dealflow_get_party_fields(self):
        return ('business_partner_id', 'legal_entity_id', 'contact_ids', 'lead_id')

    def _dealflow_get_clients(self):
        return self.business_partner_id | self.legal_entity_id | self.contact_ids

    def _dealflow_get_opening_date(self):
        return self.opened_on

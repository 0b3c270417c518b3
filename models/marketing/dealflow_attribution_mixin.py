from odoo import api, fields, models


class DealflowAttributionMixin(models.AbstractModel):
    """The marketing event that an opportunity or a deal counts for (E50).

    ``dealflow.marketing.touch`` holds the touches and decides which of them is first and last. Writing
    ``marketing_event_id`` is a choice by hand, which overrides all other touches.
    """

    _name = 'dealflow.attribution.mixin'
    _description = "Counts for a Marketing Event"
    _inherit = 'dealflow.derived.values.mixin'

    marketing_event_id = fields.Many2one(
        'dealflow.marketing.event',
        index='btree_not_null',
        check_company=True,
        copy=False,
        ondelete='set null',
        compute='_compute_dealflow_marketing_event_id',
        inverse='_inverse_dealflow_marketing_event_id',
        store=True,
        readonly=False,
        help="The event that brought it: the one of the first touch, unless somebody chooses another one here.",
        groups='base.group_user',
    )
    marketing_last_event_id = fields.Many2one(
        'dealflow.marketing.event',
        string="Marketing Event (Last Touch)",
        index='btree_not_null',
        copy=False,
        compute='_compute_dealflow_marketing_last_event_id',
        store=True,
        ondelete='set null',
        help="The event that touched it last before it was closed, unless somebody has chosen one by hand.",
        groups='base.group_user',
    )

    # Two methods, because a choice by hand of the first event must recompute the second.
    def _compute_dealflow_marketing_event_id(self):
        for case in self:
            case.marketing_event_id, _last = case._dealflow_get_marketing_touches()._get_first_and_last_events(
                case.company_id
            )

    def _compute_dealflow_marketing_last_event_id(self):
        for case in self:
            _first, case.marketing_last_event_id = case._dealflow_get_marketing_touches()._get_first_and_last_events(
                case.company_id
            )

    def _inverse_dealflow_marketing_event_id(self):
        # sudo - dealflow.marketing.touch: salespeople may choose the event of records that they may change.
        touches = self.env['dealflow.marketing.touch'].sudo()
        for event, cases in self.grouped('marketing_event_id').items():
            touches._set_chosen_event(cases, event)

    def _dealflow_get_marketing_touches(self):
        """Return all touches that decide on the event of this record."""
        self.ensure_one()
        return self.touch_ids

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._dealflow_add_campaign_touches()
        cases._dealflow_sync_participation_touches()
        return cases

    def write(self, vals):
        moved = self.browse()
        if 'campaign_id' in vals:
            moved = self.filtered(lambda case: case.campaign_id.id != vals['campaign_id'])
            moved._dealflow_remove_campaign_touches()
        result = super().write(vals)
        moved._dealflow_add_campaign_touches()
        if not set(self._dealflow_get_party_fields()).isdisjoint(vals):
            # sudo - dealflow.marketing.touch: touches follow from what the user has changed.
            self.sudo().touch_ids.filtered('participant_id').unlink()
            self._dealflow_sync_participation_touches()
        return result

    def _dealflow_add_campaign_touches(self):
        if cases := self.filtered('campaign_id'):
            # sudo - dealflow.marketing.touch: touches follow from what the user has changed.
            self.env['dealflow.marketing.touch'].sudo()._dealflow_add_campaign_touches(
                cases, self._dealflow_get_touch_field()
            )

    def _dealflow_remove_campaign_touches(self):
        if cases := self.filtered('campaign_id'):
            # sudo - dealflow.marketing.touch: touches follow from what the user changes.
            self.env['dealflow.marketing.touch'].sudo()._dealflow_remove_campaign_touches(
                cases, self._dealflow_get_touch_field()
            )

    def _dealflow_sync_participation_touches(self):
        """Record that people of the client's firm attended an event; to be overridden."""

    def _dealflow_get_touch_field(self):
        """Return the name of the field of ``dealflow.marketing.touch`` that links to this model."""
        raise NotImplementedError

    def _dealflow_get_party_fields(self):
        """Return the names of the fields that hold the client."""
        raise NotImplementedError

    def _dealflow_get_clients(self):
        """Return the contacts whose firms' participations in events count."""
        raise NotImplementedError

    def _dealflow_get_opening_date(self):
        raise NotImplementedError

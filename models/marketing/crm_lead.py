from odoo import api, fields, models


class CrmLead(models.Model):
    """The marketing event of an opportunity, which its deals share (E50, C97)."""

    _name = 'crm.lead'
    _inherit = ['dealflow.attribution.mixin', 'crm.lead']

    touch_ids = fields.One2many(
        'dealflow.marketing.touch',
        'lead_id',
        string="Touches",
        groups='dealflow.group_marketing',
    )
    referrer_id = fields.Many2one(
        'res.partner',
        string="Recommended By",
        index='btree_not_null',
        check_company=True,
        tracking=True,
        help="The client who recommended us.",
        groups='base.group_user',
    )

    @api.depends('company_id', 'touch_ids', 'deal_ids.touch_ids')
    def _compute_dealflow_marketing_event_id(self):
        return super()._compute_dealflow_marketing_event_id()

    @api.depends('company_id', 'touch_ids', 'deal_ids.touch_ids')
    def _compute_dealflow_marketing_last_event_id(self):
        return super()._compute_dealflow_marketing_last_event_id()

    def _dealflow_get_marketing_touches(self):
        """Add the touches of deals that were created without an opportunity."""
        return super()._dealflow_get_marketing_touches() | self.deal_ids.touch_ids

    def _dealflow_sync_participation_touches(self):
        self.env['dealflow.marketing.touch']._sync_participations(leads=self)

    def _dealflow_get_touch_field(self):
        return 'lead_id'

    def _dealflow_get_party_fields(self):
        return ('partner_id', 'company_id')

    def _dealflow_get_clients(self):
        return self.partner_id

    def _dealflow_get_opening_date(self):
        return fields.Date.to_date(self.create_date)

    def _merge_dependences(self, opportunities):
        """Move the touches of the merged opportunities to the one that is kept."""
        super()._merge_dependences(opportunities)
        # sudo - dealflow.marketing.touch: merging is allowed by the rights on opportunities.
        opportunities.sudo().touch_ids.lead_id = self

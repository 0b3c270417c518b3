from odoo import api, models
from odoo.fields import Domain

from .dealflow_claim import OPEN_STATES


class DealflowMeetingSheet(models.Model):
    """What the preparer should know about the client's claims (B44)."""

    _inherit = 'dealflow.meeting.sheet'

    @api.model
    def _prepare_texts(self, event):
        values = super()._prepare_texts(event)
        claims = self._get_open_claims(event)
        if claims:
            titles = [self.env._("Open claim: %(claim)s", claim=claim.display_name) for claim in claims]
            values['objections'] = "\n".join(filter(None, [values.get('objections'), *titles]))
        return values

    @api.model
    def _get_open_claims(self, event):
        """Return the claim of the event and other open ones of its client, as far as the preparer may read them."""
        domain = Domain('id', '=', event.claim_id.id)
        if event.business_partner_id:
            domain |= Domain('business_partner_id', '=', event.business_partner_id.id) & Domain(
                'state', 'in', OPEN_STATES
            )
        return self.env['dealflow.claim'].search(domain)

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.public_methods import public_method
from .dealflow_claim import OPEN_STATES


class ResPartner(models.Model):
    """Open claims on the card of the client (B48)."""

    _inherit = 'res.partner'

    dealflow_open_claim_count = fields.Integer(
        string="Open Claims",
        compute='_compute_dealflow_open_claim_count',
        groups='dealflow.group_viewer',
    )

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_dealflow_open_claim_count(self):
        claims = self._dealflow_get_open_claims_sudo()
        for partner in self:
            partner.dealflow_open_claim_count = len(claims.filtered(partner._dealflow_is_claimant))

    def _dealflow_get_open_claims_sudo(self):
        """Return, in sudo, the open claims of the partners in the selected companies.

        A user who meets the client has to know about its claims, even if another user handles them; claims of a deal in
        a hidden stage stay hidden (X52).
        """
        fields_of_client = ('business_partner_id', 'legal_entity_id', 'contact_id')
        either = Domain.OR(Domain(field_name, 'in', self.ids) for field_name in fields_of_client)
        # sudo - dealflow.claim: see above; the caller limits what is shown of them.
        return (
            self.env['dealflow.claim']
            .sudo()
            .search(
                either
                & Domain('state', 'in', OPEN_STATES)
                & Domain('company_id', 'in', self.env.companies.ids)
                & self.env['dealflow.deal']._get_visible_domain('deal_id')
            )
        )

    def _dealflow_is_claimant(self, claim):
        return self._origin.id in (claim.business_partner_id | claim.legal_entity_id | claim.contact_id).ids

    @public_method(one=True)
    def action_dealflow_view_claims(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_claim_action')
        action['domain'] = [
            '|',
            '|',
            ('business_partner_id', '=', self.id),
            ('legal_entity_id', '=', self.id),
            ('contact_id', '=', self.id),
        ]
        context = {'search_default_filter_open': 1}
        if self._dealflow_is_contact_person():
            context['default_contact_id'] = self.id
        else:
            context['default_business_partner_id'] = self._dealflow_get_business_partner().id
            context['default_legal_entity_id'] = self._dealflow_get_default_legal_entity().id
        action['context'] = context
        return action

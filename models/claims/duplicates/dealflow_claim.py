from rapidfuzz import fuzz, utils

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..dealflow_claim import OPEN_STATES

# The similarity, out of 100, from which two titles count as being about the same thing.
SIMILARITY = 80


class DealflowClaim(models.Model):
    """Open claims of the same client that are probably about the same thing."""

    _inherit = 'dealflow.claim'

    # Shown on the form only
    duplicate_ids = fields.Many2many('dealflow.claim', compute='_compute_duplicate_ids', string="Probable Duplicates")
    hidden_duplicate_count = fields.Integer(compute='_compute_duplicate_ids', export_string_translation=False)

    @api.depends_context('uid', 'allowed_company_ids')
    @api.depends(
        'business_partner_id',
        'contact_id',
        'email_from',
        'deal_id',
        'order_id',
        'invoice_id',
        'product_id',
        'kind',
        'name',
        'state',
    )
    def _compute_duplicate_ids(self):
        """Find open claims of the same client about the same thing; those hidden from the user are only counted."""
        candidates = self._get_duplicate_candidates()
        visible = candidates.with_env(self.env)._filtered_access('read')
        for claim in self:
            duplicates = candidates.filtered(lambda other, claim=claim: claim._is_duplicate(other))
            claim.duplicate_ids = duplicates.with_env(self.env) & visible
            claim.hidden_duplicate_count = len(duplicates) - len(claim.duplicate_ids)

    def _get_duplicate_candidates(self):
        """Return, in sudo, the open claims of the same clients, found by business partner or e-mail address."""
        emails = list(filter(None, {email_normalize(email or '') for email in self.mapped('email_from')}))
        same_client = Domain('business_partner_id', 'in', self.business_partner_id.ids)
        same_client |= Domain.OR(Domain('email_from', 'ilike', email) for email in emails)
        # sudo - dealflow.claim: the user has to know that another user already works on the same thing.
        return self.sudo().search(
            same_client & Domain('state', 'in', OPEN_STATES) & Domain('company_id', 'in', self.company_id.ids)
        )

    def _is_duplicate(self, other):
        """Return whether ``other`` is of the same client and about the same document or product, or titled alike."""
        self.ensure_one()
        if other.id == self._origin.id or other.company_id != self.company_id:
            return False
        if self.business_partner_id and other.business_partner_id:
            is_same_client = self.business_partner_id.id == other.business_partner_id.id
        else:
            email = email_normalize(self.email_from or '')
            is_same_client = bool(email) and email == email_normalize(other.email_from or '')
        if not is_same_client:
            return False
        documents = ('deal_id', 'order_id', 'invoice_id', 'product_id')
        if any(self[field_name] and self[field_name].id == other[field_name].id for field_name in documents):
            return True
        return (
            self.kind == other.kind
            and fuzz.token_set_ratio(self.name or '', other.name or '', processor=utils.default_process) >= SIMILARITY
        )

from odoo import api, fields, models


class ResPartner(models.Model):
    """A contact's consents to mailings, with their dates (P47)."""

    _inherit = 'res.partner'

    consent_ids = fields.One2many(
        'dealflow.consent', 'partner_id', string="Consents", copy=False, groups='dealflow.group_viewer'
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        said = partners.filtered(lambda partner: partner.mailing_consent != 'unknown')
        said._dealflow_log_consents(dict.fromkeys(said.ids, 'unknown'))
        return partners

    def write(self, vals):
        if 'mailing_consent' not in vals:
            return super().write(vals)
        before = {partner.id: partner.mailing_consent for partner in self}
        result = super().write(vals)
        self._dealflow_log_consents(before)
        return result

    def _dealflow_log_consents(self, before):
        """Log the consents entered on the card with day and user; only the list of consents asks for a source."""
        consents = self.env['dealflow.consent']
        today = fields.Date.context_today(self)
        rows = []
        for partner in self:
            # sudo - dealflow.consent: the newest row must be found, even if the user may not read it.
            newest = partner.sudo().consent_ids.sorted(lambda row: (row.date, row.id))[-1:]
            state = partner.mailing_consent
            if state in ('given', 'refused') and state != before[partner.id] and newest.state != state:
                rows.append(consents._prepare_row(partner, state, today, self.env._("Entered on the card")))
        consents._append(rows)

    def _dealflow_sync_consents(self):
        """Set the consent on the card to that of the newest row."""
        for partner in self:
            newest = partner.consent_ids.sorted(lambda row: (row.date, row.id))[-1:]
            if newest and partner.mailing_consent != newest.state:
                partner.mailing_consent = newest.state

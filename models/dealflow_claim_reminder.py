from odoo import api, fields, models


class DealflowClaim(models.Model):
    """Reminders of overdue claims, so that none is forgotten (B48)."""

    _inherit = 'dealflow.claim'

    # The deadline that was reminded of: a moved deadline is reminded of again.
    reminded_for = fields.Datetime(copy=False, export_string_translation=False)

    @api.model
    def _cron_remind(self):
        """Tell the responsible person, once for each deadline, that a claim is overdue."""
        overdue = self.search([('is_overdue', '=', True)])
        claims = overdue.filtered(lambda claim: claim.reminded_for != claim.date_deadline)
        self.env['ir.cron']._commit_progress(remaining=len(claims))
        for claim in claims:
            claim._remind()
            if not self.env['ir.cron']._commit_progress(1):
                return

    def _remind(self):
        self.ensure_one()
        self.reminded_for = self.date_deadline
        # sudo - crm.team, dealflow.claim.desk: who is responsible for others is no secret.
        user = self.user_id or self.desk_id.sudo().user_id or self.team_id.sudo().user_id
        if user.active:
            self.activity_schedule(
                'dealflow.mail_activity_type_claim_overdue', date_deadline=fields.Date.context_today(self),
                user_id=user.id, summary=self.name,
            )

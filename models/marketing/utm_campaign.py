from odoo import api, models
from odoo.exceptions import AccessError, UserError

# Fields of a campaign that its marketing event shows; those of mailing statistics and A/B tests are not among them.
EVENT_FIELDS = frozenset(
    (
        'active',
        'color',
        'company_id',
        'is_auto_campaign',
        'name',
        'stage_id',
        'tag_ids',
        'title',
        'user_id',
    )
)


class UtmCampaign(models.Model):
    """Every employee may write campaigns, but only marketing those that are marketing events."""

    _inherit = 'utm.campaign'

    def write(self, vals):
        if not EVENT_FIELDS.isdisjoint(vals):
            self._check_dealflow_may_change_event()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dealflow_event(self):
        if event := self._dealflow_get_marketing_events()[:1]:
            raise UserError(
                self.env._(
                    "The campaign %(campaign)s belongs to a marketing event. Delete or archive the event instead.",
                    campaign=event.title,
                )
            )

    def _dealflow_get_marketing_events(self):
        """Return, in sudo, the marketing events of the campaigns, including archived ones."""
        # sudo - dealflow.marketing.event: the check must see events that the user may not.
        events = self.env['dealflow.marketing.event'].sudo().with_context(active_test=False)
        return events.search([('campaign_id', 'in', self.ids)]) if self.ids else events

    def _check_dealflow_may_change_event(self):
        """Check the groups of the user, not elevated rights: automations run in sudo with the user's id."""
        user = self.env.user
        if user._is_superuser() or user.has_group('dealflow.group_marketing'):
            return
        if event := self._dealflow_get_marketing_events()[:1]:
            raise AccessError(
                self.env._(
                    "The campaign %(campaign)s is a marketing event. Only people with the right “Plans marketing "
                    "events” change it; ask %(user)s.",
                    campaign=event.title,
                    user=event.user_id.name,
                )
            )

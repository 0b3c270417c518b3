from odoo import api, models
from odoo.exceptions import AccessError, UserError

# What of a campaign is seen on its marketing event. Figures of mailings and tests of letters are none of these.
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
    """Every employee may write campaigns; those that are marketing events belong to marketing."""

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
        """Return the events of the campaigns, in sudo and archived ones included."""
        # sudo - dealflow.marketing.event: a guard has to see what the person may not.
        events = self.env['dealflow.marketing.event'].sudo().with_context(active_test=False)
        return events.search([('campaign_id', 'in', self.ids)]) if self.ids else events

    def _check_dealflow_may_change_event(self):
        """Decide on the person and not on elevated rights: automations run in sudo with the person's id."""
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

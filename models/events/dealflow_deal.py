from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 200
ACTIVITY_TYPE = 'dealflow.mail_activity_type_next_event'


class DealflowDeal(models.Model):
    """Events of a deal, and the nightly reminder of clients without a planned event (B04)."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.event.document.mixin']

    next_event_id = fields.Many2one('calendar.event', string="Next Step", compute='_compute_next_event_id')
    next_event_start = fields.Datetime(string="Time of the Next Step", compute='_compute_next_event_id')

    def _compute_next_event_id(self):
        """Find the earliest unfinished event of each deal."""
        events = self.env['calendar.event'].search(
            [('deal_id', 'in', self.ids), ('dealflow_state', 'in', ['current', 'overdue'])], order='start, id'
        )
        by_deal = events.grouped('deal_id')
        for deal in self:
            deal.next_event_id = by_deal.get(deal._origin, events.browse())[:1]
            deal.next_event_start = deal.next_event_id.start

    def _dealflow_get_event_field(self):
        return 'deal_id'

    def _dealflow_get_event_values(self):
        values = super()._dealflow_get_event_values()
        if len(self.contact_ids) == 1:
            values['client_contact_id'] = self.contact_ids.id
        return values

    @api.model
    def _cron_remind_of_forgotten_clients(self):
        """Create one activity for each client with open deals and no planned event, for each responsible user.

        It is created on the newest of the deals, not repeated while it is open, and removed once an event is planned.
        """
        is_wanted = Domain('state', '=', 'open') & Domain('business_partner_id.dealflow_is_forgotten', '=', True)
        self.env['mail.activity']._dealflow_get_reminders(self._name, ACTIVITY_TYPE)._dealflow_unlink_obsolete(
            is_wanted
        )
        companies = self.env['res.company'].search([('dealflow_event_remind', '=', True)])
        forgotten = self._read_group(
            Domain('company_id', 'in', companies.ids) & is_wanted & Domain('user_id.active', '=', True),
            ['business_partner_id', 'user_id'],
            ['id:max'],
        )
        reminded = self._get_reminded_clients()
        due = [(user, self.browse(deal_id)) for client, user, deal_id in forgotten if (client, user) not in reminded]
        self.env['ir.cron']._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            for user, deal in batch:
                deal.activity_schedule(
                    ACTIVITY_TYPE,
                    date_deadline=user._dealflow_get_today(),
                    user_id=user.id,
                    summary=deal._get_forgotten_summary(user),
                )
            if not self.env['ir.cron']._commit_progress(len(batch)):
                return

    @api.model
    def _get_reminded_clients(self):
        """Return the set of (client, user) of the reminders that are still open."""
        reminders = self.env['mail.activity']._dealflow_get_reminders(self._name, ACTIVITY_TYPE)
        deals = {deal.id: deal for deal in self.browse(reminders.mapped('res_id')).exists()}
        return {
            (deals[reminder.res_id].business_partner_id, reminder.user_id)
            for reminder in reminders
            if reminder.res_id in deals
        }

    def _get_forgotten_summary(self, user):
        self.ensure_one()
        env = self.with_context(lang=user.lang).env
        return env._("No event is planned with %(client)s", client=self.business_partner_id.display_name)

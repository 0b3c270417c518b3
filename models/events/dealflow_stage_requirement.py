from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class DealflowStageRequirement(models.Model):
    """A requirement that an activity was done on the deal, or an event took place (E65, B17)."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('attachment',), ('event_done', "An activity or event was done"), ('entity_confirmed',)],
        ondelete={'event_done': 'cascade'},
    )
    activity_type_id = fields.Many2one('mail.activity.type', string="Type of Activity", ondelete='cascade')
    event_type_id = fields.Many2one('dealflow.event.type', string="Type of Event", ondelete='cascade')
    max_age_days = fields.Integer(string="Within Days", help="Done within this many days. 0 means at any time.")

    _check_days = models.Constraint('CHECK (max_age_days >= 0)', "The number of days cannot be negative.")

    @api.depends('activity_type_id', 'event_type_id', 'max_age_days')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('kind', 'activity_type_id', 'event_type_id')
    def _check_event(self):
        for requirement in self:
            if requirement.kind == 'event_done' and not (requirement.activity_type_id or requirement.event_type_id):
                raise ValidationError(
                    self.env._(
                        "A requirement of the stage %(stage)s needs a type of activity or event. Choose one.",
                        stage=requirement.stage_id.name,
                    )
                )

    def _describe_event_done(self):
        done = " / ".join(filter(None, (self.activity_type_id.name, self.event_type_id.name)))
        if self.max_age_days:
            return self.env._(
                "“%(activity)s” was done within the last %(days)s days",
                activity=done,
                days=self.max_age_days,
            )
        return self.env._("“%(activity)s” was done", activity=done)

    def _filter_event_done(self, deals):
        """Return the deals with a done activity of the type, or an event of the type that took place (B17)."""
        done_ids = set()
        if self.activity_type_id:
            domain = Domain(
                [
                    ('res_model', '=', 'dealflow.deal'),
                    ('res_id', 'in', deals.ids),
                    ('active', '=', False),
                    ('activity_type_id', '=', self.activity_type_id.id),
                    ('date_done', '!=', False),
                ]
            )
            if self.max_age_days:
                domain &= Domain('date_done', '>=', f'today -{self.max_age_days}d')
            # sudo - mail.activity: activities of other users count, too; only their existence is used.
            activities = self.env['mail.activity'].sudo().with_context(active_test=False)
            done_ids.update(res_id for [res_id] in activities._read_group(domain, ['res_id']))
        if self.event_type_id:
            domain = Domain(
                [
                    ('deal_id', 'in', deals.ids),
                    ('event_type_id', '=', self.event_type_id.id),
                    ('event_status_id.is_done', '=', True),
                ]
            )
            if self.max_age_days:
                since = fields.Date.subtract(fields.Date.context_today(self), days=self.max_age_days)
                domain &= self.env['calendar.event']._dealflow_get_day_domain(since)
            # sudo - calendar.event: events of other users count, too; only their existence is used.
            events = self.env['calendar.event'].sudo()
            done_ids.update(deal.id for [deal] in events._read_group(domain, ['deal_id']))
        return deals.filtered(lambda deal: deal.id in done_ids)

    def _get_spans_event_done(self, deals):
        """Return when an activity or an event was done: from its day, or the change of its status, while it counts."""
        spans = {}
        if self.activity_type_id:
            activities = self.env['mail.activity'].with_context(active_test=False)
            for activity in activities.search(
                [
                    ('res_model', '=', 'dealflow.deal'),
                    ('res_id', 'in', deals.ids),
                    ('active', '=', False),
                    ('activity_type_id', '=', self.activity_type_id.id),
                    ('date_done', '!=', False),
                ]
            ):
                start = self._at_midnight(activity.date_done)
                spans.setdefault(activity.res_id, []).append((start, self._get_last_moment(activity.date_done)))
        if self.event_type_id:
            events = self.env['calendar.event'].search(
                [
                    ('deal_id', 'in', deals.ids),
                    ('event_type_id', '=', self.event_type_id.id),
                    ('event_status_id.is_done', '=', True),
                ]
            )
            for event in events:
                day = fields.Datetime.context_timestamp(self, event.start).date()
                end = self._get_last_moment(day)
                start = self._get_done_moment(event)
                if not start or start < end:
                    spans.setdefault(event.deal_id.id, []).append((start, end))
        return spans

    def _get_last_moment(self, day):
        """Return until when what was done on a day counts."""
        if not self.max_age_days:
            return datetime.max
        return self._at_midnight(fields.Date.add(day, days=self.max_age_days + 1))

    @api.model
    def _get_done_moment(self, event):
        """Return since when an event has been done; None if its log does not tell."""
        moment = None
        for row in event.status_log_ids.sorted('id'):
            moment = (moment or row.date) if row.status_id.is_done else None
        return moment

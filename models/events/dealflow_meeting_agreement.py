from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowMeetingAgreement(models.Model):
    """An agreement made in a meeting: who does what by when; it becomes a task (B30)."""

    _name = 'dealflow.meeting.agreement'
    _description = "Agreement of a Meeting"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin']
    _order = 'date_deadline, id'
    # The minutes create the task: one chosen by hand would reveal whether another user's task is done.
    _dealflow_code_only_fields = ('activity_id',)

    sheet_id = fields.Many2one('dealflow.meeting.sheet', required=True, index=True, ondelete='cascade')
    name = fields.Char(string="What", required=True)
    partner_id = fields.Many2one(
        'res.partner',
        string="Who",
        index='btree_not_null',
        ondelete='restrict',
        domain="['|', ('partner_share', '=', False), ('is_company', '=', False)]",
        help="A person from either side. The organizer follows up on what the client's people do.",
    )
    date_deadline = fields.Date(string="Until")
    activity_id = fields.Many2one('mail.activity', string="Task", readonly=True, copy=False, ondelete='set null')
    is_done = fields.Boolean(compute='_compute_is_done', compute_sudo=True)

    @api.depends('activity_id.active')
    def _compute_is_done(self):
        for agreement in self:
            agreement.is_done = bool(agreement.activity_id) and not agreement.activity_id.active

    def _create_activities(self):
        """Create tasks for the agreements that have none yet.

        A task is attached to the sheet if its user may read the sheet. Otherwise it has no document, so that nobody
        learns more about the meeting than what is expected of them.
        """
        for agreement in self.filtered(lambda agreement: not agreement.activity_id):
            if not agreement.partner_id or not agreement.date_deadline:
                raise ValidationError(
                    self.env._(
                        "The agreement “%(agreement)s” needs somebody who does it and a date, to become a task.",
                        agreement=agreement.name,
                    )
                )
            # sudo - mail.activity: the author of the minutes may assign tasks to any user.
            task = self.env['mail.activity'].sudo().create(agreement._prepare_activity_values())
            agreement._dealflow_set_derived({'activity_id': task.id})

    def _prepare_activity_values(self):
        self.ensure_one()
        sheet = self.sheet_id
        internal = self.partner_id.user_ids.filtered(lambda user: user._is_internal())[:1]
        user = internal or sheet.user_id or self.env.user
        values = {
            'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
            'summary': self.name if internal else f"{self.partner_id.name}: {self.name}",
            'date_deadline': self.date_deadline,
            'user_id': user.id,
            'dealflow_event_id': sheet.event_id.id,
        }
        # With the assignee's own companies: they may not have all of those that the current user has selected.
        if sheet.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access('read'):
            values |= {'res_model_id': self.env['ir.model']._get_id(sheet._name), 'res_id': sheet.id}
        return values

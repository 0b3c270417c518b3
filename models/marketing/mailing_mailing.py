import json
import re
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ...tools.public_methods import TEXT, public_method

# Fields that change nothing for recipients: schedule, statistics and progress. All other stored fields of a mailing,
# whichever module adds them, are part of what was confirmed.
NOT_SENT_FIELDS = {
    'id',
    'create_uid',
    'create_date',
    'write_uid',
    'write_date',
    'active',
    'color',
    'favorite',
    'favorite_date',
    'state',
    'sent_date',
    'schedule_type',
    'schedule_date',
    'calendar_date',
    'kpi_mail_required',
    'keep_archives',
    'source_id',
    'campaign_id',
    'medium_id',
    # The e-mail is made from ``body_html``, its recipients from ``mailing_domain``.
    'body_arch',
    'mailing_filter_id',
    'approval_state',
    'approval_requested_by_id',
    'approved_by_id',
    'approved_on',
    'approval_fingerprint',
}
# Differ on the winner of an A/B test, which goes to the rest of the recipients, but never to excluded ones.
TEST_FIELDS = {'ab_testing_enabled', 'ab_testing_pc'}
# Images of an e-mail are attachments behind a URL.
FILE_OF_BODY = re.compile(r'/web/(?:image|content)/(\d+)')
SENDING_STATES = ('in_queue', 'sending', 'done')
DECISION_FIELDS = {
    'approval_state',
    'approval_requested_by_id',
    'approved_by_id',
    'approved_on',
    'approval_fingerprint',
}
# States that users without the right may set, too: to request the confirmation, and to start again.
OPEN_STATES = ('draft', 'requested')


class MailingMailing(models.Model):
    """Mailings that are sent only after a user with the right has confirmed them (P48, P57, P58).

    Required by a setting of the whole database, because mailings belong to no company. What is confirmed is all that
    reaches the recipients, and who they are: a change of it withdraws the confirmation, and a change outside the
    mailing, such as in the contents of a file, is detected before sending. Another setting leaves out contacts who have
    not agreed to mailings (P47).
    """

    _name = 'mailing.mailing'
    _inherit = ['mailing.mailing', 'dealflow.derived.values.mixin', 'dealflow.filter.choice.mixin']
    _dealflow_conditions_field = 'mailing_domain'
    _dealflow_code_only_fields = ('approval_requested_by_id', 'approved_by_id', 'approved_on', 'approval_fingerprint')

    approval_state = fields.Selection(
        [
            ('draft', "In Preparation"),
            ('requested', "Prepared for Confirmation"),
            ('approved', "Confirmed"),
            ('cancelled', "Cancelled"),
        ],
        string="Confirmation",
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        groups='base.group_user',
    )
    approval_requested_by_id = fields.Many2one(
        'res.users', string="Handed Over By", readonly=True, copy=False, groups='base.group_user'
    )
    approved_by_id = fields.Many2one(
        'res.users', string="Confirmed By", readonly=True, copy=False, groups='base.group_user'
    )
    approved_on = fields.Datetime(string="Confirmed On", readonly=True, copy=False, groups='base.group_user')
    approval_fingerprint = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        groups='base.group_user',
        help="Exactly what was confirmed, including the contents of the files.",
    )
    dealflow_is_approval_required = fields.Boolean(
        compute='_compute_dealflow_is_approval_required', export_string_translation=False, groups='base.group_user'
    )

    @api.depends('approval_state')
    def _compute_dealflow_is_approval_required(self):
        self.dealflow_is_approval_required = self._dealflow_has_setting('approval')

    @api.model_create_multi
    def create(self, vals_list):
        mailings = super().create(vals_list)
        # Check the result, because the state may come from values, defaults or a copy.
        decided = mailings.filtered(lambda mailing: mailing.approval_state not in OPEN_STATES)
        decided._check_dealflow_approver()
        decided._check_dealflow_approvable()
        decided._dealflow_set_approver()
        mailings.filtered(lambda mailing: mailing.state in SENDING_STATES)._check_dealflow_approved()
        return mailings

    def write(self, vals):
        if 'approval_state' in vals and vals['approval_state'] not in OPEN_STATES:
            self._check_dealflow_approver()
        if vals.get('approval_state') == 'approved':
            self._check_dealflow_approvable()
        decided = self.filtered(lambda mailing: mailing.approval_state in ('requested', 'approved'))
        # A mailing that is being created has no fingerprint yet, and gets it at the end of its creation.
        stale = decided.filtered(lambda mailing: mailing.approval_fingerprint and not mailing._dealflow_is_approved())
        contents = {mailing: mailing._dealflow_get_confirmed_content() for mailing in decided}
        result = super().write(dict(vals))
        changed = decided.filtered(lambda mailing: mailing._dealflow_get_confirmed_content() != contents[mailing])
        if DECISION_FIELDS.isdisjoint(vals) and vals.get('state') not in SENDING_STATES:
            changed |= stale
        changed._dealflow_withdraw_approval()
        if vals.get('approval_state') == 'approved':
            (self - changed)._dealflow_set_approver()
        if vals.get('state') in SENDING_STATES:
            self._check_dealflow_approved()
        return result

    @public_method()
    def action_dealflow_request_approval(self):
        """Hand prepared mailings over to the users who confirm them (P57).

        :raise UserError: a mailing is not in preparation
        """
        self._check_dealflow_approval_state('draft')
        self.write({'approval_state': 'requested'})
        self._dealflow_set_derived({'approval_requested_by_id': self.env.uid})
        for approver in self.env.ref('dealflow.group_mailing_approver').all_user_ids - self.env.user:
            for mailing in self:
                mailing.activity_schedule(
                    'mail.mail_activity_data_todo',
                    user_id=approver.id,
                    summary=self.env._("Confirm the mailing “%(mailing)s”", mailing=mailing.subject),
                )

    @public_method()
    def action_dealflow_approve(self):
        """Confirm content and recipients; from now on the mailing can be sent (P58).

        :raise UserError: a mailing was not handed over, has no text or no recipients, or is the user's own
        :raise AccessError: the user lacks the right
        """
        self._dealflow_set_approval_state('approved')

    @public_method(reason=TEXT)
    def action_dealflow_return(self, reason=None):
        """Send mailings back to their authors with a reason; without one, open the dialog that asks for it (P58).

        :param str reason: what is to be changed
        :raise UserError: a mailing was not handed over
        :raise AccessError: the user lacks the right
        """
        if reason is None:
            return self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_mailing_return_action')
        self._dealflow_set_approval_state('draft')
        for mailing in self:
            mailing.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=(mailing.user_id or mailing.create_uid).id,
                summary=self.env._("Change the mailing “%(mailing)s”", mailing=mailing.subject),
                note=reason,
            )
        return True

    @public_method()
    def action_dealflow_cancel(self):
        """Cancel mailings instead of confirming them (P58).

        :raise UserError: a mailing was not handed over
        :raise AccessError: the user lacks the right
        """
        self._dealflow_set_approval_state('cancelled')

    @public_method()
    def action_dealflow_reset_to_preparation(self):
        """Put cancelled mailings back into preparation.

        :raise UserError: a mailing is not cancelled
        """
        self._check_dealflow_approval_state('cancelled')
        self.write({'approval_state': 'draft'})

    def _action_send_mail(self, res_ids=None):
        self._check_dealflow_approved()
        self._check_dealflow_consent(res_ids)
        return super()._action_send_mail(res_ids)

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        return domain & self._dealflow_get_consent_domain() if self._dealflow_needs_consent() else domain

    def _dealflow_get_consent_domain(self):
        return Domain('mailing_consent', '=', 'given') & Domain('email', '!=', False)

    def _dealflow_needs_consent(self):
        return self.mailing_model_real == 'res.partner' and self._dealflow_has_setting('consent')

    def _check_dealflow_consent(self, res_ids):
        """Refuse recipients passed by a caller who have not agreed.

        :raise UserError: one of them has not agreed to mailings, or has no e-mail
        """
        if not res_ids or not any(mailing._dealflow_needs_consent() for mailing in self):
            return
        recipients = self.env['res.partner'].browse(res_ids)
        refusing = recipients - recipients.filtered_domain(self._dealflow_get_consent_domain())
        if refusing:
            raise UserError(
                self.env._(
                    "%(contacts)s have not agreed to mailings or have no e-mail. Leave them out, or record their "
                    "consent on the contact.",
                    contacts=", ".join(refusing.mapped('display_name')),
                )
            )

    @api.model
    def _dealflow_has_setting(self, name):
        # sudo - ir.config_parameter: the settings apply to all users.
        return bool(self.env['ir.config_parameter'].sudo().get_param(f'dealflow.mailing_{name}'))

    def _process_mass_mailing_queue(self):
        # A mailing that has changed since its confirmation must not block the others.
        if self._dealflow_has_setting('approval'):
            waiting = self.search([('state', '=', 'in_queue'), ('approval_state', '=', 'approved')])
            waiting.filtered(lambda mailing: not mailing._dealflow_is_approved())._dealflow_withdraw_approval()
        return super()._process_mass_mailing_queue()

    def _dealflow_get_confirmed_content(self):
        """Return all that reaches the recipients, and who they are, as plain data."""
        self.ensure_one()
        # sudo - ir.attachment: all that is sent counts, even files that the user may not read.
        mailing_sudo = self.sudo().with_context(bin_size=False)
        content = {}
        for name, field in self._fields.items():
            if name in NOT_SENT_FIELDS or not field.store or field.type == 'one2many':
                continue
            value = mailing_sudo[name]
            if field.comodel_name == 'ir.attachment':
                content[name] = sorted([file.name, file.checksum or file.url or ''] for file in value)
            elif field.relational:
                content[name] = sorted(value.ids)
            else:
                content[name] = str(value or '')
        numbers = {int(number) for number in FILE_OF_BODY.findall(mailing_sudo.body_html or '')}
        files = mailing_sudo.env['ir.attachment'].browse(sorted(numbers)).exists()
        content['files_of_body'] = [[file.id, file.checksum] for file in files]
        return content

    def _dealflow_get_approval_fingerprint(self):
        return sha256(json.dumps(self._dealflow_get_confirmed_content(), sort_keys=True).encode()).hexdigest()

    def _dealflow_is_approved(self):
        """Return whether the mailing may be sent: confirmed and unchanged, or the winner of confirmed A/B variants."""
        self.ensure_one()
        if self._dealflow_is_confirmed_unchanged() or not self.ab_testing_is_winner_mailing:
            return self._dealflow_is_confirmed_unchanged()
        content = self._dealflow_get_confirmed_content()
        ignored = TEST_FIELDS | ({'use_exclusion_list'} if self.use_exclusion_list else set())
        return any(
            variant._dealflow_is_confirmed_unchanged()
            and all(
                value == content[name]
                for name, value in variant._dealflow_get_confirmed_content().items()
                if name not in ignored
            )
            for variant in self._get_ab_testing_siblings_mailings() - self
        )

    def _dealflow_is_confirmed_unchanged(self):
        return (
            self.approval_state == 'approved' and self.approval_fingerprint == self._dealflow_get_approval_fingerprint()
        )

    def _check_dealflow_approved(self):
        """Refuse to send unconfirmed mailings if the setting requires a confirmation.

        :raise UserError: a mailing is not confirmed
        """
        if not self._dealflow_has_setting('approval'):
            return
        for mailing in self:
            if mailing._dealflow_is_approved():
                continue
            if mailing.approval_state == 'approved':
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” cannot be sent: a file, or something else that goes out with it, "
                        "has changed since it was confirmed. Look through it, save it, and ask for the confirmation "
                        "again.",
                        mailing=mailing.subject,
                    )
                )
            raise UserError(
                self.env._(
                    "The mailing “%(mailing)s” cannot be sent: its confirmation is “%(state)s”. Ask for the "
                    "confirmation, and send it when it is confirmed.",
                    mailing=mailing.subject,
                    state=mailing._dealflow_get_value_label('approval_state'),
                )
            )

    def _dealflow_set_approval_state(self, state):
        """Set the outcome of the confirmation on mailings that were handed over, one of three states (P58)."""
        self._check_dealflow_approver()
        self._check_dealflow_approval_state('requested')
        self.write({'approval_state': state})
        self._dealflow_unlink_approval_activities()

    def _check_dealflow_approval_state(self, state):
        for mailing in self:
            if mailing.approval_state != state:
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” is already “%(state)s”. Reload the page: somebody else was faster.",
                        mailing=mailing.subject,
                        state=mailing._dealflow_get_value_label('approval_state'),
                    )
                )

    def _check_dealflow_approver(self):
        """Check that the user has the right to confirm, send back and cancel mailings.

        :raise AccessError: the user lacks it, whether they use a button, an import or RPC
        """
        # The groups of the user count, not the elevated rights that an automation runs with.
        user = self.env.user
        if self and not user._is_superuser() and not user.has_group('dealflow.group_mailing_approver'):
            raise AccessError(
                self.env._(
                    "Mailings are confirmed, sent back and cancelled by people with the right “%(right)s”.",
                    right=self.env.ref('dealflow.group_mailing_approver').sudo().display_name,
                )
            )

    def _check_dealflow_approvable(self):
        """Refuse to confirm one's own mailings, and mailings without text or recipients.

        :raise UserError: the user created, is responsible for or handed over a mailing, or a mailing is empty
        """
        user = self.env.user
        for mailing in self:
            if not user._is_superuser() and user in (
                mailing.create_uid | mailing.user_id | mailing.approval_requested_by_id
            ):
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” is your own. Somebody else with the right “%(right)s” has to "
                        "confirm it.",
                        mailing=mailing.subject,
                        right=self.env.ref('dealflow.group_mailing_approver').sudo().display_name,
                    )
                )
            if mailing._dealflow_has_no_text():
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” has no text. Send it back, or write one.", mailing=mailing.subject
                    )
                )
            # sudo - model of the recipients: all whom the mailing reaches count, not only those the user may read.
            recipients_sudo = self.env[mailing.mailing_model_real].sudo()
            if not recipients_sudo.search_count(mailing._get_recipients_domain(), limit=1):
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” reaches nobody: no recipient fits its filter and has agreed. Send "
                        "it back, or choose recipients.",
                        mailing=mailing.subject,
                    )
                )

    def _dealflow_has_no_text(self):
        self.ensure_one()
        return self.mailing_type == 'mail' and is_html_empty(self.body_html)

    def _dealflow_set_approver(self):
        """Set the approver, the time and the fingerprint of confirmed mailings, whatever the given values say."""
        for mailing in self.filtered(lambda mailing: mailing.approval_state == 'approved'):
            mailing._dealflow_set_derived(
                {
                    'approved_by_id': self.env.uid,
                    'approved_on': fields.Datetime.now(),
                    'approval_fingerprint': mailing._dealflow_get_approval_fingerprint(),
                }
            )

    def _dealflow_withdraw_approval(self):
        """Reset mailings to preparation after a change of what was confirmed, and take them out of the queue."""
        for mailing in self:
            mailing.write(
                {
                    'approval_state': 'draft',
                    **({'state': 'draft'} if mailing.state == 'in_queue' else {}),
                }
            )
        self._dealflow_unlink_approval_activities()

    def _dealflow_unlink_approval_activities(self):
        # sudo - mail.activity: the requests to the other approvers end, too.
        self.sudo().activity_unlink(['mail.mail_activity_data_todo'], only_automated=True)

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.models.marketing.mailing_mailing import NOT_SENT_FIELDS
from odoo.addons.mail.tests.common import MockEmail

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestMailingApproval(MockEmail, DealflowCommon):
    """A mailing is sent only after an approver has confirmed it, and only to those who agreed (P47, P48, P57, P58)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._new_user('mailer', 'mass_mailing.group_mass_mailing_user')
        cls.approver = cls._new_user('approver', 'base.group_user,dealflow.group_mailing_approver')
        cls._demand('approval', True)
        cls.agreeing, cls.unknown = cls.env['res.partner'].create(
            [
                {'name': "Agreeing", 'email': 'agreeing@client.example.com', 'mailing_consent': 'given'},
                {'name': "Unknown", 'email': 'unknown@client.example.com'},
            ]
        )
        cls.mailing = cls._new_mailing()

    @classmethod
    def _demand(cls, name, value):
        cls.env['ir.config_parameter'].sudo().set_param(f'dealflow.mailing_{name}', value)

    @classmethod
    def _new_mailing(cls, user=None, **values):
        return (
            cls.env['mailing.mailing']
            .with_user(user or cls.marketer)
            .create(
                {
                    'subject': "Spring offer",
                    'body_html': "<p>Twenty per cent</p>",
                    'user_id': cls.marketer.id,
                    'mailing_model_id': cls.env['ir.model']._get_id('res.partner'),
                    'mailing_domain': repr([('id', 'in', (cls.agreeing | cls.unknown).ids)]),
                    **values,
                }
            )
        )

    def _confirm(self, mailing):
        mailing.action_dealflow_request_approval()
        mailing.with_user(self.approver).action_dealflow_approve()

    def _run_queue(self):
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref('mass_mailing.ir_cron_mass_mailing_queue').method_direct_trigger()

    def _get_recipients(self, mailing):
        traces = self.env['mailing.trace'].search([('mass_mailing_id', '=', mailing.id)])
        return self.env['res.partner'].browse(traces.mapped('res_id'))

    def test_confirmed_mailing_is_sent(self):
        self._confirm(self.mailing)
        self.assertEqual(self.mailing.approval_state, 'approved')
        self.assertEqual(self.mailing.approved_by_id, self.approver)
        self.assertTrue(self.mailing.approved_on)
        self.mailing.action_launch()
        self._run_queue()
        self.assertEqual(self.mailing.state, 'done')
        self.assertEqual(self._get_recipients(self.mailing), self.agreeing | self.unknown)

    def test_unconfirmed_mailing_leaves_by_no_way(self):
        """Button, queue, RPC call, import and cron send no unconfirmed mailing."""
        for state in ('draft', 'requested', 'cancelled'):
            self.mailing.with_user(SUPERUSER_ID).approval_state = state
            for way in (
                lambda: self.mailing.action_launch(),
                lambda: self.mailing.action_put_in_queue(),
                lambda: self.mailing.write({'state': 'sending'}),
                lambda: self.mailing.sudo().write({'state': 'done'}),
                lambda: self.mailing.action_send_mail(self.agreeing.ids),
                lambda: self._new_mailing(state='in_queue'),
            ):
                with self.assertRefused(UserError, "“Spring offer” cannot be sent"):
                    way()
        self.assertEqual(self.mailing.state, 'draft')
        self.assertFalse(self._get_recipients(self.mailing))

    def test_no_letter_without_a_confirmation_even_past_the_mailing(self):
        with self.assertRefused(UserError, "cannot be sent"):
            self.env['mailing.trace'].create(
                {'mass_mailing_id': self.mailing.id, 'model': 'res.partner', 'res_id': self.agreeing.id}
            )

    def test_only_approvers_decide(self):
        self.mailing.action_dealflow_request_approval()
        for decide in (
            lambda mailing: mailing.action_dealflow_approve(),
            lambda mailing: mailing.action_dealflow_return("Too loud"),
            lambda mailing: mailing.action_dealflow_cancel(),
            lambda mailing: mailing.write({'approval_state': 'approved'}),
            lambda mailing: self._new_mailing(approval_state='approved'),
        ):
            with self.assertRefused(AccessError, "approve mailings"):
                decide(self.mailing)
        self.assertEqual(self.mailing.approval_state, 'requested')
        for user in (self.marketer, self.approver):
            with self.assertRefused(AccessError, "“Confirmed By” of .* cannot be set"):
                self.mailing.with_user(user).write({'approved_by_id': self.env.ref('base.user_admin').id})

    def test_change_takes_the_confirmation_back(self):
        for values in (
            {'subject': "Summer offer"},
            {'body_html': "<p>Thirty per cent</p>"},
            {'mailing_domain': repr([('id', '=', self.unknown.id)])},
        ):
            self._confirm(self.mailing)
            self.mailing.action_launch()
            self.mailing.write(values)
            self.assertEqual((self.mailing.approval_state, self.mailing.state), ('draft', 'draft'))

    def test_whatever_reaches_the_recipient_was_confirmed(self):
        """Attachments, sender, reply address, exclusion list, model and filter: each change voids the confirmation."""
        server = self.env['ir.mail_server'].create({'name': "Other", 'smtp_host': 'mail.example.com'})
        mailing_list = self.env['mailing.list'].create({'name': "All"})
        for values in (
            {'attachment_ids': [Command.create({'name': "Prices", 'raw': b"one"})]},
            {'use_exclusion_list': False},
            {'email_from': 'other@example.com'},
            {'reply_to_mode': 'new', 'reply_to': 'elsewhere@example.com'},
            {'mail_server_id': server.id},
            {'preview': "Only today"},
            {'user_id': self.approver.id},
            {'mailing_model_id': self.env['ir.model']._get_id('crm.lead'), 'mailing_domain': '[]'},
            {
                'mailing_model_id': self.env['ir.model']._get_id('mailing.list'),
                'contact_list_ids': [Command.set(mailing_list.ids)],
            },
            {'ab_testing_enabled': True, 'campaign_id': self.env['utm.campaign'].create({'name': "Spring"}).id},
        ):
            with self.subTest(values=values):
                mailing = self._new_mailing()
                self._confirm(mailing)
                mailing.write(values)
                self.assertEqual((mailing.approval_state, mailing.state), ('draft', 'draft'))

    def test_fields_of_other_modules_count_too(self):
        stored = {name for name, field in self.mailing._fields.items() if field.store and field.type != 'one2many'}
        self.assertEqual(
            stored - self.mailing.sudo()._dealflow_get_confirmed_content().keys(), NOT_SENT_FIELDS & stored
        )

    def test_contents_of_files_are_confirmed_too(self):
        """The content of a file can change without a write on the mailing: an attachment, or a picture in the body."""
        attachment, picture = self.env['ir.attachment'].create(
            [
                {'name': "Prices", 'raw': b"one", 'res_model': 'mailing.mailing', 'res_id': self.mailing.id},
                {'name': "Chair", 'raw': b"red", 'res_model': 'mailing.mailing', 'res_id': self.mailing.id},
            ]
        )
        self.mailing.write(
            {
                'attachment_ids': [Command.link(attachment.id)],
                'body_html': f'<p>Twenty per cent <img src="/web/image/{picture.id}"/></p>',
            }
        )
        for file in (attachment, picture):
            with self.subTest(file=file.name):
                self._confirm(self.mailing)
                self.mailing.action_launch()
                file.with_user(self.marketer).raw = b"something else"
                with self.assertRefused(UserError, "changed since it was confirmed"):
                    self.mailing.action_send_mail()
                self._run_queue()
                self.assertEqual((self.mailing.state, self.mailing.approval_state), ('draft', 'draft'))
                self.assertFalse(self._get_recipients(self.mailing))

    def test_changed_mailing_is_confirmed_again(self):
        attachment = self.env['ir.attachment'].create(
            {'name': "Prices", 'raw': b"one", 'res_model': 'mailing.mailing', 'res_id': self.mailing.id}
        )
        self.mailing.attachment_ids = attachment
        self._confirm(self.mailing)
        attachment.raw = b"two"
        self.mailing.name = "Looked through"
        self.assertEqual(self.mailing.approval_state, 'draft')
        self._confirm(self.mailing)
        self.mailing.action_launch()
        self._run_queue()
        self.assertEqual(self.mailing.state, 'done')

    def test_one_changed_mailing_does_not_hold_up_the_others(self):
        attachment = self.env['ir.attachment'].create(
            {'name': "Prices", 'raw': b"one", 'res_model': 'mailing.mailing', 'res_id': self.mailing.id}
        )
        self.mailing.attachment_ids = attachment
        other = self._new_mailing(subject="Autumn offer")
        for mailing in (self.mailing, other):
            self._confirm(mailing)
            mailing.action_launch()
        attachment.raw = b"two"
        self._run_queue()
        self.assertEqual((self.mailing.state, other.state), ('draft', 'done'))

    def test_what_is_not_sent_may_change(self):
        self._confirm(self.mailing)
        self.mailing.write({'name': "Spring", 'schedule_type': 'now', 'subject': "Spring offer"})
        self.assertEqual(self.mailing.approval_state, 'approved')

    def test_sent_back_with_a_reason(self):
        self.mailing.action_dealflow_request_approval()
        self.assertEqual(
            self.mailing.activity_ids.filtered(lambda task: task.user_id == self.approver).summary,
            "Confirm the mailing “Spring offer”",
        )
        dialog = (
            self.env['dealflow.mailing.return']
            .with_user(self.approver)
            .with_context(active_ids=self.mailing.ids)
            .create({'reason': "The offer has ended"})
        )
        dialog.action_return()
        self.assertEqual(self.mailing.approval_state, 'draft')
        task = self.mailing.activity_ids
        self.assertEqual(task.user_id, self.marketer)
        self.assertIn("The offer has ended", task.note)

    def test_given_up_and_prepared_again(self):
        self.mailing.action_dealflow_request_approval()
        self.mailing.with_user(self.approver).action_dealflow_cancel()
        with self.assertRefused(UserError, "“Cancelled”"):
            self.mailing.action_dealflow_request_approval()
        self.mailing.action_dealflow_reset_to_preparation()
        self._confirm(self.mailing)
        self.assertEqual(self.mailing.approval_state, 'approved')

    def test_two_approvers(self):
        self._confirm(self.mailing)
        with self.assertRefused(UserError, "somebody else was faster"):
            self.mailing.with_user(self.approver).action_dealflow_cancel()

    def test_copy_begins_anew(self):
        self._confirm(self.mailing)
        copy = self.mailing.copy()
        self.assertEqual(copy.approval_state, 'draft')
        self.assertFalse(copy.approved_by_id)

    def test_winner_of_a_test_goes_on(self):
        """The winning variant is already confirmed; Odoo sends a copy of it."""
        mailing = self._new_mailing(
            ab_testing_enabled=True,
            ab_testing_pc=50,
            ab_testing_winner_selection='manual',
            campaign_id=self.env['utm.campaign'].create({'name': "Spring"}).id,
        )
        with self.assertRefused(UserError, "cannot be sent"):
            mailing.action_select_as_winner()
        self._confirm(mailing)
        mailing.action_select_as_winner()
        winner = mailing.campaign_id.ab_testing_winner_mailing_id
        self.assertEqual((winner.state, winner.approval_state), ('in_queue', 'draft'))

    def test_without_the_setting_all_is_as_odoo_has_it(self):
        self._demand('approval', False)
        self.mailing.action_launch()
        self._run_queue()
        self.assertEqual(self.mailing.state, 'done')

    def test_waiting_mailings_go_on_when_the_setting_is_made(self):
        self._demand('approval', False)
        self.mailing.action_launch()
        keeper = self._new_user('settings_keeper', 'base.group_system')
        self.env['res.config.settings'].with_user(keeper).create({'dealflow_mailing_approval': True}).execute()
        self.assertTrue(self.mailing.dealflow_is_approval_required)
        self.assertEqual((self.mailing.state, self.mailing.approval_state), ('in_queue', 'approved'))

    def test_only_who_agreed_gets_letters(self):
        self._demand('consent', True)
        self._confirm(self.mailing)
        with self.assertRefused(UserError, "Unknown have not agreed"):
            self.mailing.action_send_mail((self.agreeing | self.unknown).ids)
        self.mailing.action_launch()
        self._run_queue()
        self.assertEqual(self._get_recipients(self.mailing), self.agreeing)

    def test_mailing_stands_in_the_history(self):
        """The history says that the mailing was sent, without its content (P50)."""
        self._confirm(self.mailing)
        with self.mock_mail_gateway():
            self.mailing.action_send_mail(self.agreeing.ids)
        self.env['mailing.trace'].search([('mass_mailing_id', '=', self.mailing.id)]).set_sent()
        self.env.flush_all()
        history = self.env['dealflow.history'].with_user(self.rep_north)
        entry = history.search([('partner_id', '=', self.agreeing.id), ('kind', '=', 'mailing')])
        self.assertEqual(entry.name, "Spring offer")
        self.assertEqual(entry.user_id, self.marketer)
        self.assertFalse(history.search([('partner_id', '=', self.unknown.id), ('kind', '=', 'mailing')]))

    def test_nobody_confirms_a_mailing_of_his_own(self):
        other = self._new_user('second', 'base.group_user,dealflow.group_mailing_approver')
        made = self._new_mailing(self.approver)
        answered = self._new_mailing(user_id=self.approver.id)
        handed_over = self._new_mailing()
        handed_over.with_user(self.approver).action_dealflow_request_approval()
        for mailing in (made, answered):
            mailing.action_dealflow_request_approval()
        for mailing in (made, answered, handed_over):
            for decide in (
                lambda mailing: mailing.action_dealflow_approve(),
                lambda mailing: mailing.write({'approval_state': 'approved'}),
            ):
                with self.assertRefused(UserError, "is your own"):
                    decide(mailing.with_user(self.approver))
            mailing.with_user(other).action_dealflow_approve()
            self.assertEqual(mailing.approved_by_id, other)

    def test_empty_mailing_is_not_confirmed(self):
        for values, message in (
            ({'body_html': False}, "has no text"),
            ({'body_html': '<p><br></p>'}, "has no text"),
            ({'mailing_domain': repr([('id', '=', 0)])}, "reaches nobody"),
        ):
            with self.subTest(values=values):
                mailing = self._new_mailing(**values)
                mailing.action_dealflow_request_approval()
                with self.assertRefused(UserError, message):
                    mailing.with_user(self.approver).action_dealflow_approve()
                self.assertEqual(mailing.approval_state, 'requested')

    def test_mailing_whose_recipients_have_not_agreed_is_not_confirmed(self):
        self._demand('consent', True)
        mailing = self._new_mailing(mailing_domain=repr([('id', '=', self.unknown.id)]))
        mailing.action_dealflow_request_approval()
        with self.assertRefused(UserError, "reaches nobody"):
            mailing.with_user(self.approver).action_dealflow_approve()
        self.unknown.mailing_consent = 'given'
        mailing.with_user(self.approver).action_dealflow_approve()
        self.assertEqual(mailing.approval_state, 'approved')

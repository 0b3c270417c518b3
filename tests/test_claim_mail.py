from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import DealflowCommon

LETTER = """Return-Path: {return_path}
To: {to}
cc: {cc}
From: {email_from}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Date: Wed, 04 Mar 2026 10:00:00 +0000
Message-ID: {msg_id}
{extra}

Two chairs have a crack."""


@tagged('post_install', '-at_install')
class TestClaimMail(DealflowCommon, MailCommon):
    """An email opens a claim, and the answers stay with it (B48)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env['dealflow.claim.desk'].create(
            {
                'name': "Quality",
                'alias_name': 'test.claims',
                'kind': 'appeal',
                'user_id': cls.head_north.id,
                'company_id': cls.env.company.id,
            }
        )
        cls.address = f'test.claims@{cls.desk.alias_domain}'

    def _receive(self, email_from, subject="Broken chairs", **values):
        """Process an incoming email to the claim desk, and return the newest claim."""
        with self.mock_mail_gateway():
            self.format_and_process(
                LETTER,
                email_from,
                values.pop('to', self.address),
                subject=subject,
                target_model='dealflow.claim',
                target_field='number',
                **values,
            )
        return self.env['dealflow.claim'].search([], order='id desc', limit=1)

    def test_address_of_the_desk(self):
        self.assertEqual(self.desk.alias_id.alias_model_id.model, 'dealflow.claim')
        self.assertEqual(self.desk.alias_email, self.address)

    def test_known_sender(self):
        self.partner.user_id = self.rep_north
        claim = self._receive('"Anna" <anna@example.com>')
        self.assertRecordValues(
            claim,
            [
                {
                    'name': "Broken chairs",
                    'kind': 'appeal',
                    'state': 'new',
                    'contact_id': self.contact.id,
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': self.partner.id,
                    'desk_id': self.desk.id,
                    'user_id': self.rep_north.id,
                    'company_id': self.env.company.id,
                }
            ],
        )
        self.assertIn("Two chairs have a crack", claim.description)
        self.assertTrue(claim.date_deadline)
        self.assertEqual(claim.log_ids.state_to, 'new')
        self.assertIn(self.rep_north.partner_id, claim.message_partner_ids)
        self.assertIn(claim, self.env['dealflow.claim'].with_user(self.rep_north).search([]))

    def test_unknown_sender_goes_to_the_desk(self):
        claim = self._receive('Stranger <stranger@example.org>')
        self.assertRecordValues(
            claim,
            [
                {
                    'contact_id': False,
                    'business_partner_id': False,
                    'email_from': '"Stranger" <stranger@example.org>',
                    'user_id': self.head_north.id,
                }
            ],
        )

    def test_salesperson_who_left_gets_nothing(self):
        self.partner.user_id = self.rep_north
        self.rep_north.active = False
        self.assertEqual(self._receive('anna@example.com').user_id, self.head_north)

    def test_letter_without_a_subject(self):
        self.assertEqual(self._receive('anna@example.com', subject="").name, "E-mail without a subject")

    def test_colleague_who_passes_a_letter_on_is_not_the_client(self):
        self.rep_south.email = 'rep.south@example.com'
        claim = self._receive('rep.south@example.com')
        self.assertRecordValues(claim, [{'contact_id': False, 'business_partner_id': False}])

    def test_sender_of_another_company_loses_no_letter(self):
        """A contact of another company cannot be linked, but the email still opens a claim."""
        other_company = self.env['res.company'].create({'name': "Other company"})
        self.env['res.partner'].create(
            {'name': "Theirs", 'email': 'theirs@example.com', 'company_id': other_company.id}
        )
        claim = self._receive('theirs@example.com')
        self.assertRecordValues(claim, [{'contact_id': False, 'email_from': 'theirs@example.com'}])

    def test_desk_of_another_company(self):
        other_company = self.env['res.company'].create(
            {
                'name': "Other company",
                'alias_domain_id': self.env.company.alias_domain_id.id,
            }
        )
        self.desk.copy({'alias_name': 'test.other', 'company_id': other_company.id, 'user_id': False, 'kind': 'wish'})
        claim = self._receive('anna@example.com', to=f'test.other@{self.desk.alias_domain}')
        self.assertRecordValues(claim, [{'company_id': other_company.id, 'kind': 'wish', 'user_id': False}])

    def test_changed_desk_changes_its_letters(self):
        self.desk.with_user(self.manager).kind = 'feedback'
        self.assertEqual(self._receive('anna@example.com').kind, 'feedback')

    def test_answer_and_reply_stay_with_the_claim(self):
        self.partner.user_id = self.rep_north
        claim = self._receive('anna@example.com', msg_id='<first@example.com>')
        mine = claim.with_user(self.rep_north)
        with self.mock_mail_gateway():
            answer = mine.message_post(
                body="Which chairs?",
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=self.contact.ids,
            )
        self.assertSentEmail(self.rep_north.partner_id, [self.contact])
        mine.action_wait()
        before = self.env['dealflow.claim'].search_count([])
        self._receive(
            'anna@example.com',
            subject="Re: Broken chairs",
            msg_id='<second@example.com>',
            extra=f'In-Reply-To: {answer.message_id}',
        )
        self.assertEqual(self.env['dealflow.claim'].search_count([]), before, "no second claim")
        self.assertEqual(claim.message_ids[0].author_id, self.contact)
        self.assertEqual(claim.state, 'work', "the client has answered")

    def test_thanks_do_not_reopen(self):
        claim = self._receive('anna@example.com', msg_id='<first@example.com>')
        claim.write({'state': 'resolved', 'resolution': "New chairs sent"})
        self._receive('anna@example.com', subject="Re: Broken chairs", extra='In-Reply-To: <first@example.com>')
        self.assertEqual(claim.state, 'resolved')
        self.assertEqual(len(claim.message_ids.filtered(lambda message: message.message_type == 'email')), 2)

    def test_own_answer_by_mail_does_not_end_the_waiting(self):
        self.partner.user_id = self.rep_north
        self.rep_north.email = 'rep.north@example.com'
        claim = self._receive('anna@example.com', msg_id='<first@example.com>')
        claim.action_wait()
        self._receive('rep.north@example.com', subject="Re: Broken chairs", extra='In-Reply-To: <first@example.com>')
        self.assertEqual(claim.state, 'waiting')

    def _wait_for_answer(self):
        self.partner.user_id = self.rep_north
        claim = self._receive('anna@example.com', msg_id='<first@example.com>')
        claim.action_wait()
        return claim

    def _answer(self, email_from, **values):
        extra = '\n'.join(['In-Reply-To: <first@example.com>', *values.pop('headers', ())])
        before = self.env['dealflow.claim'].search_count([])
        self._receive(email_from, subject="Re: Broken chairs", extra=extra, **values)
        self.assertEqual(self.env['dealflow.claim'].search_count([]), before, "no second claim")

    def test_only_people_of_the_client_end_the_waiting(self):
        colleague = self.env['res.partner'].create(
            {'name': "Arno", 'parent_id': self.partner.id, 'email': 'arno@example.com'}
        )
        helper = self.env['res.partner'].create(
            {
                'name': "Helper",
                'parent_id': self.other_partner.id,
                'email': 'helper@example.org',
                'other_company_ids': [Command.link(self.partner.id)],
            }
        )
        entity = self.env['res.partner'].create(
            {
                'name': "Entity",
                'is_company': True,
                'counterparty_role': 'entity',
                'email': 'books@example.net',
                'partner_link_ids': [Command.create({'partner_id': self.partner.id})],
            }
        )
        claim = self._wait_for_answer()
        for person in (self.contact, colleague, helper, entity):
            with self.subTest(person=person.name):
                claim.state = 'waiting'
                self._answer(person.email)
                self.assertEqual(claim.state, 'work')
        self.assertFalse(claim.activity_ids.filtered(lambda task: task.summary == "E-mail from an unknown address"))

    def test_sender_of_the_claim_answers_without_being_a_contact(self):
        claim = self._receive('Stranger <stranger@example.org>', msg_id='<first@example.com>')
        claim.action_wait()
        self._answer('stranger@example.org')
        self.assertEqual(claim.state, 'work')

    def test_letter_from_an_unknown_address_is_left_to_the_responsible_person(self):
        """Anybody who knows a message id can reply to it, so an unknown address is left to the responsible person."""
        self.env['res.partner'].create(
            {'name': "Of another client", 'parent_id': self.other_partner.id, 'email': 'other@example.org'}
        )
        claim = self._wait_for_answer()
        letters = len(claim.message_ids)
        for sender in ('anna.private@example.net', 'other@example.org'):
            self._answer(sender)
        self.assertEqual(claim.state, 'waiting')
        self.assertGreaterEqual(len(claim.message_ids), letters + 2, "the letters stay with the claim")
        task = claim.activity_ids
        self.assertRecordValues(task, [{'summary': "E-mail from an unknown address", 'user_id': self.rep_north.id}])
        self.assertIn('anna.private@example.net', task.note)

    def test_no_machine_ends_the_waiting(self):
        claim = self._wait_for_answer()
        for name, headers, values in (
            ("absence note", ['Auto-Submitted: auto-replied'], {}),
            ("absence note with a comment", ['Auto-Submitted: auto-replied; owner-email="anna@example.com"'], {}),
            ("notice of a program", ['Auto-Submitted: auto-generated'], {}),
            ("older absence note", ['X-Autoreply: yes'], {}),
            ("mass letter", ['Precedence: bulk'], {}),
            ("challenge", [], {'return_path': '<>'}),
            ("failed delivery", ['X-Failed-Recipients: anna@example.com'], {}),
        ):
            with self.subTest(name):
                letters = len(claim.message_ids)
                self._answer('anna@example.com', headers=headers, **values)
                self.assertEqual(claim.state, 'waiting')
                self.assertGreater(len(claim.message_ids), letters, "it stays with the claim")
        with self.subTest("plain bounce"):
            self._answer('Postmaster <postmaster@example.com>')
            self.assertEqual(claim.state, 'waiting')
        self.assertFalse(claim.activity_ids)

    def test_person_who_says_so_is_no_machine(self):
        claim = self._wait_for_answer()
        self._answer('anna@example.com', headers=['Auto-Submitted: no', 'X-Auto-Response-Suppress: OOF'])
        self.assertEqual(claim.state, 'work')

    def test_no_machine_opens_a_claim(self):
        before = self.env['dealflow.claim'].search_count([])
        for values in (
            {'extra': 'Auto-Submitted: auto-replied'},
            {'return_path': '<>'},
            {'extra': 'Precedence: auto_reply'},
            {'extra': 'X-Failed-Recipients: anna@example.com'},
        ):
            with self.subTest(**values):
                self._receive('anna@example.com', **values)
                self.assertEqual(self.env['dealflow.claim'].search_count([]), before)
        self._receive('postmaster@example.com')
        self.assertEqual(self.env['dealflow.claim'].search_count([]), before)

    def test_second_letter_about_the_same_thing_is_shown(self):
        first = self._receive('anna@example.com')
        second = self._receive('anna@example.com', subject="BROKEN CHAIRS!!")
        self.assertEqual(second.with_user(self.seller_all).duplicate_ids, first)

    def test_from_the_letter_to_the_decision(self):
        self.partner.user_id = self.rep_north
        claim = self._receive('anna@example.com').with_user(self.rep_north)
        self.assertEqual(self.partner.with_user(self.rep_north).dealflow_open_claim_count, 1)
        claim.action_start()
        claim.write(
            {
                'resolution': "New chairs sent",
                'cost': 80.0,
                'cause_id': self.env['dealflow.claim.cause'].create({'name': "Damage"}).id,
            }
        )
        claim.action_resolve()
        self.env.invalidate_all()
        self.assertEqual(self.partner.with_user(self.rep_north).dealflow_open_claim_count, 0)
        self.assertEqual(claim.log_ids.sorted('id').mapped('state_to'), ['new', 'work', 'resolved'])

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .rule_common import RuleCommon
from .test_request_intake import IntakeCommon


@tagged('post_install', '-at_install')
class TestRequestRules(IntakeCommon, RuleCommon):
    """What a rule does about a request of the website by itself: task, project, SMS, letter (C54)."""

    def _act_on_request(self, *actions, user=None, **body):
        """Let a rule act on a request of a stranger as soon as somebody has got it; return the request and the rule."""
        rule = self._new_rule(
            *actions,
            user=user,
            object='opportunity',
            trigger='changed',
            domain="[('dealflow_routing', '=', 'routed')]",
            watched_field_ids=[self._get_field('crm.lead', 'user_id').id],
        )
        stranger = {'contact': "Vera", 'email': 'vera@new.example', 'phone': '8 (495) 123-45-67'}
        lead, _is_joined = self._take_in(subject="Forty chairs", **stranger | body)
        self.assertFalse(lead.partner_id)
        self._begin_save(lead)
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_crm_lead_route').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(lead.user_id, self.rep_north)
        return lead, rule

    def test_task_and_letter(self):
        """The person whose turn it is gets a task, and the stranger a letter at the address of the request."""
        call = self.env.ref('mail.mail_activity_data_call')
        lead, rule = self._act_on_request(
            {'kind': 'activity', 'activity_type_id': call.id, 'person': 'responsible'},
            {'kind': 'email', 'recipient': 'contact', 'subject': "We have it", 'text': "Thank you"},
        )
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        self.assertIn((call, self.rep_north), [(each.activity_type_id, each.user_id) for each in lead.activity_ids])
        [letter] = self.env['mail.mail'].search([('subject', '=', "We have it")])
        self.assertEqual(letter.email_to, 'vera@new.example')

    def test_sms(self):
        """The SMS goes to the number of the request, which is nobody's yet; a request without one says so."""
        action = {'kind': 'sms_client', 'text': "We have it"}
        if 'sms.sms' not in self.env:
            with self.assertRefused(ValidationError, "there is no SMS provider"):
                self._new_rule(action, object='opportunity')
            return
        _lead, rule = self._act_on_request(action)
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        message = self.env['sms.sms'].sudo().search([('body', '=', "We have it")])
        self.assertEqual(message.mapped('number'), ['+74951234567'])
        _lead, rule = self._act_on_request(action, phone='', email='ivan@new.example')
        self.assertIn("has no contact with “Phone”", rule.run_ids.error)

    def test_project(self):
        if 'project.project' not in self.env:
            with self.assertRefused(ValidationError, "Install Odoo's app “Project” first"):
                self._new_rule({'kind': 'project'}, object='opportunity')
            return
        owner = self._new_user('owner', 'dealflow.group_manager,project.group_project_manager')
        _lead, rule = self._act_on_request({'kind': 'project', 'person': 'responsible'}, user=owner)
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        project = self.env['project.project'].search([('name', 'like', "Forty chairs")])
        self.assertEqual(project.user_id, self.rep_north)

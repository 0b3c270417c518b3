from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.tools.rule_memory import KEY

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestRuleTours(TourCommon):
    """Rules in a real browser."""

    def test_first_rule_in_two_minutes(self):
        """A person with full access makes the rule for large deals, and switches it on (C33, C34)."""
        self.addClassCleanup(self.env['base.automation']._unregister_hook)
        self.env['dealflow.deal'].search([]).action_archive()
        manager = self._new_user('manager', 'dealflow.group_manager', name="Tour Manager")
        self._start_tour('dealflow_rule', manager, url='/odoo/dealflow-rules')
        rule = self.env['dealflow.rule'].search([('owner_id', '=', manager.id)])
        self.assertRecordValues(rule, [{'state': 'on', 'object': 'deal', 'trigger': 'saved'}])
        self.assertEqual(rule.domain.replace('"', "'"), "[('amount', '>', 100000)]")
        self.assertEqual(rule.action_ids.field_id.name, 'user_id')
        self.assertEqual(rule.action_ids.person, 'head')
        # A rep with own deals saves such a deal over HTTP, with nobody's rights but their own in the request.
        head = self._new_user('head', 'dealflow.group_user_team', name="Tour Head")
        rep = self._new_user('rep', 'dealflow.group_user_own', name="Tour Rep")
        self.env['crm.team'].create({'name': "Tour", 'user_id': head.id, 'member_ids': [Command.set(rep.ids)]})
        partner = self._new_partner("Tour Client")
        deal = self._new_deal(rep, business_partner_id=partner.id, user_id=rep.id)
        self._forget_save(deal)
        self.authenticate(rep.login, rep.login)
        [answer] = self.make_jsonrpc_request(
            '/web/dataset/call_kw/dealflow.deal/web_save',
            {
                'model': 'dealflow.deal',
                'method': 'web_save',
                'args': [deal.ids, {'amount': 150000}],
                'kwargs': {'specification': {'amount': {}, 'user_id': {'fields': {'display_name': {}}}}},
            },
        )
        self.assertEqual((answer['amount'], answer['user_id']['display_name']), (150000, "Tour Head"))
        self.assertRecordValues(rule.run_ids, [{'causer_id': rep.id, 'owner_id': manager.id, 'outcome': 'done'}])

    def _forget_save(self, deal):
        """Let a deal be one of an earlier transaction, as a test is a single one."""
        self.env.flush_all()
        self.env.cr.cache.pop(KEY, None)
        self.env.cr.execute("UPDATE dealflow_deal SET create_date = create_date - interval '1 hour'")
        self.env.invalidate_all()

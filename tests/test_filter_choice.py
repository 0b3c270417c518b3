import ast

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .filter_common import FilterCommon


@tagged('post_install', '-at_install')
class TestFilterChoice(FilterCommon):
    """A saved filter fills the conditions of a rule, a mailing, a marketing event and a distribution (E51, X28)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._new_user('filter_marketer', 'dealflow.group_marketing,mass_mailing.group_mass_mailing_user')
        cls.clients = cls._new_filter(cls.marketer, 'res.partner', domain="[('city', '=', 'Omsk')]")

    def _assert_conditions(self, text, expected):
        self.assertEqual(ast.literal_eval(text), expected)

    def test_rule_takes_over_the_conditions(self):
        """Later changes of the filter change no rule."""
        saved = self._new_filter(self.manager)
        form = Form(self.env['dealflow.rule'].with_user(self.manager))
        form.name = "Large deals"
        form.object = 'deal'
        form.dealflow_filter_id = saved
        rule = form.save()
        self._assert_conditions(rule.domain, [('amount', '>', 10000)])
        saved.domain = "[('amount', '>', 5)]"
        self.env.invalidate_all()
        self._assert_conditions(rule.domain, [('amount', '>', 10000)])

    def test_mailing_takes_over_the_audience(self):
        form = Form(self.env['mailing.mailing'].with_user(self.marketer))
        form.subject = "Chairs"
        form.mailing_model_id = self.env['ir.model']._get('res.partner')
        form.dealflow_filter_id = self.clients
        self._assert_conditions(form.save().mailing_domain, [('city', '=', 'Omsk')])

    def test_marketing_event_takes_over_the_segment(self):
        form = Form(self.env['dealflow.marketing.event'].with_user(self.marketer))
        form.title = "Fair"
        form.dealflow_filter_id = self.clients
        self._assert_conditions(form.save().segment_domain, [('city', '=', 'Omsk')])

    def test_distribution_takes_the_open_opportunities_of_the_filter(self):
        """Those that the person may see, instead of the selected ones."""
        chosen, found, won = (
            self._new_lead(name=name, type='opportunity', user_id=self.rep_north.id)
            for name in ("Selected", "Chairs of the filter", "Chairs of the filter, won")
        )
        won.action_set_won()
        saved = self._new_filter(self.seller_all, 'crm.lead', domain="[('name', 'like', 'Chairs of the filter')]")
        form = Form(
            self.env['dealflow.request.distribute']
            .with_user(self.seller_all)
            .with_context(active_model='crm.lead', active_ids=chosen.ids)
        )
        self.assertEqual(form.lead_ids.ids, chosen.ids)
        form.filter_id = saved
        self.assertEqual(form.lead_ids.ids, found.ids)

    def test_me_and_today_are_those_of_the_person_who_chooses(self):
        """Where conditions are kept, nobody reads «uid» any more."""
        saved = self._new_filter(self.marketer, 'res.partner', domain="[('user_id', '=', uid)]")
        form = Form(self.env['dealflow.marketing.event'].with_user(self.marketer))
        form.title = "Fair"
        form.dealflow_filter_id = saved
        self._assert_conditions(form.save().segment_domain, [('user_id', '=', self.marketer.id)])

    def test_broken_filter_is_refused_in_words(self):
        self.clients.sudo().domain = "[('gone', '=', 1)]"
        form = Form(self.env['dealflow.marketing.event'].with_user(self.marketer))
        form.title = "Fair"
        with self.assertRefused(UserError, "“gone” no longer exists"):
            form.dealflow_filter_id = self.clients

    def test_filter_of_another_person_is_not_read(self):
        """An answer to a change of the form gives away no conditions."""
        private = self._new_filter(self.rep_north, 'res.partner', domain="[('name', '=', 'Secret')]")
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.env['dealflow.marketing.event'].with_user(self.marketer).onchange(
                {'title': "Fair", 'dealflow_filter_id': private.id},
                ['dealflow_filter_id'],
                {'title': {}, 'dealflow_filter_id': {}, 'segment_domain': {}},
            )

    def test_the_choice_is_not_stored(self):
        event = self.env['dealflow.marketing.event'].create({'title': "Fair"})
        event.write({'dealflow_filter_id': self.clients.id, 'user_id': self.marketer.id})
        self.env.invalidate_all()
        self.assertFalse(event.dealflow_filter_id)

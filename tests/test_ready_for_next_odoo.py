from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestReadyForNextOdoo(TransactionCase):
    """What the next version of Odoo no longer does is not used where this one offers another way that both know."""

    def test_values_are_set_before_a_template_is_called(self):
        """The next version hands what is set inside of a call to nobody; set before, it reaches the called template."""
        views = self.env['ir.ui.view'].search([('type', '=', 'qweb'), ('key', '=like', 'dealflow.%')])
        calls = 0
        for view in views:
            for call in etree.fromstring(view.arch).iter(etree.Element):
                name = call.get('t-call')
                # The body of a container stands where it is written, so what it sets is its own.
                if name and name != 'web.html_container':
                    calls += 1
                    self.assertEqual([node.get('t-set') for node in call if node.get('t-set')], [], view.key)
        self.assertGreater(calls, 10)

    def test_reports_say_their_statement_by_one_method(self):
        """How Odoo asks for the statement of a report changes; one mixin answers it."""
        inheriting = self.env.registry.descendants(['dealflow.sql.report.mixin'], '_inherit')
        reports = {
            name
            for name, model in self.env.items()
            if name.startswith('dealflow.') and not model._abstract and model._table_query is not None
        }
        self.assertGreater(len(reports), 9)
        self.assertLessEqual(reports, set(inheriting))

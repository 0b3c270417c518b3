from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestReadyForNextOdoo(TransactionCase):
    """Features that the next version of Odoo drops are not used where both versions have an alternative."""

    def test_values_are_set_before_a_template_is_called(self):
        """The next version does not pass values set inside a t-call to its template; values set before it are seen."""
        views = self.env['ir.ui.view'].search([('type', '=', 'qweb'), ('key', '=like', 'dealflow.%')])
        calls = 0
        for view in views:
            for call in etree.fromstring(view.arch).iter(etree.Element):
                name = call.get('t-call')
                # The body of this container is rendered in place, so values set in it are used there.
                if name and name != 'web.html_container':
                    calls += 1
                    self.assertEqual([node.get('t-set') for node in call if node.get('t-set')], [], view.key)
        self.assertGreater(calls, 10)

    def test_reports_say_their_statement_by_one_method(self):
        """The next version changes how a report provides its SQL; one mixin hides the difference."""
        inheriting = self.env.registry.descendants(['dealflow.sql.report.mixin'], '_inherit')
        reports = {
            name
            for name, model in self.env.items()
            if name.startswith('dealflow.') and not model._abstract and model._table_query is not None
        }
        self.assertGreater(len(reports), 9)
        self.assertLessEqual(reports, set(inheriting))

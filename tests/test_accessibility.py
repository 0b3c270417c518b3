from pathlib import Path

from lxml import etree

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestAccessibility(TransactionCase):
    """Static checks that views work with a keyboard and a screen reader; scripts/axe checks what needs a browser."""

    def test_buttons_have_words_for_those_who_listen(self):
        """Each button of a view has text or a label: a screen reader cannot read an icon."""
        views = self.env['ir.model.data'].search([('module', '=', 'dealflow'), ('model', '=', 'ir.ui.view')])
        for view in self.env['ir.ui.view'].browse(views.mapped('res_id')):
            # With a position the node is an anchor for inheritance, not a button.
            for button in etree.fromstring(view.arch).xpath('//button[not(@position)]'):
                with self.subTest(view=view.xml_id, button=button.get('name')):
                    words = button.get('string') or ''.join(button.itertext()).strip()
                    self.assertTrue(words or button.find('.//field') is not None)

    def test_what_can_be_clicked_is_reached_by_tab(self):
        """Templates give the role of a button only to elements that the keyboard reaches."""
        templates = list(Path(get_module_path('dealflow'), 'static', 'src').rglob('*.xml'))
        self.assertTrue(templates)
        for template in templates:
            for node in etree.parse(template).iter(etree.Element):
                with self.subTest(template=template.name, line=node.sourceline):
                    if node.get('role') == 'button' or node.tag == 'a':
                        has_target = any(node.get(name) for name in ('href', 't-att-href', 't-attf-href', 'tabindex'))
                        self.assertTrue(node.tag == 'button' or has_target)

import re
from unittest.mock import patch

from odoo.tests import tagged

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestPartnersSpeed(DealflowCase):
    """The number of queries of a screen does not depend on the number of legal entities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')

    def _create_group(self, size):
        Partner = self.env['res.partner'].with_context(tracking_disable=True, mail_create_nosubscribe=True)
        group = Partner.create({'name': f"Group {size}", 'is_company': True, 'counterparty_role': 'partner'})
        entities = Partner.create(
            [
                {'name': f"Entity {size} {index}", 'is_company': True, 'counterparty_role': 'entity'}
                for index in range(size)
            ]
        )
        self.env['dealflow.entity.link'].create(
            [{'partner_id': group.id, 'entity_id': entity.id} for entity in entities]
        )
        self.env.flush_all()
        return group

    def _count(self, call):
        """Return the number of queries of a second call, and the result of the first one."""
        result = call()
        return self._count_queries(call), result

    def _get_specification(self, model, view_id, view_type):
        """Return the fields that the web client requests when it opens the view."""
        arch = self.env[model].with_user(self.rep).get_views([(view_id, view_type)])
        names = arch['models'][model]['fields']
        return {
            name: (
                {'fields': {'display_name': {}}}
                if names[name]['type'] == 'many2one'
                else {'limit': 40, 'fields': {'entity_id': {'fields': {'display_name': {}}}, 'role': {}}}
                if name == 'entity_link_ids'
                else {}
            )
            for name in names
            if not name.startswith(('message_', 'activity_', 'image_', 'avatar_'))
        }

    def test_card_of_a_partner_with_a_thousand_entities(self):
        specification = self._get_specification('res.partner', False, 'form')
        counts = []
        for size in (50, 1000):
            group = self._create_group(size).with_user(self.rep)
            count, result = self._count(lambda group=group: group.web_read(specification))
            counts.append(count)
            self.assertEqual(result[0]['dealflow_legal_entity_count'], size)
        self.assertLessEqual(counts[1], counts[0])

    def test_list_of_legal_entities(self):
        specification = self._get_specification(
            'res.partner', self.env.ref('dealflow.res_partner_view_list_legal_entities').id, 'list'
        )
        counts = []
        for size in (50, 300):
            group = self._create_group(size)
            domain = [('dealflow_current_partner_ids', 'in', group.ids)]
            count, result = self._count(
                lambda domain=domain: (
                    self.env['res.partner'].with_user(self.rep).web_search_read(domain, specification, limit=40)
                )
            )
            counts.append(count)
            self.assertEqual(result['length'], size)
        self.assertLessEqual(counts[1], counts[0])

    def test_creation_of_a_contact_asks_nothing_of_our_tables(self):
        """Creating a contact adds no statements on our tables: our fields are part of Odoo's statements (rule 6)."""
        statements = []
        cursor_class = type(self.env.cr)
        execute = cursor_class.execute

        def record_and_execute(cursor, query, *args, **kwargs):
            statements.append(getattr(query, 'code', query))
            return execute(cursor, query, *args, **kwargs)

        company = self._new_partner("Warm")
        with patch.object(cursor_class, 'execute', record_and_execute):
            self.env['res.partner'].create(
                [
                    {'name': "Firm", 'is_company': True, 'street': "Street", 'city': "Oslo"},
                    {'name': "Person", 'parent_id': company.id},
                ]
            )
            self.env.flush_all()
        self.assertTrue(any("INSERT INTO" in statement for statement in statements))
        self.assertFalse(
            [statement for statement in statements if re.search(r'\b(FROM|JOIN|INTO|UPDATE) "dealflow_', statement)]
        )

    def test_creation_of_partners_in_one_batch(self):
        counts = []
        for size in (20, 200):
            vals_list = [{'name': f"New {index}", 'is_company': True} for index in range(size)]
            Partner = self.env['res.partner'].with_context(tracking_disable=True)
            Partner.create(vals_list[:1])
            counts.append(self._count_queries(lambda Partner=Partner, rows=vals_list: Partner.create(rows)) / size)
        self.assertLessEqual(counts[1], counts[0])

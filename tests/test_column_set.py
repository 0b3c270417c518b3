from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .filter_common import FilterCommon

COLUMNS = ({'name': 'name'}, {'name': 'closed_on', 'width': 120}, {'name': 'amount_company'}, {'name': 'write_uid'})


class ColumnCase(FilterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.list = cls.env.ref('dealflow.dealflow_deal_view_list')

    @classmethod
    def _save(cls, user, columns=COLUMNS, name="For calls", view=None, **values):
        sets = cls.env['dealflow.column.set'].with_user(user)
        view = view or cls.list
        return sets.browse(sets.save_columns(view.model, view.id, name, columns, **values))

    def _get_arch(self, user, view=None, **options):
        """Return the list as the screens of a user in Dealflow's menus get it, and the fields that come with it."""
        view = view or self.list
        options = options or {'dealflow_columns': 'any'}
        got = self.env[view.model].with_user(user).get_views([[view.id, 'list']], options)
        return etree.fromstring(got['views']['list']['arch']), got['models'][view.model]['fields']

    def _get_columns(self, user, **options):
        arch, _fields = self._get_arch(user, **options)
        return [
            node.get('name')
            for node in arch.iterchildren('field')
            if node.get('column_invisible') not in ('True', '1') and node.get('optional') != 'hide'
        ]


@tagged('post_install', '-at_install')
class TestColumnSet(ColumnCase):
    """Columns in an order of one's own, as a named view of a list (P06, X25)."""

    def test_list_has_the_chosen_columns_in_their_order(self):
        shipped = self._get_columns(self.rep_north)
        self._save(self.rep_north)
        self.assertEqual(self._get_columns(self.rep_north), [column['name'] for column in COLUMNS])
        arch, fields = self._get_arch(self.rep_north)
        [closed] = arch.xpath("field[@name='closed_on']")
        self.assertEqual((closed.get('width'), closed.get('optional')), ('120px', None))
        [added] = arch.xpath("field[@name='write_uid']")
        self.assertEqual((added.get('readonly'), added.get('widget')), ('True', 'many2one_avatar_user'))
        self.assertIn('write_uid', fields)
        # What the list needs beside them is still there, out of sight.
        for name in ('currency_id', 'stage_id', 'state', 'user_id'):
            self.assertTrue(arch.xpath(f"field[@name='{name}']"), name)
            self.assertIn(name, fields)
        self.env['dealflow.column.set'].with_user(self.rep_north).choose(self.list.id)
        self.assertEqual(self._get_columns(self.rep_north), shipped)

    def test_sums_groups_and_multiple_editing_stay(self):
        before, _fields = self._get_arch(self.rep_north)
        self._save(self.rep_north)
        after, _fields = self._get_arch(self.rep_north)
        self.assertEqual(dict(before.attrib), dict(after.attrib))
        [amount] = after.xpath("field[@name='amount_company']")
        self.assertTrue(amount.get('sum'))
        count = len(before.xpath('button | widget | header | groupby'))
        self.assertEqual(len(after.xpath('button | widget | header | groupby')), count)

    def test_other_apps_and_other_people_have_what_is_shipped(self):
        shipped = self._get_columns(self.rep_second)
        self._save(self.rep_north)
        self.assertEqual(self._get_columns(self.rep_north, toolbar=False), shipped, "asked for without the option")
        self.assertEqual(self._get_columns(self.rep_second), shipped)
        self.assertEqual(self._get_columns(self.rep_north), [column['name'] for column in COLUMNS])

    def test_added_amount_brings_its_currency(self):
        view = self.env['ir.ui.view'].create(
            {'name': "Bare", 'model': 'dealflow.receipt', 'type': 'list', 'arch': '<list><field name="name"/></list>'}
        )
        self._save(self.manager, [{'name': 'amount'}], view=view)
        arch, fields = self._get_arch(self.manager, view)
        self.assertEqual([node.get('name') for node in arch], ['amount', 'currency_id', 'name'])
        self.assertEqual(arch[1].get('column_invisible'), 'True')
        self.assertTrue(arch[0].get('sum'))
        self.assertLessEqual({'amount', 'currency_id'}, set(fields))

    def test_columns_that_vanished_or_may_not_be_read_are_left_out_with_words(self):
        event = self.env.ref('dealflow.dealflow_marketing_event_view_list')
        marketer = self._new_user('marketer', 'dealflow.group_marketing,dealflow.group_user')
        columns = [{'name': 'budget'}, {'name': 'title'}]
        made = self._save(marketer, columns, view=event)
        made.sudo().columns = [*columns, {'name': 'field_of_an_uninstalled_module'}]
        made.user_ids = self.rep_north
        made.with_user(self.rep_north).choose(event.id, made.id)
        for user, shown, words in (
            (marketer, ['budget', 'title'], ["no longer there"]),
            (self.rep_north, ['title'], ["budget”: you may not read it", "no longer there"]),
        ):
            with self.subTest(user=user.login):
                arch, _fields = self._get_arch(user, event)
                names = [node.get('name') for node in arch if node.get('column_invisible') not in ('True', '1')]
                self.assertEqual([name for name in names if name and name != 'activity_ids'][: len(shown)], shown)
                chooser = made.with_user(user).get_chooser('dealflow.marketing.event', event.id)
                [described] = chooser['sets']
                self.assertEqual(len(described['left_out']), len(words), described['left_out'])
                for word, said in zip(words, described['left_out'], strict=True):
                    self.assertIn(word, said)
                self.assertEqual([column['name'] for column in described['columns']], shown)
        self.assertNotIn('budget', dict(made.with_user(self.rep_north).get_chooser(event.model, event.id)['fields']))

    def test_chooser_offers_readable_fields_and_no_technical_ones(self):
        chooser = self.env['dealflow.column.set'].with_user(self.rep_north).get_chooser('dealflow.deal', self.list.id)
        offered = dict(chooser['fields'])
        for name in ('name', 'amount', 'create_date', 'source_id', 'tag_ids', 'activity_ids'):
            self.assertIn(name, offered, name)
        for name in ('stage_color', 'has_lines', 'message_ids', 'color', 'log_ids', 'description'):
            self.assertNotIn(name, offered, name)
        self.assertTrue(all(offered.values()))
        self.assertFalse(chooser['chosen'])

    def test_what_is_wrong_is_explained(self):
        for columns, words in (
            ([], "between one and"),
            ([{'name': 'name'}, {'name': 'name'}], "twice"),
            ([{'name': 'name', 'width': 5}], "between 30 and"),
            ([{'name': 'no_such_field'}], "no_such_field"),
            ([{'name': 'name'}] * 61, "between one and"),
        ):
            with self.subTest(columns=columns[:2]), self.assertRaisesRegex(UserError, words):
                self._save(self.rep_north, columns)
        with self.assertRaisesRegex(UserError, "a name"):
            self._save(self.rep_north, name=" ")
        with self.assertRaisesRegex(UserError, "no such list"):
            self._save(self.rep_north, view=self.env.ref('dealflow.dealflow_deal_view_form'))

    def test_version_changes_with_the_columns(self):
        choices = self.env['dealflow.column.choice'].with_user(self.rep_north)
        self.assertFalse(choices._get_version())
        made = self._save(self.rep_north)
        first = choices._get_version()
        self.assertTrue(first)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dealflow_column_set SET write_date = write_date + interval '2 seconds' WHERE id = %s", [made.id]
        )
        made.invalidate_recordset()
        self.assertNotEqual(choices._get_version(), first)
        self.assertFalse(choices.with_user(self.rep_second)._get_version())


@tagged('post_install', '-at_install')
class TestColumnSetSharing(ColumnCase):
    """Who uses and who changes a column set; over RPC too, where no screen helps."""

    def test_colleagues_use_it_and_cannot_change_it(self):
        for way, values in self.ways.items():
            with self.subTest(way=way):
                made = self._save(self.rep_north, name=way)
                theirs = made.with_user(self.rep_second)
                with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                    theirs.read(['columns'])
                with self.assertRaisesRegex(UserError, "no longer shared"):
                    theirs.choose(self.list.id, made.id)
                made.write(values)
                theirs.invalidate_recordset()
                theirs.choose(self.list.id, made.id)
                self.assertEqual(self._get_columns(self.rep_second), [column['name'] for column in COLUMNS])
                [described] = theirs.get_chooser('dealflow.deal', self.list.id)['sets']
                self.assertEqual((described['is_mine'], described['is_editable']), (False, False))
                for change in (
                    lambda theirs=theirs: theirs.write({'columns': [{'name': 'name'}]}),
                    lambda theirs=theirs: theirs.write({'dealflow_share_mode': 'edit'}),
                    lambda theirs=theirs: theirs.write({'dealflow_owner_id': self.rep_second.id}),
                    lambda theirs=theirs: theirs.unlink(),
                    lambda theirs=theirs, made=made: self._save(self.rep_second, [{'name': 'name'}], set_id=made.id),
                ):
                    with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                        change()
                with self.assertRaises(UserError), mute_logger('odoo.addons.base.models.ir_rule'):
                    theirs.with_user(self.outsider).choose(self.list.id, made.id)
                made.write({key: [Command.clear()] for key in values})
                self.assertNotEqual(self._get_columns(self.rep_second)[1], 'closed_on', "shared no longer")

    def test_colleagues_change_what_is_shared_to_change_but_do_not_share_it(self):
        for way, values in self.ways.items():
            with self.subTest(way=way):
                made = self._save(self.rep_north, name=way, columns=COLUMNS)
                made.write({**values, 'dealflow_share_mode': 'edit'})
                self._save(self.rep_second, [{'name': 'number'}], name=way, set_id=made.id)
                self.assertEqual(made.columns, [{'name': 'number'}])
                self.assertEqual(self._get_columns(self.rep_north)[:1], ['number'])
                with self.assertRaises(AccessError):
                    made.with_user(self.rep_second).write({'user_ids': [Command.link(self.outsider.id)]})

    def test_changing_a_shared_set_keeps_what_the_colleague_does_not_see(self):
        event = self.env.ref('dealflow.dealflow_marketing_event_view_list')
        marketer = self._new_user('marketer', 'dealflow.group_marketing,dealflow.group_user')
        made = self._save(marketer, [{'name': 'goal_won_amount'}, {'name': 'title'}], view=event)
        made.write({'user_ids': self.rep_north.ids, 'dealflow_share_mode': 'edit'})
        self._save(self.rep_north, [{'name': 'date_start'}], view=event, set_id=made.id)
        self.assertEqual(made.columns, [{'name': 'date_start'}, {'name': 'goal_won_amount'}])

    def test_nobody_chooses_for_others(self):
        made = self._save(self.rep_north)
        made.user_ids = self.rep_second
        choices = self.env['dealflow.column.choice']
        for values in (
            {'user_id': self.outsider.id, 'set_id': made.id, 'view_id': self.list.id},
            {'user_id': self.rep_second.id, 'set_id': made.id, 'view_id': self.list.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
                choices.with_user(self.rep_north).create(values)
        private = self._save(self.rep_north, name="Private")
        for user in (self.rep_second, self.admin):
            with (
                self.subTest(user=user.login),
                self.assertRaises(AccessError),
                mute_logger('odoo.addons.base.models.ir_rule'),
            ):
                choices.with_user(user).create({'set_id': private.id, 'view_id': self.list.id})
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            choices.search([('user_id', '=', self.rep_north.id)]).with_user(self.rep_second).unlink()

    def test_set_of_another_list_is_refused(self):
        made = self._save(self.rep_north)
        other = self.env.ref('dealflow.dealflow_receipt_view_list')
        with self.assertRaisesRegex(UserError, "another list"):
            made.choose(other.id, made.id)

    def test_deleted_set_leaves_the_list_as_shipped(self):
        shipped = self._get_columns(self.rep_north)
        self._save(self.rep_north).unlink()
        self.assertEqual(self._get_columns(self.rep_north), shipped)

    def test_twice_is_once(self):
        made = self._save(self.rep_north)
        made.choose(self.list.id, made.id)
        made.choose(self.list.id, made.id)
        choices = self.env['dealflow.column.choice'].search([('user_id', '=', self.rep_north.id)])
        self.assertEqual(choices.set_id, made)

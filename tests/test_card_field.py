import base64

from lxml import etree
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..hooks import uninstall_hook
from ..models.cards.ir_ui_view import CARD_KEY
from .test_card_arrangement import CardCommon, get_cards


@tagged('post_install', '-at_install')
class TestCardField(CardCommon):
    """The company's own fields stand on cards, in lists and searches, and in conditions (C31, E12)."""

    def _add(self, label, kind='text', model='dealflow.deal', **options):
        return self.cards.add_field(model, label, kind, options)['name']

    def _place(self, *names, place='group:parties'):
        return self._save(*(self._change('field', name, place=place) for name in names))

    def _list_arch(self, user=None):
        model = self.env['dealflow.deal'].with_user(user or self.rep_north)
        return etree.fromstring(model.get_view(self.env.ref('dealflow.dealflow_deal_view_list').id, 'list')['arch'])

    def _search_arch(self):
        model = self.env['dealflow.deal'].with_user(self.rep_north)
        return etree.fromstring(model.get_view(self.env.ref('dealflow.dealflow_deal_view_search').id, 'search')['arch'])

    def test_every_kind(self):
        """Each kind is made, put on the card, filled in by a sales rep and read again."""
        register = (
            self.env['dealflow.register']
            .with_user(self.manager)
            .create({'name': "Ways of delivery", 'value_ids': [Command.create({'name': "Lorry"})]})
        )
        kinds = [one['kind'] for one in self.cards.get_card('dealflow.deal')['kinds']]
        options = {'choice': {'choices': ["Red", "Blue"]}, 'register': {'register_id': register.id}}
        names = {kind: self._add(f"Own {kind}", kind, **options.get(kind, {})) for kind in kinds}
        self._place(*names.values())
        values = {
            'text': "A",
            'long_text': "B",
            'number': 1.5,
            'whole_number': 2,
            'money': 3.25,
            'date': '2030-01-02',
            'datetime': '2030-01-02 03:04:05',
            'choice': 'red',
            'yes_no': True,
            'person': self.rep_north.id,
            'contact': self.contact.id,
            'register': register.value_ids.id,
            'file': base64.b64encode(b"text"),
            'link': 'https://example.com',
        }
        self.assertEqual(values.keys(), set(kinds))
        deal = self._new_deal(self.rep_north)
        deal.write({names[kind]: value for kind, value in values.items()})
        self.env.flush_all()
        self.env.invalidate_all()
        for kind, value in values.items():
            with self.subTest(kind=kind):
                stored = deal[names[kind]]
                stored = stored.id if hasattr(stored, 'id') else stored
                self.assertEqual(str(stored), str(value))
        self.assertEqual(deal._fields[names['money']].get_currency_field(deal), 'currency_id')
        with Form(deal) as form:
            setattr(form, names['text'], "Changed")
        self.assertEqual(deal[names['text']], "Changed")
        columns = self._list_arch().xpath("/list/field[@optional='hide']/@name")
        self.assertLessEqual(set(names.values()) - {names['file']}, set(columns))
        search = self._search_arch()
        self.assertLessEqual(
            set(names.values()) - {names['file'], names['yes_no']}, set(search.xpath('/search/field/@name'))
        )
        self.assertTrue(search.xpath(f"/search/filter[@name='group_{names['choice']}']"))
        self.assertTrue(self._get_form().xpath(f"//field[@name='{names['file']}_filename']"))

    def test_search_group_import_export(self):
        """The field filters and groups, is imported by its label, and exported."""
        colour = self._add("Colour of the car")
        finish = self._add("Finish", 'choice', choices=["Matt", "Gloss"])
        deal = self._new_deal(self.rep_north)
        deal.write({colour: "red", finish: 'gloss'})
        deals = self.env['dealflow.deal'].with_user(self.rep_north)
        self.assertEqual(deals.search([(colour, 'ilike', 'RE'), (finish, '=', 'gloss')]), deal)
        self.assertIn(('gloss', 1), deals._read_group([(finish, '!=', False)], [finish], ['__count']))
        self.assertEqual(
            self.env['dealflow.deal'].browse(deal.id).export_data([colour, finish])['datas'], [["red", "Gloss"]]
        )
        wizard = (
            self.env['base_import.import']
            .with_user(self.manager)
            .create(
                {
                    'res_model': 'dealflow.deal',
                    'file': b"ID,Colour of the car,Finish\n%d,blue,Matt" % deal.id,
                    'file_type': 'text/csv',
                    'file_name': 'a.csv',
                }
            )
        )
        options = {'quoting': '"', 'has_headers': True, 'separator': ','}
        preview = wizard.parse_preview(options)
        self.assertEqual(preview['matches'][1], [colour])
        result = wizard.execute_import(['.id', colour, finish], ["ID", "a", "b"], options)
        self.assertFalse(result['messages'])
        self.assertEqual((deal[colour], deal[finish]), ("blue", 'matt'))

    def test_rule(self):
        """A rule has the field as its condition; the field cannot go while it has, and the error names the rule."""
        colour = self._add("Colour of the car")
        self._place(colour)
        rule = (
            self.env['dealflow.rule']
            .with_user(self.manager)
            .create(
                {
                    'name': "Red ones to the head",
                    'object': 'deal',
                    'domain': f"[('{colour}', '=', 'red')]",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "Red ones to the head"):
            self.cards.delete_field('dealflow.deal', colour)
        with self.assertRaisesRegex(UserError, "Red ones to the head"):
            self.env['ir.model.fields']._get('dealflow.deal', colour).unlink()
        self.assertIn(colour, self.env['dealflow.deal']._fields)
        rule.unlink()
        self.assertTrue(self.cards.delete_field('dealflow.deal', colour)['is_deleted'])
        self.assertNotIn(colour, self.env['dealflow.deal']._fields)
        self.assertFalse(self._get_form().xpath(f"//field[@name='{colour}']"))
        self.assertFalse(self._list_arch().xpath(f"//field[@name='{colour}']"))

    def test_other_uses_are_named(self):
        """A saved filter, a requirement of a stage, a condition on the card and a view keep the field."""
        colour = self._add("Colour of the car")
        places = {
            "My red ones": self.env['ir.filters'].create(
                {'name': "My red ones", 'model_id': 'dealflow.deal', 'domain': f"[('{colour}', '=', 'red')]"}
            ),
            "a view of colours": self.env['ir.ui.view'].create(
                {
                    'name': "a view of colours",
                    'model': 'dealflow.deal',
                    'type': 'list',
                    'arch': f'<list><field name="{colour}"/></list>',
                }
            ),
            "Which colour?": self.env['dealflow.process.template']
            .create(
                {
                    'name': "Questions",
                    'object': 'deal',
                    'step_ids': [
                        Command.create(
                            {
                                'name': "Ask",
                                'question_ids': [
                                    Command.create(
                                        {
                                            'name': "Which colour?",
                                            'field_id': self.env['ir.model.fields']._get('dealflow.deal', colour).id,
                                        }
                                    )
                                ],
                            }
                        )
                    ],
                }
            )
            .step_ids.question_ids,
            self.stage_offer.name: self.env['dealflow.stage.requirement'].create(
                {
                    'stage_id': self.stage_offer.id,
                    'kind': 'field',
                    'field_id': self.env['ir.model.fields']._get('dealflow.deal', colour).id,
                }
            ),
        }
        for words, record in places.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.cards.delete_field('dealflow.deal', colour)
            record.unlink()
        self._save(self._change('hide', 'field:priority', domain=f"[('{colour}', '!=', False)]"))
        with self.assertRaisesRegex(UserError, "Deal"):
            self.cards.delete_field('dealflow.deal', colour)

    def test_delete_asks_for_values(self):
        colour = self._add("Colour of the car")
        self._place(colour)
        self._new_deal(self.rep_north).write({colour: "red"})
        self.assertEqual(self.cards.delete_field('dealflow.deal', colour), {'count': 1, 'is_deleted': False})
        self.assertEqual(self.cards.delete_field('dealflow.deal', colour, True), {'count': 1, 'is_deleted': True})
        with self.assertRaisesRegex(UserError, "no field that was made"):
            self.cards.delete_field('dealflow.deal', 'amount')

    def test_names(self):
        """Labels in any alphabet make a technical name; what cannot be told apart is refused in words."""
        self.assertEqual(self._add("Цвет мебели"), 'x_dealflow_tsvet_mebeli')
        self.assertEqual(self._add("Цвет-мебели"), 'x_dealflow_tsvet_mebeli_2')
        self.assertEqual(self._add("Żółty łóżko"), 'x_dealflow_zolty_lozko')
        self.assertLessEqual(len(self._add("w" * 60)), 60)
        for label, words in (
            ("цвет МЕБЕЛИ", "already"),
            ("Amount", "already"),
            ("A" * 61, "too long"),
            ("A" * 100000, "too long"),
            ("!!!", "no name for a field"),
            ("", "no name for a field"),
        ):
            with self.subTest(label=label[:20]), self.assertRaisesRegex(UserError, words):
                self._add(label)
        for kind, options, words in (
            ('formula', {}, "no kind of field"),
            ('choice', {}, "at least one"),
            ('choice', {'choices': ["A", "a"]}, "alike"),
            ('register', {}, "Choose a register"),
        ):
            with self.subTest(kind=kind), self.assertRaisesRegex(UserError, words):
                self._add("Something", kind, **options)
        with self.assertRaisesRegex(UserError, "no currency"):
            self._add("Budget", 'money', model='calendar.event')
        with self.assertRaisesRegex(UserError, "no key"):
            self.cards.add_field('dealflow.deal', "A", 'text', {'compute': 'pass'})

    def test_for_some_roles_in_lists_too(self):
        colour = self._add("Colour of the car")
        manager = self.env.ref('dealflow.group_manager')
        self._save(
            self._change('field', colour, place='group:parties'),
            self._change('restrict', f'field:{colour}', groups=manager.ids),
        )
        self.assertFalse(self._list_arch().xpath(f"//field[@name='{colour}']"))
        self.assertTrue(self._list_arch(self.manager).xpath(f"//field[@name='{colour}']"))

    def test_uninstall(self):
        """Nothing of it stays on Odoo's forms and tables (E75), and what is lost is counted beforehand."""
        nick = self._add("Nickname", model='res.partner')
        self._save(self._change('field', nick, place='group:dealflow_contact'), model='res.partner')
        self.partner[nick] = "Daisy"
        self.env.flush_all()
        foreign = self.env['ir.model.fields'].create(
            {
                'model_id': self.env['ir.model']._get_id('res.partner'),
                'name': 'x_foreign',
                'field_description': "Foreign",
                'ttype': 'char',
            }
        )
        admin = self.env['dealflow.removal'].with_user(self.env.ref('base.user_admin'))
        parts = {part.model: part.names for part in admin._get_parts() if part.folder == 'fields'}
        self.assertIn(nick, parts['res.partner'])
        self.assertNotIn('x_foreign', parts['res.partner'])
        with self.env.cr.savepoint(flush=False):
            uninstall_hook(self.env)
            self.assertFalse(self.env['ir.ui.view'].with_context(active_test=False).search([('key', '=', CARD_KEY)]))
            self.assertFalse(self.env['ir.model.fields'].search([('name', '=like', r'x\_dealflow\_%')]))
            self.env.cr.execute(
                "SELECT 1 FROM information_schema.columns WHERE table_name = 'res_partner' AND column_name = %s", [nick]
            )
            self.assertFalse(self.env.cr.fetchall())
            self.assertTrue(foreign.exists())


@tagged('post_install', '-at_install')
class TestRegister(CardCommon):
    """Registers that the company makes for itself (P66)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = (
            cls.env['dealflow.register']
            .with_user(cls.manager)
            .create(
                {
                    'name': "Ways of delivery",
                    'value_ids': [Command.create({'name': "Lorry", 'code': 'lorry'}), Command.create({'name': "Ship"})],
                }
            )
        )
        cls.lorry, cls.ship = cls.register.value_ids

    def test_value_that_is_used(self):
        """A value that a deal has is archived, not deleted, and the error counts the deals; so the register."""
        name = self.cards.add_field('dealflow.deal', "Way of delivery", 'register', {'register_id': self.register.id})[
            'name'
        ]
        deal = self._new_deal(self.rep_north)
        deal[name] = self.lorry
        with self.assertRaisesRegex(UserError, "Way of delivery.*: 1"):
            self.lorry.unlink()
        with self.assertRaisesRegex(UserError, "Way of delivery"):
            self.register.unlink()
        self.lorry.active = False
        self.assertEqual(deal[name], self.lorry)
        domain = self.env['dealflow.deal']._fields[name].domain
        self.assertEqual(self.env['dealflow.register.value'].with_user(self.rep_north).search(domain), self.ship)
        other = self.register.copy({'name': "Other ways"})
        self.assertEqual(len(other.value_ids), 1)
        with self.assertRaisesRegex(UserError, "another register"), self.env.cr.savepoint():
            self.lorry.register_id = other
        self.ship.unlink()
        other.unlink()

    def test_names_and_codes(self):
        with self.assertRaisesRegex(UserError, "already"):
            self.register.create({'name': "ways of DELIVERY"})
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.ship.code = 'lorry'
            self.env.flush_all()

    def test_import_of_values(self):
        """Values are imported with the name of their register; a sales rep changes none."""
        values = self.env['dealflow.register.value'].with_user(self.manager)
        result = values.load(
            ['register_id', 'name', 'code'], [["Ways of delivery", "Train", 'train'], ["Ways of delivery", "Lift", '']]
        )
        self.assertFalse(result['messages'])
        self.assertEqual(self.register.value_ids.sorted('id')[-2:].mapped('name'), ["Train", "Lift"])
        for model in ('dealflow.register', 'dealflow.register.value'):
            self.assertFalse(self.env[model].with_user(self.rep_north).has_access('write'))
            self.assertTrue(self.env[model].with_user(self.rep_north).has_access('read'))

    def test_values_of_another_register(self):
        """A field takes values of its register: imports find them there by name or code, programs cannot pass it."""
        other = self.register.create(
            {
                'name': "Colours",
                'value_ids': [Command.create({'name': "Lorry", 'code': 'red'}), Command.create({'name': "Blue"})],
            }
        )
        options = {'register_id': other.id}
        name = self.cards.add_field('dealflow.deal', "Colour of the van", 'register', options)['name']
        deal = self._new_deal(self.rep_north)
        deals = self.env['dealflow.deal'].with_user(self.manager)
        for word, value in (("Lorry", other.value_ids[0]), ("Blue", other.value_ids[1]), ('red', other.value_ids[0])):
            with self.subTest(word=word):
                result = deals.load(['.id', name], [[str(deal.id), word]])
                self.assertFalse(result['messages'])
                self.assertEqual(deal[name], value)
        with self.assertRaisesRegex(ValidationError, "“Ship” is a value of the register “Ways of delivery”"):
            deal.write({name: self.ship.id})
        with self.assertRaisesRegex(ValidationError, "takes values of “Colours”"):
            self._new_deal(self.rep_north, **{name: self.ship.id})
        with self.assertRaisesRegex(ValidationError, "takes values of “Colours”"):
            deals.with_context(**{f'default_{name}': self.ship.id}).create(
                {'name': "New", 'business_partner_id': self.partner.id}
            )
        # Last: a refused import forgets the changes of the registry, the field of the test included.
        self.assertTrue(deals.load(['.id', name], [[str(deal.id), "Ship"]])['messages'])

    def test_all_cards_take_fields(self):
        for model in get_cards(self.env):
            with self.subTest(model=model):
                field = self.cards.add_field(model, "Delivery by", 'register', {'register_id': self.register.id})
                self.assertIn(field['name'], self.env[model]._fields)

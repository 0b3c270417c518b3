from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.cards.ir_ui_view import CARD_KEY
from ..tools.card_arch import CardArch
from ..tools.own_context import YES
from .common import DealflowCommon


def get_cards(env):
    """Return the models whose cards are arranged."""
    return sorted(env['dealflow.card.arrangement']._get_card_models())


def walk(part):
    yield part
    for child in part['children']:
        yield from walk(child)


class CardCommon(DealflowCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.env['dealflow.card.arrangement'].with_user(cls.manager)

    def setUp(self):
        # After the fields of the test are gone from the database.
        self.addCleanup(self._forget_fields)
        super().setUp()

    def _forget_fields(self):
        self.env.registry.clear_all_caches()
        self.env.registry._setup_models__(self.env.cr, get_cards(self.env))

    def _save(self, *changes, model='dealflow.deal', cards=None):
        cards = self.cards if cards is None else cards
        version = cards.get_card(model)['version']
        self.assertEqual(cards.save(model, list(changes), version), {'version': version + 1})
        return cards.get_card(model)

    def _get_parts(self, model='dealflow.deal', changes=()):
        return {part['key']: part for part in walk(self.cards.preview(model, list(changes))['tree'])}

    def _get_form(self, user=None, model='dealflow.deal', view_type='form', xmlid=None):
        model = self.env[model].with_user(user or self.rep_north)
        view_id = (
            self.env.ref(xmlid or model._dealflow_card_form).id
            if view_type == 'form'
            else (xmlid and self.env.ref(xmlid).id)
        )
        return etree.fromstring(model.get_view(view_id, view_type)['arch'])

    def _get_view(self, model='dealflow.deal'):
        form = self.env.ref(self.env[model]._dealflow_card_form)
        return self.env['ir.ui.view'].search([('key', '=', CARD_KEY), ('inherit_id', '=', form.id)])

    def _change(self, kind, target, **more):
        return {'kind': kind, 'target': target, **more}


@tagged('post_install', '-at_install')
class TestCardArrangement(CardCommon):
    """A person with full access arranges the cards of the CRM for everybody (E12)."""

    # What can be arranged

    def test_every_card_is_read(self):
        """All cards have parts, columns and pages, and no part is there twice."""
        for model in get_cards(self.env):
            with self.subTest(model=model):
                card = self.cards.get_card(model)
                parts = list(walk(card['tree']))
                keys = [part['key'] for part in parts]
                self.assertEqual(len(keys), len(set(keys)))
                self.assertTrue([part for part in parts if part['is_column']])
                self.assertTrue(all(part['label'] for part in parts if part['kind'] in ('field', 'pair', 'page')))
        self.assertEqual(len(get_cards(self.env)), 7)

    def test_every_field_moves_and_odoo_takes_the_form(self):
        """Each part of each card can be put first in another place, and the view that is written says the same."""
        for model in get_cards(self.env):
            card = self.cards.get_card(model)
            parts = list(walk(card['tree']))
            columns = [part['key'] for part in parts if part['is_column']]
            moved = [part['key'] for part in parts if part['kind'] in ('field', 'pair') and not part['is_wide']]
            with self.subTest(model=model):
                changes = [self._change('move', key, place=columns[-1]) for key in moved]
                tree = self._save(*changes, model=model)['tree']
                place = next(part for part in walk(tree) if part['key'] == columns[-1])
                self.assertEqual([part['key'] for part in place['children']][: len(moved)], moved[::-1])
                arrangement = self.cards._get_arrangement(model)
                meant = arrangement._build(arrangement.change_ids._get_data())[0].arch
                form = self.env.ref(self.env[model]._dealflow_card_form).with_context(dealflow_arranged=YES)
                self.assertEqual(self._flatten(form._get_combined_arch()), self._flatten(meant))
                self._save(model=model)
                self.assertFalse(self._get_view(model))

    def _flatten(self, tree):
        return [(node.tag, sorted(node.attrib.items())) for node in tree.iter() if isinstance(node.tag, str)]

    def test_required_is_never_hidden(self):
        """A field that nobody can fill in is not required: the browser would refuse to save, and show nothing (E12)."""
        own = self._change('group', 'own', label="Own", place='sheet')
        into = self._change('move', 'field:priority', place='group:dealflow_own_own')
        require = self._change('require', 'field:priority')
        hide = self._change('hide', 'group:dealflow_own_own')
        some = {**hide, 'domain': "[('amount', '>', 100)]"}
        for changes, expected in (
            ((own, into, require), '1'),
            ((own, into, require, hide), None),
            ((own, into, hide, require), None),
            ((own, into, some, require), 'not (amount > 100)'),
            (
                (own, into, {**require, 'domain': "[('name', '=', 'a')]"}, some),
                "(name == 'a') and not (amount > 100)",
            ),
        ):
            with self.subTest(expected=expected, count=len(changes)):
                self._save(*changes)
                [field] = self._get_form().xpath("//field[@name='priority']")
                self.assertEqual(field.get('required'), expected)

    def test_required_as_shipped_in_a_hidden_group(self):
        """What is required as shipped is not, while the group that it is in is hidden by the company (E12)."""
        card = CardArch(
            etree.fromstring(
                "<form><sheet><group name='a'><field name='x' required='1'/><field name='y' required='z'/></group>"
                "</sheet></form>"
            ),
            {},
        )
        card.hide('group:a', 'u')
        card.get_arch()
        self.assertEqual(card.arch.xpath('//field/@required'), ['not (u)', '(z) and (not (u))'])
        card.hide('group:a')
        card.get_arch()
        self.assertEqual(card.arch.xpath('//field/@required'), ['False', 'False'])

    def test_condition_on_a_guarded_field(self):
        """A field that reps may not read is in no condition: their form would not open (E12)."""
        self.assertTrue(self.env['dealflow.deal']._fields['touch_ids'].groups)
        self.manager.group_ids |= self.env.ref('dealflow.group_marketing')
        with self.assertRaisesRegex(UserError, "some roles may not read"):
            self._save(self._change('hide', 'field:priority', domain="[('touch_ids', '=', False)]"))
        with self.assertRaisesRegex(UserError, "cannot compare"):
            self._save(self._change('hide', 'field:priority', domain="[('tag_ids', '>', 5)]"))

    def test_control_characters(self):
        with self.assertRaisesRegex(UserError, "control character"):
            self._save(self._change('rename', 'field:priority', label="Ur\x01gent"))

    def test_administrators_of_two_languages(self):
        """Each language has its own word, whoever saves last (E12)."""
        self.env['res.lang']._activate_lang('fr_FR')
        rename = {'kind': 'rename', 'target': 'field:priority'}
        self._save({**rename, 'label': "Urgency"})
        french = self.cards.with_context(lang='fr_FR')
        self._save({**rename, 'label': "Urgence"}, cards=french)
        for lang, word in (('en_US', "Urgency"), ('fr_FR', "Urgence")):
            with self.subTest(lang=lang):
                model = self.env['dealflow.deal'].with_user(self.rep_north).with_context(lang=lang)
                form = etree.fromstring(model.get_view(self.env.ref(model._dealflow_card_form).id, 'form')['arch'])
                self.assertEqual(form.xpath("//field[@name='priority']/@string"), [word])

    def test_move_hide_rename_require_lock(self):
        before = self._get_form()
        self._save(
            self._change('move', 'field:priority', place='group:parties', after='field:business_partner_id'),
            self._change('hide', 'pair:next_event_id'),
            self._change('rename', 'field:expected_close_date', label="Signature Planned"),
            self._change('require', 'field:expected_close_date', domain="[('amount', '>', 100)]"),
            self._change('lock', 'field:priority'),
            self._change('hide', 'page:products', domain="[('state', '=', 'lost')]"),
        )
        form = self._get_form()
        names = [node.get('name') for node in form.xpath("//group[@name='parties']/field")]
        self.assertEqual(names[:2], ['business_partner_id', 'priority'])
        [priority] = form.xpath("//field[@name='priority']")
        self.assertEqual(priority.get('readonly'), '1')
        [step] = form.xpath("//div[@name='next_step']")
        [label] = form.xpath("//label[@for='next_event_id']")
        self.assertEqual((step.get('invisible'), label.get('invisible')), ('1', '1'))
        [day] = form.xpath("//field[@name='expected_close_date']")
        self.assertEqual((day.get('string'), day.get('required')), ("Signature Planned", 'amount > 100'))
        [page] = form.xpath("//page[@name='products']")
        self.assertEqual(page.get('invisible'), "state == 'lost'")
        self.assertEqual(len(form.xpath('//field')), len(before.xpath('//field')), "nothing is taken away")

    def test_view_is_readable(self):
        """One inherited view of the form, whose steps name fields and groups."""
        self._save(
            self._change('move', 'field:priority', place='group:parties', after='field:business_partner_id'),
            self._change('rename', 'field:expected_close_date', label="In a Word"),
        )
        view = self._get_view()
        self.assertEqual((view.inherit_id, view.mode), (self.env.ref('dealflow.dealflow_deal_view_form'), 'extension'))
        self.assertEqual(
            ''.join(line.strip() for line in view.arch.splitlines()),
            '<data><field name="business_partner_id" position="after"><field name="priority" position="move"/></field>'
            '<field name="expected_close_date" position="attributes"><attribute name="string">In a Word</attribute>'
            '</field></data>',
        )

    def test_new_page_group_and_known_field(self):
        known = self.cards.get_card('dealflow.deal')['fields'][0]['name']
        self._save(
            self._change('page', 'quality', label="Quality"),
            self._change('group', 'checks', label="Checks", place='page:dealflow_own_quality'),
            self._change('field', known, place='group:dealflow_own_checks'),
            self._change('move', 'field:priority', place='group:dealflow_own_quality_left'),
        )
        form = self._get_form()
        [page] = form.xpath("//notebook/page[@string='Quality']")
        self.assertTrue(page.xpath(f".//group[@string='Checks']/field[@name='{known}']"))
        self.assertTrue(page.xpath(".//group/field[@name='priority']"))

    def test_label_is_translated(self):
        """The label is a term of the view; what is saved again keeps its translations."""
        self.env['res.lang']._activate_lang('pl_PL')
        change = self._change('rename', 'field:expected_close_date', label="In a Word")
        self._save(change)
        line = self.env['dealflow.card.arrangement'].search([('model_name', '=', 'dealflow.deal')]).change_ids
        line.update_field_translations('label', {'pl_PL': "Jednym słowem"})
        self._save(change, self._change('hide', 'field:priority'))
        deals = self.env['dealflow.deal'].with_user(self.rep_north).with_context(lang='pl_PL')
        form = deals.get_view(self.env.ref(deals._dealflow_card_form).id, 'form')['arch']
        [node] = etree.fromstring(form).xpath("//field[@name='expected_close_date']")
        self.assertEqual(node.get('string'), "Jednym słowem")

    def test_roles(self):
        """A part for some roles only: others do not get it, and the editor shows who does not."""
        head = self.env.ref('dealflow.group_user_team')
        change = self._change('restrict', 'page:products', groups=head.ids)
        unseen = self._get_parts(changes=[change])['page:products']['unseen_by']
        viewer, manager = self.env.ref('dealflow.group_viewer'), self.env.ref('dealflow.group_manager')
        self.assertIn(viewer.id, unseen)
        self.assertNotIn(manager.id, unseen)
        self._save(change)
        self.assertFalse(self._get_form(self.rep_north).xpath("//page[@name='products']"))
        self.assertTrue(self._get_form(self.manager).xpath("//page[@name='products']"))

    # Rights

    def test_only_full_access_arranges(self):
        for user in (self.rep_north, self.head_north, self.viewer):
            cards = self.env['dealflow.card.arrangement'].with_user(user)
            for call in (
                lambda cards=cards: cards.get_card('dealflow.deal'),
                lambda cards=cards: cards.preview('dealflow.deal', []),
                lambda cards=cards: cards.save('dealflow.deal', [], 0),
                lambda cards=cards: cards.add_field('dealflow.deal', "Colour", 'text'),
                lambda cards=cards: cards.delete_field('dealflow.deal', 'x_dealflow_colour'),
            ):
                with self.subTest(user=user.login), self.assertRaisesRegex(AccessError, "Full access"):
                    call()
        for model in ('dealflow.card.arrangement', 'dealflow.card.change', 'dealflow.card.log'):
            for operation in ('create', 'write', 'unlink'):
                self.assertFalse(self.env[model].with_user(self.manager).has_access(operation), (model, operation))

    def test_others_see_the_shipped_form(self):
        """Whoever has no role in Dealflow gets Odoo's form of contacts as Odoo ships it, whatever the client says."""
        outsider = new_test_user(self.env, 'card_outsider', groups='base.group_user,base.group_partner_manager')
        before = self._get_form(outsider, 'res.partner')
        self._save(self._change('rename', 'field:website', label="Home Page"), model='res.partner')
        for context in ({}, {'dealflow_arranged': True}):
            model = self.env['res.partner'].with_user(outsider).with_context(**context)
            form = model.get_view(self.env.ref('base.view_partner_form').id, 'form')['arch']
            self.assertEqual(etree.tostring(etree.fromstring(form)), etree.tostring(before))
        [website] = self._get_form(self.rep_north, 'res.partner').xpath("//group/field[@name='website']")
        self.assertEqual(website.get('string'), "Home Page")
        plain = self.env['ir.ui.view'].browse(self.env.ref('base.view_partner_form').id).get_combined_arch()
        self.assertNotIn("Home Page", plain)

    def test_client_sends_no_view(self):
        """Neither an expression, nor an attribute, nor a foreign group comes through."""
        bad = [
            (self._change('hide', 'field:priority', domain='__import__("os")'), "cannot be understood"),
            (self._change('hide', 'field:priority', domain="[('user_id.login', '=', 'a')]"), "own fields only"),
            (self._change('hide', 'field:priority', domain="[('name', 'ilike', 'a')]"), "cannot compare"),
            (self._change('hide', 'field:priority', domain="[('expected_close_date', '<', 'today')]"), "relative"),
            (self._change('restrict', 'field:priority', groups=self.env.ref('base.group_system').ids), "Dealflow only"),
            (self._change('page', "a' or '1", label="A"), "no name for a part"),
            (self._change('group', 'a b', label="A", place='sheet'), "no name for a part"),
            (self._change('rename', 'field:priority', label="A" * 61), "too long"),
            (self._change('rename', 'field:priority', label=" "), "Give the part a name"),
            (self._change('field', 'message_ids', place='group:parties'), "cannot be put on a card"),
            (self._change('field', 'nothing', place='group:parties'), "cannot be put on a card"),
            (self._change('move', 'field:gone', place='group:parties'), "not on the card"),
            (self._change('move', 'field:priority', place='page:products'), "cannot be put into"),
            (self._change('move', 'group:main', place='group:parties'), "itself"),
            ({'kind': 'xpath', 'target': 'field:priority'}, "cannot be"),
            ({'kind': 'hide', 'target': 'field:priority', 'arch': '<form/>'}, "no key"),
        ]
        for change, words in bad:
            with self.subTest(change=change), self.assertRaisesRegex(UserError, words):
                self._save(change)
        self.assertFalse(self._get_view())
        label = '"><button name="unlink" type="object"/>'
        self._save(self._change('rename', 'field:priority', label=label))
        [node] = self._get_form().xpath("//field[@name='priority']")
        self.assertEqual(node.get('string'), label)
        self.assertFalse(self._get_form().xpath("//button[@name='unlink']"))
        with self.assertRaisesRegex(UserError, "no card"):
            self.cards.get_card('res.users')

    def test_what_is_needed_stays(self):
        """A field without which nothing is saved is neither hidden, nor locked, nor kept from a role."""
        for change in (
            self._change('hide', 'block:title'),
            self._change('hide', 'field:name'),
            self._change('lock', 'field:name'),
            self._change('restrict', 'field:name', groups=self.env.ref('dealflow.group_manager').ids),
        ):
            with self.subTest(change=change), self.assertRaisesRegex(UserError, "has to stay"):
                self._save(change)
        self._save(self._change('hide', 'field:stage_id'))
        self.assertEqual(self._get_form().xpath("//group//field[@name='stage_id']/@invisible"), ['1'])
        self.assertEqual(self._get_form().xpath("//header/field[@name='stage_id']/@invisible"), ["state == 'lost'"])

    def test_condition_on_a_field_one_may_not_read(self):
        with self.assertRaisesRegex(UserError, "may not read"):
            self._save(
                self._change('hide', 'field:website', domain="[('signup_token', '!=', False)]"), model='res.partner'
            )

    # Two administrators, undo, history

    def test_second_administrator_is_told(self):
        other = new_test_user(self.env, 'card_other', groups='dealflow.group_manager', name="Olga Other")
        version = self.cards.get_card('dealflow.deal')['version']
        self._save(self._change('hide', 'field:priority'), cards=self.cards.with_user(other))
        with self.assertRaisesRegex(UserError, "Olga Other has arranged this card"):
            self.cards.save('dealflow.deal', [self._change('lock', 'field:priority')], version)
        self.assertEqual(self._get_form().xpath("//field[@name='priority']")[0].get('invisible'), '1')

    def test_back_to_what_is_shipped_and_log(self):
        before = etree.tostring(self._get_form())
        self._save(self._change('hide', 'field:priority'))
        self.assertNotEqual(etree.tostring(self._get_form()), before)
        card = self._save()
        self.assertEqual(etree.tostring(self._get_form()), before)
        self.assertEqual([row['kind'] for row in card['log']], ["Back to what is shipped", "Arranged"])
        self.assertEqual(card['log'][0]['user'], self.manager.name)
        self.assertIn("Priority", card['log'][1]['summary'])

    # Updates

    def test_update_that_takes_a_part_away(self):
        """What no longer fits is switched off alone, somebody is told, and the form opens at every moment."""
        self._save(
            self._change('rename', 'field:expected_close_date', label="In a Word"),
            self._change('hide', 'field:priority'),
            self._change('move', 'field:tag_ids', place='group:parties', after='field:user_id'),
        )
        shipped = self.env.ref('dealflow.dealflow_deal_view_form')
        arch = shipped.arch_db
        tree = etree.fromstring(arch)
        [node] = tree.xpath("//field[@name='expected_close_date']")
        node.getparent().remove(node)
        # As the update writes it: Odoo checks the form with all views that inherit from it.
        shipped.with_context(lang=None).arch_db = etree.tostring(tree, encoding='unicode')
        form = self._get_form()
        self.assertEqual(form.xpath("//field[@name='priority']")[0].get('invisible'), '1')
        self.assertTrue(form.xpath("//group[@name='parties']/field[@name='tag_ids']"))
        self.env['ir.ui.view']._validate_custom_views('dealflow.deal')
        card = self.cards.get_card('dealflow.deal')
        self.assertEqual([problem['index'] for problem in card['problems']], [0])
        arrangement = self.env['dealflow.card.arrangement'].search([('model_name', '=', 'dealflow.deal')])
        self.assertEqual(arrangement.activity_ids.user_id, self.manager)
        self.assertIn("not on the card", arrangement.activity_ids.note)
        self.assertNotIn('expected_close_date', self._get_view().arch)
        self.env['ir.ui.view']._validate_custom_views('dealflow.deal')
        self.assertEqual(len(arrangement.activity_ids), 1, "told once")
        # The rest can be saved, and the part comes back with its change.
        self._save(*card['changes'])
        shipped.with_context(lang=None).arch_db = arch
        self.env['ir.ui.view']._validate_custom_views('dealflow.deal')
        self.assertFalse(self.cards.get_card('dealflow.deal')['problems'])
        self.assertEqual(self._get_form().xpath("//field[@name='expected_close_date']")[0].get('string'), "In a Word")

    def test_stock_views_are_not_slower(self):
        """A form that nobody arranged costs no query more than it did."""
        partner_form = self.env.ref('base.view_partner_form')
        self.env.registry.clear_cache('templates')
        model = self.env['res.partner'].with_user(self.rep_north)
        model.get_view(partner_form.id, 'form')
        with self.assertQueryCount(0):
            model.get_view(partner_form.id, 'form')

    def test_entry_in_the_gear(self):
        """The entry stands in the gear of each form, for full access only (E12)."""
        manager = self.env.ref('dealflow.group_manager')
        for model in get_cards(self.env):
            with self.subTest(model=model):
                entries = self.env['ir.actions.actions'].get_bindings(model)['action']
                [entry] = [one for one in entries if one['name'] == "Arrange This Card"]
                self.assertEqual(entry['binding_view_types'], 'form')
                self.assertEqual(self.env['ir.actions.server'].browse(entry['id']).group_ids, manager)
                action = self.env['ir.actions.server'].browse(entry['id']).with_context(active_model=model)
                answer = action.with_user(self.manager).run()
                self.assertEqual((answer['tag'], answer['params']), ('dealflow.card_editor', {'model': model}))

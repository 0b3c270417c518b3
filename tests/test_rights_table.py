import re
from pathlib import Path

from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user, tagged

PAGE = Path(__file__).parents[1] / 'docs' / 'administrator.md'
BEGIN, END = '<!-- rights: made by tests/test_rights_table.py -->\n', '<!-- end of rights -->\n'

RIGHTS = {
    'Viewer': 'dealflow.group_viewer',
    'own deals': 'dealflow.group_user_own',
    'of the team': 'dealflow.group_user_team',
    'all deals': 'dealflow.group_user',
    'Full access': 'dealflow.group_manager',
    'requisites': 'dealflow.group_requisites_confirmer',
    'receipts plan': 'dealflow.group_receipts',
    'marketing': 'dealflow.group_marketing',
    "Odoo's invoices": 'account.group_account_invoice',
}
SCREENS = {
    'Deals': 'dealflow.deal',
    'products': 'dealflow.deal.line',
    'history of the deal': 'dealflow.deal.log',
    'competitors of the deal': 'dealflow.deal.competitor',
    'Receipts': 'dealflow.receipt',
    'changes of dates': 'dealflow.receipt.postponement',
    'Opportunities': 'crm.lead',
    'Orders': 'sale.order',
    'Partners, contacts, legal entities': 'res.partner',
    'bank accounts': 'res.partner.bank',
    'links of entities': 'dealflow.entity.link',
    'more phones': 'dealflow.partner.phone',
    'messengers': 'dealflow.messenger',
    'persons of opportunities': 'dealflow.lead.person',
    'linked records': 'dealflow.record.link',
    'requisites log': 'dealflow.requisite.log',
    'Probable groups': 'dealflow.partner.match',
    'Contracts': 'dealflow.contract',
    'History of a client': 'dealflow.history',
    'Meeting sheets': 'dealflow.meeting.sheet',
    'Events': 'calendar.event',
    'Calls': 'dealflow.call',
    'Calling rounds': 'dealflow.call.round',
    'Telephony providers': 'dealflow.telephony.provider',
    'Competitors': 'dealflow.competitor',
    'Claims': 'dealflow.claim',
    'Marketing events': 'dealflow.marketing.event',
    'costs': 'dealflow.marketing.cost',
    'participants': 'dealflow.marketing.participant',
    'consents': 'dealflow.consent',
    'materials': 'dealflow.marketing.material',
    'Automation rules': 'dealflow.rule',
    'what rules did': 'dealflow.rule.run',
    'webhook calls': 'dealflow.rule.call',
    'Processes': 'dealflow.process.template',
    'started processes': 'dealflow.process',
    'their steps': 'dealflow.process.entry',
    'Targets': 'dealflow.target',
    'Conversion targets': 'dealflow.conversion.target',
    'Conversion of opportunities': 'dealflow.conversion.report',
    'Analysis of deals': 'dealflow.deal.report',
    'Products by segments': 'dealflow.product.report',
    'Clients won and lost': 'dealflow.client.flow.report',
    'Analysis of calls': 'dealflow.call.report',
    'Calls per won deal': 'dealflow.call.deal.report',
    'Time to the first call': 'dealflow.call.response.report',
    'Analysis of competitors': 'dealflow.competitor.report',
    'Analysis of receipts': 'dealflow.receipt.report',
    'Analysis of marketing': 'dealflow.marketing.report',
    'Funnels and stages': 'dealflow.stage',
    'Registers': 'dealflow.event.type',
}
MODES = {'read': 'r', 'write': 'w', 'create': 'c', 'unlink': 'd'}


# Reports that apply the record rules of the models they read.
BORROWED = {'dealflow.competitor.report': 'dealflow.deal.competitor', 'dealflow.receipt.report': 'dealflow.receipt'}


def get_cell(env, user, model):
    """Return the operations that a user may do on a model and the scope of rows, by access rights and record rules."""
    records = env[model].with_user(user)
    scopes = {}
    for mode, letter in MODES.items():
        if not records.has_access(mode) or not records._auto and mode != 'read':
            continue
        scope = get_scope(env['ir.rule'].with_user(user)._compute_domain(BORROWED.get(model, model), mode))
        if scope != 'none':
            scopes.setdefault(scope, []).append(letter)
    return '; '.join(f"{''.join(letters)} {scope}".strip() for scope, letters in scopes.items()) or '–'


def get_scope(domain):
    """Return the scope of a rule domain: ``own``, ``team``, ``none``, or an empty string for all rows."""

    def without(domain, words):
        def drop(condition):
            if isinstance(condition.value, Domain):
                return Domain.FALSE if without(condition.value, words).is_false() else condition
            return Domain.FALSE if re.search(words, str(condition)) else condition

        return domain.map_conditions(drop)

    if domain.is_false():
        return 'none'
    personal = r'is_own|create_uid|co_executor_ids|rang_user_ids|\buser_ids?\b'
    of_team = r'is_of_team|member_ids|team_id'
    if without(domain, rf'^(?!.*({of_team})).*({personal})').is_false():
        return 'own'
    return 'team' if without(domain, f'{personal}|{of_team}').is_false() else ''


def make_table(env, users):
    head = ['screen', *RIGHTS]
    rows = [head, ['---'] * len(head)]
    rows += [[screen, *(get_cell(env, users[right], model) for right in RIGHTS)] for screen, model in SCREENS.items()]
    return ''.join(f"| {' | '.join(row)} |\n" for row in rows)


@tagged('post_install', '-at_install')
class TestRightsTable(TransactionCase):
    """The documentation for administrators lists who may do what on which screen, as the access rules say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            right: new_test_user(cls.env, f'test_right_{number}', groups=f'base.group_user,{group}')
            for number, (right, group) in enumerate(RIGHTS.items())
        }

    def test_table_is_that_of_the_rules(self):
        table = make_table(self.env, self.users)
        _before, _begin, rest = PAGE.read_text().partition(BEGIN)
        told = rest.partition(END)[0]
        self.assertEqual(told, table, f"put this table into docs/administrator.md:\n{table}")

    def test_rules_that_change_are_noticed(self):
        before = make_table(self.env, self.users)
        self.env.ref('dealflow.dealflow_deal_rule_own').domain_force = "[(1, '=', 1)]"
        self.assertNotEqual(make_table(self.env, self.users), before)
        self.env.ref('dealflow.dealflow_deal_rule_own').domain_force = "[('is_own', '=', True)]"
        self.assertEqual(make_table(self.env, self.users), before)
        self.env.ref('dealflow.access_dealflow_deal_user').perm_create = False
        self.assertNotEqual(make_table(self.env, self.users), before)

    def test_every_model_with_a_menu_is_on_a_screen(self):
        """Each model with a menu needs a row in the table; lists of words share one row."""
        root = self.env.ref('dealflow.menu_dealflow_root')
        registers = self.env.ref('dealflow.menu_configuration')
        menus = (
            self.env['ir.ui.menu']
            .with_context(**{'ir.ui.menu.full_list': True})
            .search([('id', 'child_of', root.ids), '!', ('id', 'child_of', registers.ids)])
        )
        actions = [menu.action for menu in menus if menu.action]
        shown = {action.res_model for action in actions if action._name == 'ir.actions.act_window'}
        told = set(SCREENS.values()) | {
            # Events follow Odoo's calendar rules; reports follow the rules of the models they read.
            'calendar.event',
            'dealflow.receipt.day',
            # Of the price form: own offers, those of the team, all.
            'dealflow.offer',
            'dealflow.competitor.product.report',
            'dealflow.product.pair.report',
            'dealflow.target.report',
            'dealflow.marketing.event.kind',
            'dealflow.meeting.technique',
        }
        self.assertEqual(sorted(shown - told), [])

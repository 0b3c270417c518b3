import csv
import json
import os
from pathlib import Path

from odoo.tests import tagged

from .screens_common import PressedScreensCommon
from .test_screens_by_role import FAULTS_OF_ODOO
from .web_robot import WebRobot

# Odoo screens that we extend.
EXTENDED = (
    'base.action_partner_form',
    'crm.crm_lead_action_pipeline',
    'crm.crm_lead_opportunities',
    'calendar.action_calendar_event',
    'sale.action_quotations_with_onboarding',
    'sale.action_orders',
    'account.action_move_out_invoice_type',
    'mass_mailing.mailing_mailing_action_mail',
)
WALKING = (
    'viewer',
    'rep',
    'head',
    'manager',
    'accountant',
    'marketer',
    'salesperson of Odoo',
    'administrator',
)
# Values that a dialog needs although its fields are not required.
FILLINGS = {
    'dealflow.deal.split': {'line_ids': None},
    'dealflow.marketing.material': {'url': 'https://example.com/leaflet'},
    'dealflow.marketing.participant.import': {'text': "Zoe <zoe@example.com>"},
    'dealflow.record.link': {'url': 'https://example.com/leaflet'},
    'dealflow.requisites.confirm': {'is_compared': True},
}
EXTENDED_MODELS = {'res.partner', 'crm.lead', 'calendar.event', 'sale.order', 'account.move', 'mailing.mailing'}
LIST = Path(__file__).with_name('screens_not_pressed.csv')


@tagged('post_install', '-at_install')
class TestScreensPressed(PressedScreensCommon):
    """Everything that a screen offers works, or is refused with a message that says why (rule 7)."""

    def _get_actions(self, person):
        shown = self.env['ir.ui.menu'].with_user(person).load_menus(False)
        root, actions = self.env.ref('dealflow.menu_dealflow_root').id, {}
        extended = {self.env.ref(name).id for name in EXTENDED}
        for menu in shown.values():
            if menu.get('action_id') and (menu['app_id'] == root or menu['action_id'] in extended):
                actions.setdefault(menu['action_id'], menu['name'])
        return [(name, action_id) for action_id, name in actions.items()]

    def _walk(self, role):
        """Press everything offered to a user, and compare what was not pressed with the stored list."""
        person = self.people[role]
        # Clear the cache, so that values computed for the previous user hide no missing access.
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        companies = person.company_id | person.company_ids
        context = {'lang': 'en_US', 'tz': 'Europe/Sofia', 'uid': person.id, 'allowed_company_ids': companies.ids}
        robot = WebRobot(self.env(user=person, context=context), FAULTS_OF_ODOO, FILLINGS)
        robot.walk(lambda name: name in EXTENDED_MODELS or name.startswith('dealflow.'), self._get_actions(person))
        self._tell(role, robot)
        self.assertEqual(robot.faults, [])
        self.assertGreater(len(robot.pressed), 20)
        expected = {key for key, roles in self._read_list().items() if role in roles}
        found = {key: robot.refused.get(key, "on no record") for key in robot.offered if key not in robot.pressed}
        unknown = {key: words for key, words in found.items() if key not in expected}
        self.assertEqual(unknown, {}, f"offered and not pressed: mend it, or add it to {LIST.name} with the reason")
        self.assertEqual(
            sorted(expected - found.keys()), [], f"pressed, or no longer offered: take it out of {LIST.name}"
        )

    def _tell(self, role, robot):
        folder = os.environ.get('DEALFLOW_ROBOT')
        if folder:
            told = {
                'faults': robot.faults,
                'pressed': sorted(robot.pressed),
                'not pressed': {
                    ' | '.join(key): robot.refused.get(key, '') for key in robot.offered if key not in robot.pressed
                },
            }
            Path(folder, f'{role}.json').write_text(json.dumps(told, indent=1))

    def _read_list(self):
        with LIST.open(newline='') as lines:
            rows = list(csv.DictReader(lines, delimiter=';'))
        self.assertEqual([row for row in rows if not row['reason']], [])
        return {
            (row['screen'], row['button']): WALKING if row['roles'] == 'all' else row['roles'].split(', ')
            for row in rows
        }

    def test_viewer(self):
        self._walk('viewer')

    def test_rep(self):
        self._walk('rep')

    def test_head(self):
        self._walk('head')

    def test_manager(self):
        self._walk('manager')

    def test_accountant(self):
        self._walk('accountant')

    def test_marketer(self):
        self._walk('marketer')

    def test_salesperson_of_odoo(self):
        self._walk('salesperson of Odoo')

    def test_administrator(self):
        self._walk('administrator')

import ast
from pathlib import Path

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.dealflow.tools.own_context import YES, Own, get_own

from .common import DealflowCommon

MODULE = Path(__file__).parents[1]
FOLDERS = ('models', 'wizards', 'reports', 'controllers')
# Context keys that any user may pass over RPC, and their effects. None of them weakens a check.
HARMLESS = {
    'dealflow_attribution': "shows figures by first or last touch",
    'dealflow_columns': "shows a list with the columns that the person has chosen; what may be read is asked again",
    'dealflow_go_back': "leads back to the screen from which an event was finished",
    'dealflow_automatic_email': "leaves a waiting claim as it is and sets off no rule, where an answer would",
    'dealflow_new_event': "proposes the type of a new event",
    'dealflow_link_card': "says from which of its two cards a link is looked at; what is shown is asked again",
    'dealflow_own_clients': "proposes the person as the salesperson of a new client, as a default does",
    'dealflow_seen_fingerprint': "refuses a confirmation when the requisites have changed since they were read",
    'dealflow_show_funnel': "adds the funnel to the names of stages",
}
# Reads whose key is not a literal: defaults of fields, which are checked like any other value.
BY_VARIABLE = {("models/events/calendar_event.py", "f'default_{name}'")}
# Keys that one of our methods sets for another, with a value that RPC cannot carry.
OWN = {
    'dealflow_arranged',
    'dealflow_card_strict',
    'dealflow_explained',
    'dealflow_histories',
    'dealflow_working_time',
    'dealflow_losing',
    'dealflow_history_rows',
    'dealflow_register',
    'dealflow_keeps_contact',
}


def get_read_keys(tree):
    """Return the context keys that a source reads, and those that it reads through ``get_own``."""
    passed, own = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            source = ast.unparse(node.func.value)
            # The context may have another variable name; ``vals`` is no context.
            is_read = source.endswith('context') or _is_ours(node.args[0]) and source != 'vals'
            if node.func.attr in ('get', 'pop', 'setdefault') and is_read:
                passed.add(node.args[0])
            if node.func.attr == 'depends_context':
                passed.update(node.args)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 'get_own':
            own.add(node.args[1])
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if ast.unparse(node.value).endswith('context'):
                passed.add(node.slice)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            if ast.unparse(node.comparators[0]).endswith('context'):
                passed.add(node.left)
    return passed, own


def _is_ours(node):
    return isinstance(node, ast.Constant) and str(node.value).startswith('dealflow_')


@tagged('post_install', '-at_install')
class TestContextKeys(BaseCase):
    """No context key gives extra rights, because callers may pass whatever they like."""

    def _get_keys(self):
        for folder in FOLDERS:
            for path in sorted((MODULE / folder).rglob('*.py')):
                name = path.relative_to(MODULE).as_posix()
                yield name, *get_read_keys(ast.parse(path.read_text()))

    def test_every_key_of_ours_is_known_to_be_harmless(self):
        found = {node.value for _name, passed, _own in self._get_keys() for node in passed if _is_ours(node)}
        self.assertEqual(found, set(HARMLESS))

    def test_no_key_is_read_by_a_name_that_the_test_cannot_see(self):
        hidden = {
            (name, ast.unparse(node))
            for name, passed, own in self._get_keys()
            for node in passed | own
            if not isinstance(node, ast.Constant)
        }
        self.assertEqual(hidden, BY_VARIABLE)

    def test_what_methods_leave_for_one_another_is_no_value_that_rpc_carries(self):
        found = {node.value for _name, _passed, own in self._get_keys() for node in own}
        self.assertEqual(found, OWN)

    def test_a_new_key_is_found(self):
        for source in (
            "self.env.context.get('dealflow_x')",
            "context = self.env.context\ncontext['dealflow_x']",
            "'dealflow_x' in self.env.context",
            "given.get('dealflow_x')",
        ):
            [node] = get_read_keys(ast.parse(source))[0]
            self.assertEqual(node.value, 'dealflow_x')


@tagged('post_install', '-at_install')
class TestContextOpensNothing(DealflowCommon):
    def test_only_code_says_that_a_move_is_explained(self):
        for given in (True, 1, "yes", {'value': True}, [True]):
            self.assertIsNone(get_own(self.env(context={'dealflow_explained': given}), 'dealflow_explained'))
        self.assertTrue(get_own(self.env(context={'dealflow_explained': YES}), 'dealflow_explained'))
        self.assertEqual(get_own(self.env(context={'x': Own(5)}), 'x'), 5)

    def test_explanation_of_an_earlier_move_does_not_serve_the_next(self):
        """The move comment of an earlier write does not serve a later automatic change, whatever the caller passes."""
        deal = self._new_deal(user_id=self.rep_north.id)
        deal.write({'stage_id': self.stage_offer.id, 'move_comment': "Sent", 'short_status': "offer sent"})
        self.env.flush_all()
        for context in ({}, {'dealflow_explained': True}, {'dealflow_explained': 1}):
            with self.subTest(context=context):
                stage = deal.stage_id.with_user(self.manager).with_context(**context)
                with self.assertRaisesRegex(ValidationError, "Comment on the Move"), self.env.cr.savepoint():
                    stage.is_won = True
                    # Reading the deal next computes its state, in the context of the caller.
                    deal.with_env(stage.env).mapped('state')
                self.env.invalidate_all()
        self.assertEqual(deal.state, 'open')

    def test_history_comes_by_import_only(self):
        told = {'dealflow_histories': {'X1': [[0, 0, {'stage_to_id': self.stage_offer.id, 'date': '2020-01-01'}]]}}
        deal = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .with_context(**told)
            .create({'name': "Chairs", 'business_partner_id': self.partner.id})
        )
        self.assertEqual(len(deal.log_ids), 1)
        self.assertEqual(fields.Date.to_date(deal.log_ids.date), fields.Date.to_date(deal.create_date))
        with self.assertRaises(ValidationError):
            deal.with_context(**told, dealflow_explained=True).write({'stage_id': self.stage_offer.id})

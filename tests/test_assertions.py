import ast
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

MODULE = Path(__file__).parents[1]
FOLDERS = ('tests', 'scripts/tests', 'scripts/guests', 'docs')
# What a test calls to check something: the methods of unittest, of Odoo and of pytest.
CHECKS = re.compile(r'^(assert|fail$|raises$|start_tour$|browser_js$)')
# Objects that are true even when they hold nothing.
LAZY = {'enumerate', 'filter', 'iter', 'map', 'reversed', 'zip'}
# Methods whose name without parentheses is true.
METHODS = {'exists', 'filtered', 'has_access', 'has_group', 'is_dir', 'is_file', 'mapped', 'search', 'startswith'}
# Methods of models whose answer is never None.
RECORDS = {'browse', 'create', 'filtered', 'search', 'sudo', 'with_user'}
JS_TEST = re.compile(r'^test\("(?P<name>.*?)",.*?^\}\);$', re.MULTILINE | re.DOTALL)


def get_name(call):
    """Return the name of what is called, without what stands before its dot."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, 'id', '')


def is_helper(call):
    """Return whether the call is one of a function or of a method of the test itself, not of a record."""
    if isinstance(call.func, ast.Attribute):
        owner = call.func.value
        return isinstance(owner, ast.Name) and owner.id in ('self', 'cls') or isinstance(owner, ast.Call)
    return isinstance(call.func, ast.Name)


def read_function(function):
    """Return whether a function checks something itself, and the names of the helpers that it calls."""
    helpers, is_checking = set(), False
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            is_checking = is_checking or bool(CHECKS.match(get_name(node)))
            if is_helper(node):
                helpers.add(get_name(node))
        elif isinstance(node, ast.Assert):
            is_checking = True
    return is_checking, helpers


def is_always_true(node):
    """Return whether a value is true whatever the code under test does."""
    return (
        isinstance(node, ast.Constant | ast.Lambda | ast.GeneratorExp)
        or isinstance(node, ast.Tuple | ast.List | ast.Set)
        and bool(node.elts)
        or isinstance(node, ast.Dict)
        and bool(node.keys)
        or isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in LAZY
        or isinstance(node, ast.Attribute)
        and node.attr in METHODS
        or isinstance(node, ast.BoolOp)
        and isinstance(node.op, ast.Or)
        and any(is_always_true(value) for value in node.values)
        or isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.LtE | ast.GtE | ast.Is)
        and ast.dump(node.left) == ast.dump(node.comparators[0])
        and not any(isinstance(part, ast.Call) for part in ast.walk(node))
    )


def says_nothing(node):
    """Return whether an assertion holds whatever the code under test does."""
    if isinstance(node, ast.Assert):
        return is_always_true(node.test)
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name, (first, *others) = get_name(node), node.args
    if name == 'assertTrue':
        # A second value is a message; a number or a list there was meant to be compared.
        return is_always_true(first) or bool(others) and not isinstance(getattr(others[0], 'value', ''), str | ast.AST)
    if name == 'assertIsNotNone':
        return is_always_true(first) or isinstance(first, ast.Call) and get_name(first) in RECORDS
    if name in ('assertEqual', 'assertIs', 'assertLessEqual', 'assertGreaterEqual') and others:
        is_length = isinstance(first, ast.Call) and get_name(first) == 'len'
        return is_always_true(ast.Compare(first, [ast.Eq()], others[:1])) or (
            name == 'assertGreaterEqual' and is_length and getattr(others[0], 'value', None) == 0
        )
    return False


def get_empty_tests(trees):
    """Return the names of tests that check nothing, in sources by their names, with helpers from all of them."""
    functions = [
        (source, node.name, *read_function(node))
        for source, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    checking = {name for _source, name, is_checking, _helpers in functions if is_checking}
    while found := {name for _source, name, _is_checking, helpers in functions if helpers & checking} - checking:
        checking |= found
    return [
        f'{source}: {name}'
        for source, name, is_checking, helpers in functions
        if name.startswith('test_') and not is_checking and not helpers & checking
    ]


def get_empty_assertions(trees):
    """Return the assertions that cannot fail, in sources by their names."""
    return [
        f'{source}:{node.lineno}: {ast.unparse(node)}'
        for source, tree in trees.items()
        for node in ast.walk(tree)
        if says_nothing(node)
    ]


@tagged('post_install', '-at_install')
class TestAssertions(BaseCase):
    """Every test checks something that could be otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trees = {
            str(path.relative_to(MODULE)): ast.parse(path.read_text())
            for folder in FOLDERS
            for path in sorted((MODULE / folder).rglob('*.py'))
            if 'tests' in path.relative_to(MODULE).parts
        }

    def test_every_test_checks_something(self):
        self.assertEqual(get_empty_tests(self.trees), [])

    def test_no_assertion_holds_always(self):
        self.assertEqual(get_empty_assertions(self.trees), [])

    def test_names_say_what_is_checked(self):
        numbered = [
            f'{source}: {node.name}'
            for source, tree in self.trees.items()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and re.match(r'test_?\d*($|_\d)|test_\w+_\d+$', node.name)
        ]
        self.assertEqual(numbered, [])

    def test_every_test_of_a_component_checks_something(self):
        found = []
        for path in sorted((MODULE / 'static' / 'tests').glob('*.test.js')):
            tests = list(JS_TEST.finditer(path.read_text()))
            self.assertTrue(tests, path.name)
            found += [f'{path.name}: {test["name"]}' for test in tests if 'expect' not in test.group()]
        self.assertEqual(found, [])

    def test_what_checks_nothing_is_noticed(self):
        trees = {
            'probe': ast.parse(
                "def test_empty(self): self.record.write({})\n"
                "def test_of_a_record(self): self.record.helper()\n"
                "def test_by_a_helper(self): self.helper()\n"
                "def helper(self): self.assertIn(1, self.rows)\n"
            )
        }
        self.assertEqual(get_empty_tests(trees), ['probe: test_empty', 'probe: test_of_a_record'])
        for assertion in (
            'self.assertTrue("found")',
            'self.assertTrue([deal])',
            'self.assertTrue(deal.exists)',
            'self.assertTrue(filter(None, deals))',
            'self.assertTrue(deal or True)',
            'self.assertTrue(count, 5)',
            'self.assertEqual(deal.name, deal.name)',
            'self.assertTrue(deal == deal)',
            'self.assertGreaterEqual(len(deals), 0)',
            'self.assertIsNotNone(self.env["dealflow.deal"].search([]))',
            'assert (deal, "is there")',
        ):
            with self.subTest(assertion=assertion):
                self.assertEqual(len(get_empty_assertions({'probe': ast.parse(assertion)})), 1)
        for assertion in (
            'self.assertTrue(deal.exists())',
            'self.assertTrue(deals, name)',
            'self.assertTrue(deals, f"{name} is missing")',
            'self.assertTrue(any(deal.ids for deal in deals))',
            'self.assertEqual(deal.name, other.name)',
            'assert deal == other, "they are one"',
        ):
            with self.subTest(assertion=assertion):
                self.assertEqual(get_empty_assertions({'probe': ast.parse(assertion)}), [])

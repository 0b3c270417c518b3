import ast
from pathlib import Path

from odoo.tests import BaseCase, tagged

MODULE = Path(__file__).parents[1]
MODELS = MODULE / 'models'
ROOMS = [
    'base',
    'filters',
    'partners',
    'deals',
    'receipts',
    'events',
    'competitors',
    'claims',
    'marketing',
    'telephony',
    'pricing',
    'overview',
    'requests',
    'automation',
    'processes',
    'search',
    'cards',
    'links',
]


def get_classes(path):
    """Return the classes of a file: the model that each defines or extends, and whether it defines it.

    :rtype: list[tuple[str, bool]]
    """
    found = []
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.ClassDef):
            continue
        attributes = {
            statement.targets[0].id: ast.literal_eval(statement.value)
            for statement in node.body
            if isinstance(statement, ast.Assign) and statement.targets[0].id in ('_name', '_inherit')
        }
        inherited = attributes.get('_inherit', [])
        name = attributes.get('_name') or inherited
        found.append((name, name not in ([inherited] if isinstance(inherited, str) else inherited)))
    return found


def get_imports(path):
    """Return our own modules that a file imports, relative ones with leading dots."""
    return [
        '.' * node.level + (node.module or '')
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.level or 'dealflow' in (node.module or ''))
    ]


@tagged('post_install', '-at_install')
class TestLayout(BaseCase):
    """Files are where a newcomer expects them, and no folder depends on one that builds on it."""

    def _get_model_files(self):
        return [path for path in sorted(MODELS.rglob('*.py')) if path.name != '__init__.py']

    def test_files_are_named_after_their_model(self):
        for path in self._get_model_files():
            with self.subTest(file=str(path.relative_to(MODULE))):
                classes = get_classes(path)
                self.assertEqual(len(classes), 1, "one model a file")
                self.assertEqual(path.stem, classes[0][0].replace('.', '_'))

    def test_every_file_is_in_a_room(self):
        self.assertEqual([path.parent for path in self._get_model_files() if path.parent == MODELS], [])
        self.assertEqual(get_rooms(), ROOMS)

    def test_every_file_of_tests_is_imported(self):
        """Odoo runs only imported test files, while pytest runs all."""
        tests = Path(__file__).parent
        imported = {
            alias.name
            for node in ast.parse((tests / '__init__.py').read_text()).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        self.assertEqual({path.stem for path in tests.glob('test_*.py')} - imported, set())

    def test_abstract_models_come_first(self):
        for path in sorted(MODELS.rglob('__init__.py')):
            with self.subTest(folder=str(path.parent.relative_to(MODULE))):
                names = [alias.name for node in ast.parse(path.read_text()).body for alias in node.names]
                is_mixin = [name.endswith('_mixin') for name in names]
                self.assertEqual(is_mixin, sorted(is_mixin, reverse=True))
                parts = {
                    child.stem
                    for child in path.parent.iterdir()
                    if (child.suffix == '.py' and child.name != '__init__.py' or (child / '__init__.py').exists())
                }
                self.assertEqual(set(names), parts, "every file is imported")

    def test_no_arrow_leads_back(self):
        """A folder names no model that a later folder defines; the later folder extends the earlier one instead."""
        room_of = {}
        for path in self._get_model_files():
            for name, is_definition in get_classes(path):
                if is_definition:
                    room_of[name] = path.relative_to(MODELS).parts[0]
        self.assertIn('dealflow.deal', room_of)
        back = []
        for path in self._get_model_files():
            place = ROOMS.index(path.relative_to(MODELS).parts[0])
            back += [
                f"{path.relative_to(MODULE)}:{node.lineno}: {node.value} is defined in {room_of[node.value]}"
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Constant) and node.value in room_of and ROOMS.index(room_of[node.value]) > place
            ]
        self.assertEqual(back, [])

    def test_models_and_reports_do_not_import_each_other(self):
        for folder, stranger in (('models', 'reports'), ('reports', 'models')):
            for path in sorted((MODULE / folder).rglob('*.py')):
                with self.subTest(file=str(path.relative_to(MODULE))):
                    self.assertFalse([name for name in get_imports(path) if stranger in name.split('.')])

    def test_tools_know_nothing_of_odoo(self):
        for path in sorted((MODULE / 'tools').glob('*.py')):
            with self.subTest(file=path.name):
                for node in ast.walk(ast.parse(path.read_text())):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        names = (
                            [node.module or '']
                            if isinstance(node, ast.ImportFrom)
                            else [alias.name for alias in node.names]
                        )
                        self.assertFalse([name for name in names if name.partition('.')[0] == 'odoo'])


def get_rooms():
    """Return the folders of models in the order of their import."""
    tree = ast.parse((MODELS / '__init__.py').read_text())
    return [alias.name for node in tree.body for alias in node.names]

"""Models and fields defined by Odoo modules, read from their files, so that modules need not be installed."""

import ast
import re
import xml.etree.ElementTree as etree
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

# Definitions of constraints and indexes of the database.
OBJECTS = {'models.Constraint', 'models.Index', 'models.UniqueIndex'}
# Folders of a module with Python files that define no models.
ASIDE = {'tests', 'migrations', 'upgrades', 'static', 'scripts', 'bench', 'populate'}


@dataclass
class Members:
    """Names that a module defines on a model, and the models it inherits from."""

    fields: set = field(default_factory=set)
    methods: set = field(default_factory=set)
    # Constraints and indexes of the database.
    objects: set = field(default_factory=set)
    parents: set = field(default_factory=set)


class Module:
    """A module in a folder."""

    def __init__(self, folder, name=None):
        self.folder = folder
        self.name = name or folder.name

    @cached_property
    def depends(self):
        """The direct dependencies of the module, at least «base»."""
        manifest = ast.literal_eval((self.folder / '__manifest__.py').read_text(encoding='utf-8'))
        return set(manifest.get('depends') or ()) | ({'base'} - {self.name})

    @cached_property
    def models(self):
        """The members of each model that the module defines or extends."""
        models = defaultdict(Members)
        for path in self._find_files('*.py'):
            if ASIDE.isdisjoint(path.relative_to(self.folder).parts):
                text = path.read_text(encoding='utf-8')
                if '_name' in text or '_inherit' in text:
                    for definition in ast.walk(ast.parse(text)):
                        if isinstance(definition, ast.ClassDef):
                            read_class(definition, models)
        return models

    @cached_property
    def action_paths(self):
        """The URL paths of its actions, each with the external id of the action."""
        paths = {}
        for path in self._find_files('*.xml'):
            text = path.read_text(encoding='utf-8')
            if re.search(r'name=["\']path["\']', text) and 'static' not in path.relative_to(self.folder).parts:
                for record in etree.fromstring(text.encode()).iter('record'):
                    value = record.find("field[@name='path']")
                    if record.get('model', '').startswith('ir.actions.') and value is not None:
                        paths[value.text] = f"{self.name}.{record.get('id')}"
        return paths

    def _find_files(self, pattern):
        """Return the files of the module, without those of modules in its subfolders."""
        inner = [manifest.parent for manifest in self.folder.glob('*/**/__manifest__.py')]
        return [path for path in self.folder.rglob(pattern) if not any(map(path.is_relative_to, inner))]


def read_class(definition, models):
    """Add the members of a class to those of its model, if the class is a model."""
    members, names = Members(), {}
    for node in definition.body:
        if isinstance(node, ast.FunctionDef):
            members.methods.add(node.name)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if name in ('_name', '_inherit'):
                names[name] = read_names(value)
            elif isinstance(value, ast.Call) and ast.unparse(value.func).startswith('fields.'):
                members.fields.add(name)
            elif isinstance(value, ast.Call) and ast.unparse(value.func) in OBJECTS:
                members.objects.add(name)
    inherited = names.get('_inherit', [])
    if definition.name == 'BaseModel':
        names['_name'] = ['base']
    for model in names.get('_name') or inherited[:1]:
        known = models[model]
        known.fields |= members.fields
        known.methods |= members.methods
        known.objects |= members.objects
        known.parents |= set(inherited) - {model}


def read_names(value):
    """Return the names in a string or a list of strings; none when they are computed."""
    try:
        names = ast.literal_eval(value)
    except ValueError:
        return []
    return [names] if isinstance(names, str) else list(names)


def find_modules(folders):
    """Return all modules in the folders, by name."""
    return {
        manifest.parent.name: Module(manifest.parent)
        for folder in folders
        for manifest in sorted(Path(folder).glob('*/__manifest__.py'))
    }


def with_dependencies(module, modules):
    """Return a module and its recursive dependencies, as far as they are among the given modules."""
    found, waiting = set(), [module.name]
    while waiting:
        name = waiting.pop()
        if name in modules and modules[name] not in found:
            found.add(modules[name])
            waiting += modules[name].depends
    return found


def find_ancestors(model, modules):
    """Return the models from which a model inherits in the given modules, including itself and «base»."""
    found, waiting = set(), [model, 'base']
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            for module in modules:
                if model in module.models:
                    waiting += module.models[model].parents
    return found


def find_members(models, modules):
    """Return the names that modules define on models, whatever they are: one would override the other."""
    return {
        name
        for module in modules
        for model in models
        if model in module.models
        for members in [module.models[model]]
        for name in members.fields | members.methods | members.objects
    }

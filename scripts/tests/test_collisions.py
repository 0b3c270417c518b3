"""No Odoo module uses the same names: ours works next to each of them, in either installation order.

OCA addons downloaded by scripts/test-guests are compared as well.
"""

import pytest
from definitions import Module, find_ancestors, find_members, find_modules, with_dependencies

from frame import guests, odoo_source
from frame.paths import CHECKOUT, MODULE, cache_folder, short_hash

# Names also defined on the same models by modules we do not depend on, by the reason why we define them.
MEANT = {
    # Steps of the Google and Outlook calendars, which ours overrides where these modules are installed.
    'sync': {
        '_get_sync_domain',
        '_google_insert',
        '_google_patch',
        '_get_microsoft_sync_domain',
        '_microsoft_insert',
        '_microsoft_patch',
    },
}


@pytest.fixture(scope='module')
def ours():
    return Module(CHECKOUT, MODULE)


@pytest.fixture(scope='module')
def modules(ours):
    """Return all modules of the Odoo in use, the available OCA addons, and ours, by name."""
    place = cache_folder() / 'guests' / short_hash(guests.REQUIREMENTS.read_text())
    found = find_modules([place / 'odoo' / 'addons', *odoo_source.find().addons])
    assert {'base', 'crm', 'stock', 'purchase', 'project'} <= found.keys()
    return found | {MODULE: ours}


def test_actions_have_paths_of_our_own(ours, modules):
    """Two actions with the same path cannot exist in one database: the second module would fail to install."""
    assert len(ours.action_paths) > 40
    assert [path for path in ours.action_paths if path != MODULE and not path.startswith(f'{MODULE}-')] == []
    others = [module for module in modules.values() if module is not ours]
    assert sum(len(module.action_paths) for module in others) > 100
    assert [
        f"{path}: {ours.action_paths[path]}, {module.action_paths[path]}"
        for module in others
        for path in ours.action_paths.keys() & module.action_paths.keys()
    ] == []


def test_fields_and_methods_have_names_of_our_own(ours, modules):
    """What we add to a model, without overriding, is no field or method of another module on that model.

    Models that ours inherit from count as well: whatever another module adds to them is added to ours.
    """
    # Names of all models are defined by the ORM, not by modules.
    below = with_dependencies(ours, modules) | {Module(odoo_source.find().package / 'orm')}
    others = [module for module in modules.values() if module not in below]
    collisions, meant = [], set()
    for model in ours.models:
        ancestors = find_ancestors(model, below)
        added = find_members(ancestors, [ours]) - find_members(ancestors, below - {ours})
        for other in others:
            if not other.models:
                continue
            theirs = find_ancestors(model, below | with_dependencies(other, modules))
            for name in added & find_members(theirs, [other]):
                if name in MEANT['sync']:
                    meant.add(name)
                else:
                    collisions.append(f"{model}.{name}: {other.name}")
    assert collisions == []
    # Remove names from the list that are no longer intended.
    assert meant == MEANT['sync']


def test_contracts_of_clients_carry_our_name(ours):
    """A common module for contracts defines a count with the plain name on partners."""
    members = ours.models['res.partner']
    names = {name for name in members.fields | members.methods if 'contract' in name}
    assert names
    assert {name for name in names if MODULE not in name} == set()

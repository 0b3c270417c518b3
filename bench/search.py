"""Compares the search over all kinds of records with Odoo's own searches by name over the same models."""

from functools import partial

from .scenario import Call, Scenario

# What people look for, and what it is looked up by. The last one occurs in very many names.
TEXTS = {
    "a name": "stahlwerk 4999",
    "a number": "SCALE49999",
    "nothing": "grzegorz brzeczyszczykiewicz",
    "a frequent word": "stahlwerk",
}


def get_scenarios(env):
    """Return a search for each kind of text, next to the sum of the searches by name."""
    search = env['dealflow.search']
    models = list({kind.model: None for kind in search._get_kinds()})

    def search_by_name(text):
        for model in models:
            if env[model].has_access('read'):
                env[model].name_search(text, limit=6)

    return [
        Scenario(
            f"search over all, {what} / names",
            0.5,
            Call(env, partial(search.find, text)),
            Call(env, partial(search_by_name, text)),
        )
        for what, text in TEXTS.items()
    ]

from odoo import models


def add_probe(test, model_name, **attributes):
    """Add a model to the registry until the test ends, as a future developer could who knows none of our rules.

    It inherits only ``models.Model`` unless ``_inherit`` is given, and has its own table.
    """
    # Odoo offers no public API for this, and its linter forbids importing inner modules at the top of a file.
    from odoo.orm.model_classes import add_to_registry  # noqa: PLC0415

    registry = test.registry
    definition = type(
        'Probe',
        (models.Model,),
        {
            '_module': None,
            '_name': model_name,
            '_description': model_name,
            '_log_access': True,
            **attributes,
        },
    )
    add_to_registry(registry, definition)

    def forget():
        del registry.models[model_name]
        for model_class in registry.models.values():
            model_class._inherit_children.discard(model_name)
        registry._setup_models__(test.env.cr)

    test.addCleanup(forget)
    registry._setup_models__(test.env.cr)
    registry.init_models(test.env.cr, [model_name], {'module': 'dealflow'})
    return test.env[model_name]

from odoo import models


def add_probe(test, model_name, **attributes):
    """Put a model into the registry until the test ends: what somebody adds tomorrow who remembers nothing of ours.

    It inherits nothing but ``models.Model`` unless ``_inherit`` is given, and has a table of its own.
    """
    # Odoo has no public name for it, and wants none of its inner modules imported at the top of a file.
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

"""Public methods of Dealflow: those that can be called over RPC."""

from typing import NamedTuple

MODULE = 'odoo.addons.dealflow.'


class PublicMethod(NamedTuple):
    """A public method, found by its name on one model."""

    model: str
    name: str
    function: object

    def __str__(self):
        return f'{self.model}.{self.name}'


def get_public_methods(env):
    """Return the public methods of Dealflow, without overrides of Odoo's methods.

    Methods of a mixin are listed for the models that inherit it.

    :rtype: list[PublicMethod]
    """
    found = []
    for model_name, model in sorted(env.registry.items()):
        if model_name.endswith('.mixin'):
            continue
        names = {
            name
            for klass in model.mro()
            if klass.__module__.startswith(MODULE)
            for name, value in vars(klass).items()
            if callable(value) and not name.startswith('_') and not isinstance(value, type)
        }
        for name in sorted(names):
            owners = [klass for klass in model.mro() if name in vars(klass)]
            if all(klass.__module__.startswith(MODULE) for klass in owners) and not any(
                getattr(vars(klass)[name], '_api_private', False) for klass in owners
            ):
                found.append(PublicMethod(model_name, name, vars(owners[0])[name]))
    return found

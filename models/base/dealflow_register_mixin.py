from odoo import api, fields, models


class DealflowRegisterMixin(models.AbstractModel):
    """A short list that a company keeps for itself, such as kinds or statuses of something.

    Its entries have an order of their own, and are archived when they are no longer offered. Its views are a list to
    type in, with a handle, and a search with the filter of what is archived (``tests/test_register_mixin.py``).

    They are read all the time and changed once in a while, so methods may keep what they read of them in
    ``@ormcache``: any change empties it.
    """

    _name = 'dealflow.register.mixin'
    _description = "Entries of a Register"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        self.env.registry.clear_cache()
        return entries

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        self.env.registry.clear_cache()
        return result

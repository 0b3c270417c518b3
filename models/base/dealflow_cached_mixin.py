from odoo import api, models


class DealflowCachedMixin(models.AbstractModel):
    """Records that are read all the time and changed once in a while.

    Methods may keep what they read of them in ``@ormcache``: any change empties it, that of a translation too.
    """

    _name = 'dealflow.cached.mixin'
    _description = "Records Kept in a Cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

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

from itertools import count

from odoo import api, fields, models


class DealflowCodeMixin(models.AbstractModel):
    """Records with a required code: a copy gets the next free one. The model names the unique index and its message."""

    _name = 'dealflow.code.mixin'
    _description = "Records with a Unique Code"

    code = fields.Char(required=True, copy=False, help="A short name for imports and integrations.")

    def copy_data(self, default=None):
        """Give each copy a code of its own."""
        vals_list = super().copy_data(default)
        known = self._get_known_codes()
        for record, vals in zip(self, vals_list, strict=True):
            if not vals.get('code'):
                vals['code'] = next(code for number in count(2) if (code := f'{record.code}_{number}') not in known)
            known.add(vals['code'])
        return vals_list

    @api.model
    def _get_known_codes(self):
        return set(self.with_context(active_test=False).search([]).mapped('code'))

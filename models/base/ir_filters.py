from odoo import api, models
from odoo.exceptions import AccessError


class IrFilters(models.Model):
    """Saved searches that everybody sees are kept by the people who have the right to (E70).

    Only those on the screens of Dealflow: elsewhere Odoo's own rules hold.
    """

    _inherit = 'ir.filters'

    @api.model_create_multi
    def create(self, vals_list):
        filters = super().create(vals_list)
        filters._check_common_filters_editor()
        return filters

    def write(self, vals):
        self._check_common_filters_editor()
        result = super().write(vals)
        self._check_common_filters_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_common_filters(self):
        self._check_common_filters_editor()

    def _check_common_filters_editor(self):
        """Refuse common filters of Dealflow to who may not edit them.

        :raise AccessError: one of the filters has no users, which means everybody, and the person lacks the right
        """
        if self.env.su or self.env.user.has_group('dealflow.group_filters_editor'):
            return
        # sudo - ir.filters: a filter out of sight is Odoo's to refuse.
        for common in self.sudo():
            if not common.user_ids and common.model_id.startswith('dealflow.'):
                raise AccessError(self.env._(
                    "The filter “%(filter)s” is for everybody. Save it for yourself, or ask a person with the right "
                    "“%(right)s” to publish it.",
                    filter=common.name, right=self.env.ref('dealflow.group_filters_editor').sudo().display_name,
                ))

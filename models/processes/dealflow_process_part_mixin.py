from odoo import api, fields, models


class DealflowProcessPartMixin(models.AbstractModel):
    """A part of a process: only a draft changes, whichever way the change comes, also from or to another process."""

    _name = 'dealflow.process.part.mixin'
    _description = "Part of a Process"

    template_id = fields.Many2one('dealflow.process.template')

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.template_id._check_draft()
        return parts

    def write(self, vals):
        self.template_id._check_draft()
        result = super().write(vals)
        self.template_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self.template_id._check_draft()

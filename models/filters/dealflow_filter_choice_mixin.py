from odoo import api, fields, models


class DealflowFilterChoiceMixin(models.AbstractModel):
    """Conditions that may be taken over from a saved filter, which its form offers (E51, X28)."""

    _name = 'dealflow.filter.choice.mixin'
    _description = "Choice of a Saved Filter"

    # The field with the conditions.
    _dealflow_conditions_field = 'domain'

    dealflow_filter_id = fields.Many2one(
        'ir.filters',
        string="From a Saved Filter",
        store=False,
        groups='base.group_user',
        help="Takes over the conditions of the filter as they are now; later changes of the filter do not count.",
    )

    @api.onchange('dealflow_filter_id')
    def _onchange_dealflow_filter_id(self):
        for record in self:
            if saved := record.dealflow_filter_id:
                record[self._dealflow_conditions_field] = saved._dealflow_get_conditions()

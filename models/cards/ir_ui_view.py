import copy

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.view_validation import get_expression_field_names

from ...tools.card_arch import get_missing_names
from ...tools.own_context import get_own

# The key of all views that cards are arranged by.
CARD_KEY = 'dealflow.arranged_card'


class IrUiView(models.Model):
    """Views that cards are arranged by: for users of Dealflow only, and never in the way of an update.

    The context key ``dealflow_arranged`` applies them. Without it they are left out, so whatever an update changes or
    takes away, Odoo's checks of its own views pass. With it, what does not fit is passed over, and
    ``dealflow_card_strict`` turns that into an error, for the check while a card is arranged.
    """

    _inherit = 'ir.ui.view'

    def _get_inheriting_views_domain(self):
        domain = super()._get_inheriting_views_domain()
        if get_own(self.env, 'dealflow_arranged'):
            return domain
        return Domain(domain) & Domain('key', '!=', CARD_KEY)

    @api.model
    def apply_inheritance_specs(self, source, specs_tree, pre_locate=None):
        if get_own(self.env, 'dealflow_card_strict') or not self or self.key != CARD_KEY:
            return super().apply_inheritance_specs(source, specs_tree, pre_locate)
        names = self.env[self.model]._fields.keys() | {'id', 'parent'}
        for spec in list(specs_tree):
            if get_missing_names(spec, names, get_expression_field_names):
                continue
            try:
                source = super().apply_inheritance_specs(copy.deepcopy(source), copy.deepcopy(spec), pre_locate)
            except ValueError:
                # An update has taken away what this was about; the check after the update has told somebody.
                continue
        return source

    def _validate_custom_views(self, model):
        """Check the arranged card too, when Odoo checks the views of the company at the end of an update."""
        result = super()._validate_custom_views(model)
        self.env['dealflow.card.arrangement'].sudo().search([('model_name', '=', model)])._refit()
        return result

from odoo import fields, models
from odoo.fields import Domain


class DealflowSearchedMixin(models.AbstractModel):
    """Lists the records that the search over all finds by a text (X10)."""

    _name = 'dealflow.searched.mixin'
    _description = "Found by the Search over All"

    dealflow_found = fields.Char(
        string="Found by",
        compute='_compute_dealflow_found',
        search='_search_dealflow_found',
        groups='dealflow.group_viewer',
        exportable=False,
        help="A part of a name, a number, a phone, an e-mail or a tax number, as in the search over all.",
    )

    def _compute_dealflow_found(self):
        """It is there to search by, and has no value."""
        self.dealflow_found = False

    def _search_dealflow_found(self, operator, value):
        """Find what the search over all finds by a text, all of it."""
        texts = [value] if operator in ('ilike', 'like') else value if operator == 'in' else None
        if texts is None:
            return NotImplemented
        search = self.env['dealflow.search']
        # Odoo asks for the groups of a field where it is read, not where such a field is searched by.
        search._check_role()
        return Domain.OR(search._get_found_domain(self._name, text) for text in texts if isinstance(text, str))

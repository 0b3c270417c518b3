from odoo import api, models
from odoo.fields import Domain


class DealflowMergeMixin(models.AbstractModel):
    """Rows of which a contact may have only one, which are merged when contacts are.

    Odoo moves the rows of the merged contacts by SQL, which fails on a second row under a unique index. A model with
    such rows names in ``_merge_key`` the fields that identify a row, and says in :meth:`_merge_values` what the
    remaining row takes from the others; or it moves them itself in :meth:`_merge_parties`.
    """

    _name = 'dealflow.merge.mixin'
    _description = "Rows of Merged Contacts"

    # There is one row for each combination of these fields; at least one of them is a contact.
    _merge_key = ()

    @api.model
    def _merge_parties(self, sources, target):
        """Merge the rows that would collide, before everything of ``sources`` is moved to ``target``."""
        parties = sources | target
        names = [name for name in self._merge_key if self._fields[name].comodel_name == 'res.partner']
        # sudo - any model: a user who may merge the contacts merges all rows that refer to them, visible or not.
        rows_sudo = self.sudo().with_context(active_test=False)
        rows_sudo = rows_sudo.search(Domain.OR(Domain(name, 'in', parties.ids) for name in names), order='id')

        def get_key(row):
            return tuple(target if name in names and row[name] in parties else row[name] for name in self._merge_key)

        for alike in rows_sudo.grouped(get_key).values():
            kept = alike.filtered(lambda row: any(row[name] == target for name in names))[:1] or alike[:1]
            if others := alike - kept:
                kept._merge_rows(others)

    def _merge_rows(self, others):
        """Take over the values of other rows and the references to them, and delete them."""
        self._merge_values(others)
        wizard = self.env['base.partner.merge.automatic.wizard']
        wizard._update_foreign_keys_generic(self._name, others, self)
        wizard._update_reference_fields_generic(self._name, others, self)
        others.unlink()
        self.env.flush_all()

    def _merge_values(self, others):
        """Take values that this row lacks from rows that are about to be deleted; each model implements this."""
        raise NotImplementedError(self._name)

    @api.model
    def _after_merge(self, target):
        """Hook: update what depends on the contacts, once everything has been moved to the remaining one."""

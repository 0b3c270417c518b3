from odoo import api, models
from odoo.fields import Domain


class DealflowMergeMixin(models.AbstractModel):
    """Says what becomes of rows of which a contact has one only, when contacts are merged.

    Odoo moves the rows of the vanishing contacts by SQL, and a second one under a unique index makes that impossible.
    Whoever keeps such rows names in ``_merge_key`` the fields that make two rows one, and says in :meth:`_take_over`
    what the row that stays takes from the others; or moves them itself in :meth:`_merge_parties`.
    """

    _name = 'dealflow.merge.mixin'
    _description = "Rows of Contacts That Are Merged"

    # Fields of which there is one row for each combination; one of them at least is a contact.
    _merge_key = ()

    @api.model
    def _merge_parties(self, sources, target):
        """Make one row of those that will be alike, before everything of ``sources`` goes to ``target``."""
        parties = sources | target
        names = [name for name in self._merge_key if self._fields[name].comodel_name == 'res.partner']
        # sudo - whoever may merge the contacts merges what hangs on them, also what he does not see.
        rows_sudo = self.sudo().with_context(active_test=False)
        rows_sudo = rows_sudo.search(Domain.OR(Domain(name, 'in', parties.ids) for name in names), order='id')

        def get_key(row):
            return tuple(target if name in names and row[name] in parties else row[name] for name in self._merge_key)

        for alike in rows_sudo.grouped(get_key).values():
            kept = alike.filtered(lambda row: any(row[name] == target for name in names))[:1] or alike[:1]
            if others := alike - kept:
                kept._absorb(others)

    def _absorb(self, others):
        """Take over what other rows say and what hangs on them, and remove them."""
        self._take_over(others)
        wizard = self.env['base.partner.merge.automatic.wizard']
        wizard._update_foreign_keys_generic(self._name, others, self)
        wizard._update_reference_fields_generic(self._name, others, self)
        others.unlink()
        self.env.flush_all()

    def _take_over(self, others):
        """Take from rows that are about to vanish what this one does not know; to be said by each model."""
        raise NotImplementedError(self._name)

    @api.model
    def _after_merge(self, target):
        """Let follow what follows, when everything has arrived at the remaining contact."""

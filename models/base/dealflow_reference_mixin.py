from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import AccessError

# Documents of Odoo that not every user may read. Ours declare it by ``_is_guarded``. Registers are not among them: they
# are protected by company.
GUARDED_MODELS = {'account.move', 'account.move.line', 'calendar.event', 'crm.lead', 'sale.order'}
# Records that refer to these move with them, so knowing their name from elsewhere is no reason to refer to them. Ours
# declare it by ``_is_strictly_guarded``.
STRICT_MODELS = {'crm.lead'}


class DealflowReferenceMixin(models.AbstractModel):
    """A model whose records may only refer to documents that the user may read.

    Record rules check the values before a change, and Odoo shows the name of whatever a record refers to. So without
    this a line could be moved to a colleague's deal, and any deal be read by referring to it. The user's rights count,
    also where code works with elevated rights on their behalf; only code without a user, such as a scheduled job or an
    incoming email, may refer to anything.
    """

    _name = 'dealflow.reference.mixin'
    _description = "References to Readable Documents"
    _inherit = 'dealflow.label.mixin'

    @api.model_create_multi
    def create(self, vals_list):
        if not self._dealflow_is_reference_checked():
            return super().create(vals_list)
        checked = {
            name: self._check_dealflow_given(name, vals_list) for name in self._dealflow_get_guarded_references()
        }
        records = super().create(vals_list)
        for name, known in checked.items():
            # Defaults count too. Computed values are not the user's choice.
            if not self._fields[name].compute:
                records._check_dealflow_reference(name, records.sudo()[name] - known)
        return records

    def write(self, vals):
        names = [name for name in self._dealflow_get_guarded_references() if name in vals]
        if not names or not self._dealflow_is_reference_checked():
            return super().write(vals)
        # sudo - any model: a reference that exists already reveals nothing new, even if the user may not read its
        # target.
        known = {name: self.sudo()[name] for name in names}
        for name in names:
            known[name] += self._check_dealflow_given(name, [vals], known[name])
        result = super().write(vals)
        for name in names:
            self._check_dealflow_reference(name, self.sudo()[name] - known[name])
        return result

    def _check_dealflow_given(self, name, vals_list, known=None):
        """Refuse given values before anything else reads them, because messages of constraints would reveal them.

        :return: the documents that were checked
        """
        targets_sudo = self.env[self._fields[name].comodel_name].sudo()
        if self._fields[name].type == 'many2one':
            given = {vals[name] for vals in vals_list if isinstance(vals.get(name), int) and vals[name]}
            targets_sudo = targets_sudo.browse(given) - (known or targets_sudo)
            self._check_dealflow_reference(name, targets_sudo)
        return targets_sudo

    @api.model
    @tools.ormcache()
    def _dealflow_get_guarded_references(self):
        """Return the names of our stored fields that refer to guarded documents, without readonly computed ones."""
        return tuple(
            name
            for name, field in self._fields.items()
            if field.type in ('many2one', 'many2many')
            and self._dealflow_is_guarded_model(field.comodel_name)
            and 'dealflow' in field._modules
            and field.store
            and not (field.compute and field.readonly)
        )

    @api.model
    def _dealflow_is_guarded_model(self, name):
        return name in GUARDED_MODELS or getattr(self.env[name], '_is_guarded', False)

    def _dealflow_get_reference_operation(self, name):
        """Return the access that a user needs on a document to refer to it: ``read`` or ``write``."""
        return 'read'

    def _dealflow_is_reference_checked(self):
        # Portal and public users get here with elevated rights only, through code that makes its own checks.
        return self.env.uid != SUPERUSER_ID and not (self.env.su and self.env.user.share)

    def _check_dealflow_reference(self, name, targets_sudo):
        """Refuse targets that the user may not read, unless another record that they may read refers to them already.

        That record has shown them the name, and a copy of it reveals no more. Deals and opportunities must be readable
        themselves: naming an opportunity on a deal decides what becomes of it.
        """
        if not targets_sudo:
            return
        targets = targets_sudo.sudo(False)
        unknown = targets - targets._filtered_access(self._dealflow_get_reference_operation(name))
        if unknown:
            others = self.with_context(active_test=False).sudo(False)
            is_strict = targets._name in STRICT_MODELS or getattr(targets, '_is_strictly_guarded', False)
            if not is_strict and not self._transient and others.has_access('read'):
                unknown -= others.search([(name, 'in', unknown.ids), ('id', 'not in', self.ids)])[name]
        if unknown:
            raise AccessError(
                self.env._(
                    "The field “%(field)s” of %(document)s names a record that you may not use: %(model)s, number "
                    "%(numbers)s. Choose one of those that you can open, or ask the person who is responsible for it.",
                    field=self._dealflow_get_field_label(name),
                    document=self.env['ir.model']._get(self._name).sudo().name,
                    model=self.env['ir.model']._get(unknown._name).sudo().name,
                    numbers=', '.join(map(str, unknown.ids)),
                )
            )

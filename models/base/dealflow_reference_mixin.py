from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import AccessError

# Documents of Odoo that not everybody in the house may read. Ours say so by ``_is_guarded``. Registers are not among
# them: they are guarded by company.
GUARDED_MODELS = {'account.move', 'account.move.line', 'calendar.event', 'crm.lead', 'sale.order'}
# What hangs on these moves with them, so that a name which is known from elsewhere is no reason to point to them. Ours
# say so by ``_is_strictly_guarded``.
STRICT_MODELS = {'crm.lead'}


class DealflowReferenceMixin(models.AbstractModel):
    """A model whose records belong to or name documents that the person must be able to read.

    Record rules look at the values before a change, and Odoo shows the name of whatever a record points to. So without
    this a line could be moved onto a deal of a colleague, and any deal be read by naming it. Asked in the name of the
    person, also where code works with elevated rights on its behalf; only code without a person, such as a nightly job
    or a letter from outside, names what it likes.
    """

    _name = 'dealflow.reference.mixin'
    _description = "References to What One May Read"
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
            # Defaults count too. What follows from other values is no choice of the person.
            if not self._fields[name].compute:
                records._check_dealflow_reference(name, records.sudo()[name] - known)
        return records

    def write(self, vals):
        names = [name for name in self._dealflow_get_guarded_references() if name in vals]
        if not names or not self._dealflow_is_reference_checked():
            return super().write(vals)
        # sudo - what a record pointed to so far is no news, even where the person may not read it.
        known = {name: self.sudo()[name] for name in names}
        for name in names:
            known[name] += self._check_dealflow_given(name, [vals], known[name])
        result = super().write(vals)
        for name in names:
            self._check_dealflow_reference(name, self.sudo()[name] - known[name])
        return result

    def _check_dealflow_given(self, name, vals_list, known=None):
        """Refuse given values before anything else looks at them, because constraints tell what they see.

        :return: the documents that were looked at
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
        """Return the names of our fields that point to guarded documents, those apart that only code computes."""
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
        """Return what a person must be allowed to do with a document in order to point to it: ``read`` or ``write``."""
        return 'read'

    def _dealflow_is_reference_checked(self):
        # Who comes from outside works with elevated rights only, by code that knows what it does.
        return self.env.uid != SUPERUSER_ID and not (self.env.su and self.env.user.share)

    def _check_dealflow_reference(self, name, targets_sudo):
        """Refuse targets that the person may not read, unless another record that he may read points there already.

        That record has shown him the name, and a copy of it does not tell more. Deals and opportunities have to be open
        to him by themselves: whoever names an opportunity on a deal decides what becomes of it.
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

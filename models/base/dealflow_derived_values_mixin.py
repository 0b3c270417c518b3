from math import isclose

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tools import ormcache


class DealflowDerivedValuesMixin(models.AbstractModel):
    """Keeps users from setting values that follow from others, whichever way they try.

    Three kinds of fields are derived: Dealflow's computed and stored fields that are neither editable nor inverted;
    those that a class names in ``_dealflow_code_only_fields``; and those in ``_dealflow_history_fields``, which are
    about the past and may be set by users with the right to import past data. Elevated rights do not help, because they
    act on behalf of a user: computes write such fields past ``write()``, and other code only through
    :meth:`_dealflow_set_derived`.

    Models of other modules with derived fields of ours inherit this; our own models inherit ``dealflow.derived.mixin``.
    """

    _name = 'dealflow.derived.values.mixin'
    _description = "Read-Only Derived Values"
    _inherit = 'dealflow.label.mixin'

    # Extensions of a model add their own names; they need not repeat those of others.
    _dealflow_code_only_fields = ()
    _dealflow_history_fields = ()

    @api.model
    @ormcache()
    def _dealflow_get_derived_fields(self):
        """Return the names of the derived fields, which users do not write.

        :rtype: frozenset[str]
        """
        return frozenset(
            {
                name
                for name, field in self._fields.items()
                if field.compute
                and field.store
                and field.readonly
                and not field.inverse
                and not field.inherited
                and 'dealflow' in field._modules
            }.union(
                self._dealflow_get_declared_fields('_dealflow_code_only_fields'),
                self._dealflow_get_declared_fields('_dealflow_history_fields'),
            )
        )

    @api.model
    @ormcache('attribute')
    def _dealflow_get_declared_fields(self, attribute):
        """Return the union of an attribute over all classes of the model."""
        return frozenset().union(*(vars(definition).get(attribute, ()) for definition in type(self).mro()))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_dealflow_referenced(self):
        """Name the records that refer to these; otherwise the database would name a foreign key, and log an error.

        Odoo calls such methods in the order of their names: this one after those that know the model and say it better.
        """
        for field in self._dealflow_get_restricting_fields():
            # sudo - any model: the record that prevents the deletion may be one that the user does not see.
            users_sudo = self.env[field.model_name].sudo().with_context(active_test=False)
            used = users_sudo.search([(field.name, 'in', self.ids)])
            if field.model_name == self._name:
                used -= self.sudo()
            if used:
                raise UserError(
                    self.env._(
                        "%(record)s cannot be deleted: records of the kind “%(model)s” refer to it in the field "
                        "“%(field)s” (%(count)s). Archive it instead, or change those first.",
                        record=used[:1][field.name].display_name,
                        count=len(used),
                        model=self.env['ir.model']._get(field.model_name).name,
                        field=field._description_string(self.env),
                    )
                )

    @api.model
    def _dealflow_get_restricting_fields(self):
        """Return our fields that keep records of the model from being deleted."""
        return [
            field
            for model in self.env.registry.values()
            if not model._abstract and not model._transient and model._auto
            for field in model._fields.values()
            if field.type == 'many2one'
            and field.comodel_name == self._name
            and field.store
            and field.ondelete == 'restrict'
            and 'dealflow' in field._modules
        ]

    def _dealflow_get_refused_fields(self, names):
        """Return those of the names whose fields may not be set now."""
        return {
            name
            for name in self._dealflow_get_derived_fields() & names
            if not self._dealflow_is_settable(self._fields[name])
        }

    def _dealflow_is_settable(self, field):
        """Return whether a derived field may be set now: by :meth:`_dealflow_set_derived`, or as past data."""
        if self._ids and all(self.env.is_protected(_get_key(field), record) for record in self):
            return True
        if field.name not in self._dealflow_get_declared_fields('_dealflow_history_fields'):
            return False
        # The user's rights count, not the elevated rights that an automation runs with.
        user = self.env.user
        return user._is_superuser() or user.has_group('dealflow.group_stage_override')

    def _dealflow_set_derived(self, vals):
        """Write derived fields on behalf of the calling code, with everything that a normal write triggers.

        The permission holds for these fields of these records until this returns. It is kept in the transaction, where
        no client and no context can set it.
        """
        with self.env.protecting([_get_key(self._fields[name]) for name in vals], self):
            return self.write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        refused = self._dealflow_get_refused_fields({name for vals in vals_list for name in vals})
        # A default in the context may be meant for another record, so it is dropped without an error.
        strange = self._dealflow_get_refused_fields({key[8:] for key in self.env.context if key.startswith('default_')})
        if not refused and not strange:
            return super().create(vals_list)
        strange = {f'default_{name}' for name in strange}
        context = {key: value for key, value in self.env.context.items() if key not in strange}
        records = (
            super(DealflowDerivedValuesMixin, self.with_env(self.env(context=context)))
            .create([{name: value for name, value in vals.items() if name not in refused} for vals in vals_list])
            .with_env(self.env)
        )
        for record, vals in zip(records, vals_list, strict=True):
            record._check_dealflow_derived({name: vals[name] for name in refused & vals.keys()})
        return records

    def write(self, vals):
        refused = self._dealflow_get_refused_fields(vals.keys())
        if not refused:
            return super().write(vals)
        result = super().write({name: value for name, value in vals.items() if name not in refused})
        for record in self:
            record._check_dealflow_derived({name: vals[name] for name in refused})
        return result

    def _check_dealflow_derived(self, vals):
        """Refuse values that differ from what the record has, so that an exported list can be imported again.

        :raise AccessError: a value differs from the derived one; the message names the field, the value and the way out
        """
        self.ensure_one()
        # sudo - any model: the derived value is only compared and not shown, so the user need not be able to read it.
        record_sudo = self.sudo()
        for name, value in vals.items():
            field = self._fields[name]
            if _is_same(field, record_sudo, value):
                continue
            words = {
                'field': field._description_string(self.env),
                'record': record_sudo.display_name,
                'value': _format_value(field, record_sudo, value),
            }
            if name in self._dealflow_get_declared_fields('_dealflow_history_fields'):
                raise AccessError(
                    self.env._(
                        "“%(field)s” of “%(record)s” cannot be set to “%(value)s”: it is part of the history. Leave "
                        "it out, or ask a user with the right “%(right)s” to import the history.",
                        # sudo - res.groups: the name of the right explains the refusal.
                        right=self.env.ref('dealflow.group_stage_override').sudo().display_name,
                        **words,
                    )
                )
            sources = dict.fromkeys(
                self._dealflow_get_field_label(path.partition('.')[0]) for path in self.pool.field_depends[field]
            )
            if sources:
                raise AccessError(
                    self.env._(
                        "“%(field)s” of “%(record)s” cannot be set to “%(value)s”: it follows from %(sources)s. Leave "
                        "it out, and change those.",
                        sources=", ".join(sources),
                        **words,
                    )
                )
            raise AccessError(
                self.env._(
                    "“%(field)s” of “%(record)s” cannot be set to “%(value)s”: Dealflow sets it by itself. Leave it "
                    "out.",
                    **words,
                )
            )


def _get_key(field):
    """Return the key under which a field is writable in the transaction; it differs from the ORM's own keys."""
    return DealflowDerivedValuesMixin._name, field


def _format_value(field, record, value):
    """Return a given value as a list shows it; of other records only the id: their names may be confidential."""
    if field.relational:
        return value
    return field.convert_to_export(field.convert_to_record(field.convert_to_cache(value, record), record), record)


def _is_same(field, record, value):
    """Return whether a given value equals the present one, as far as it survives an export and import."""
    present = record[field.name]
    if field.type in ('one2many', 'many2many'):
        return _get_linked_ids(value, set(present._ids)) == set(present._ids)
    given = field.convert_to_record(field.convert_to_cache(value, record), record)
    if field.type in ('float', 'monetary'):
        return isclose(given or 0.0, present or 0.0, rel_tol=1e-9, abs_tol=1e-6)
    return (given or False) == (present or False)


def _get_linked_ids(value, present):
    """Return the ids that a given value of an x2many field leaves linked; None if it does more than link."""
    if isinstance(value, BaseModel):
        return set(value._ids)
    linked = set(present)
    for command in value or [Command.clear()]:
        kind, record_id, ids = (*command, None, None)[:3] if isinstance(command, list | tuple) else (None, None, None)
        match kind:
            case Command.LINK:
                linked.add(record_id)
            case Command.UNLINK:
                linked.discard(record_id)
            case Command.CLEAR:
                linked = set()
            case Command.SET:
                linked = set(ids)
            case _:
                return None
    return linked

from odoo import models
from odoo.exceptions import UserError


class DealflowDeletionMixin(models.AbstractModel):
    """A document with a log, which may be deleted only while nothing has happened to it or refers to it (E08).

    A model that inherits this names the log in ``_history_field``. Its rows are deleted with the document by SQL,
    because the ORM refuses that to everybody.
    """

    _name = 'dealflow.deletion.mixin'
    _description = "Deletable While Not Referenced"
    _inherit = 'dealflow.derived.values.mixin'

    # The one2many field of the log.
    _history_field = 'log_ids'
    # Models whose rows are parts of the document; extensions of a model add theirs.
    _part_models = ()

    def unlink(self):
        self.check_access('unlink')
        self._check_no_references()
        if self:
            # sudo - any log: its first row only records the creation of a document that is about to be deleted.
            self.sudo()[self._history_field]._unlink_with_document()
        return super().unlink()

    def _check_no_references(self):
        for record in self:
            # sudo - any model: records that the user does not see refer to the document all the same.
            record_sudo = record.sudo().with_context(active_test=False)
            history = record_sudo[self._history_field]
            if len(history) > 1 or history._has_changes_since_opening():
                raise UserError(
                    self.env._(
                        "“%(document)s” has log entries and cannot be deleted. Archive it instead.",
                        document=record.display_name,
                    )
                )
            if hanging := record_sudo._get_reference_counts():
                raise UserError(
                    self.env._(
                        "“%(document)s” cannot be deleted, because other records refer to it: %(hanging)s. Remove "
                        "those first, or archive it.",
                        document=record.display_name,
                        hanging=", ".join(
                            self.env._("%(kind)s: %(count)s", kind=kind, count=count) for kind, count in hanging.items()
                        ),
                    )
                )

    def _get_reference_counts(self):
        """Return the number of records that refer to this one, by model label, without its parts and its own log."""
        self.ensure_one()
        aside = {
            self._name,
            self[self._history_field]._name,
            *self._dealflow_get_declared_fields('_part_models'),
            'mail.activity',
        }
        counts = {}
        for name in sorted(self.env.registry):
            model = self.env[name].with_context(active_test=False)
            if model._abstract or model._transient or not model._auto or name in aside:
                continue
            for field in model._fields.values():
                if field.type == 'many2one' and field.comodel_name == self._name and field.store:
                    counts[model._description] = counts.get(model._description, 0) + model.search_count(
                        [(field.name, '=', self.id)]
                    )
        here = [('res_id', '=', self.id)]
        for name, domain in (
            ('ir.attachment', [('res_model', '=', self._name), ('res_field', '=', False)]),
            (
                'mail.message',
                [('model', '=', self._name), ('message_type', 'in', ('comment', 'email', 'email_outgoing'))],
            ),
            ('mail.activity', [('res_model', '=', self._name), ('active', '=', False)]),
        ):
            model = self.env[name].with_context(active_test=False)
            counts[self.env['ir.model']._get(name).name] = model.search_count([*here, *domain])
        return {kind: count for kind, count in counts.items() if count}

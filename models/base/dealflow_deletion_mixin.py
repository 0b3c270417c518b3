from odoo import models
from odoo.exceptions import UserError


class DealflowDeletionMixin(models.AbstractModel):
    """A document with a history, which is deleted only while nothing has happened to it and nothing hangs on it (E08).

    Whoever inherits it names the history in ``_history_field``; its rows go with the document, past the ORM, which
    refuses that to everybody.
    """

    _name = 'dealflow.deletion.mixin'
    _description = "Deleted as Long as Nothing Hangs on It"
    _inherit = 'dealflow.derived.values.mixin'

    # The one2many of the history, and its field that tells the kind of row that opens it; empty if there is none.
    _history_field = 'log_ids'
    # Models whose rows are parts of the document; extensions of a model add theirs.
    _part_models = ()

    def unlink(self):
        self.check_access('unlink')
        self._check_nothing_hangs()
        if self:
            # sudo - the first row of the history tells of a document that is to be as if it had never been.
            self.sudo()[self._history_field]._remove_with_document()
        return super().unlink()

    def _check_nothing_hangs(self):
        for record in self:
            # sudo - what the person does not see hangs on it all the same.
            record_sudo = record.sudo().with_context(active_test=False)
            history = record_sudo[self._history_field]
            if len(history) > 1 or history._tells_more_than_opening():
                raise UserError(
                    self.env._(
                        "“%(document)s” has a history and cannot be deleted. Archive it instead.",
                        document=record.display_name,
                    )
                )
            if hanging := record_sudo._get_hanging():
                raise UserError(
                    self.env._(
                        "“%(document)s” cannot be deleted, because of what hangs on it: %(hanging)s. Remove that "
                        "first, or archive it.",
                        document=record.display_name,
                        hanging=", ".join(
                            self.env._("%(kind)s: %(count)s", kind=kind, count=count) for kind, count in hanging.items()
                        ),
                    )
                )

    def _get_hanging(self):
        """Return how many records name this one, by the name of their model; parts and its own history aside."""
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

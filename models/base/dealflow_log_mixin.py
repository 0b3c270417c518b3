from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, split_every

ROWS_PER_STATEMENT = 1000


class DealflowLogMixin(models.AbstractModel):
    """An append-only log: rows are added by code alone and never changed.

    Nobody creates, writes or deletes rows through the ORM. Elevated rights do not help, and no context key opens a way:
    :meth:`_append` is the only way in. Read access is that of the model; create, write and delete access is given to
    nobody.
    """

    _name = 'dealflow.log.mixin'
    _description = "Append-Only Log"
    _inherit = 'dealflow.derived.values.mixin'

    # pylint: disable=method-required-super; rows are not created through the ORM
    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(
            self.env._(
                "Rows of “%(history)s” are written by the system only. Change the document itself, and the change is "
                "recorded.",
                history=self._get_history_name(),
            )
        )

    # pylint: disable=method-required-super; rows are never changed
    def write(self, vals):
        raise AccessError(
            self.env._("Rows of “%(history)s” cannot be changed, by anybody.", history=self._get_history_name())
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self:
            raise AccessError(
                self.env._("Rows of “%(history)s” cannot be deleted, by anybody.", history=self._get_history_name())
            )

    @api.model
    def _get_history_name(self):
        return self.env['ir.model']._get(self._name).name

    @api.model
    def _append(self, rows):
        """Append rows, many with one statement; the caller has checked the rules that they must obey.

        :param list[dict] rows: values by field, the same fields for all rows, oldest first
        :return: the rows, in the same order
        """
        if not rows:
            return self.browse()
        now = self.env.cr.now()
        names = list(rows[0])
        marks = (self.env.uid, self.env.uid, now, now)
        columns = SQL(", ").join(map(SQL.identifier, [*names, 'create_uid', 'write_uid', 'create_date', 'write_date']))
        ids = []
        for batch in split_every(ROWS_PER_STATEMENT, rows):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s) VALUES %s RETURNING id",
                    SQL.identifier(self._table),
                    columns,
                    SQL(", ").join(
                        SQL("%s", (*(self._to_column(name, row[name]) for name in names), *marks)) for row in batch
                    ),
                )
            )
            ids += [row_id for [row_id] in self.env.cr.fetchall()]
        # sudo - any log: what depends on the new rows changes for all users, also those who may not read the log.
        records = self.sudo().browse(ids)
        # Fill the cache as after a creation, so that what depends on the rows reads nothing from the database.
        for field in map(self._fields.get, names):
            has_inverse = field.type == 'many2one' and self.pool.field_inverses[field]
            for record, row in zip(records, rows, strict=True):
                value = field.convert_to_cache(row[field.name], record, validate=False)
                field._update_cache(record, value)
                if has_inverse and value:
                    field._update_inverses(record, value)
        records.modified(self._fields, create=True)
        return records.sudo(self.env.su)

    def _has_changes_since_opening(self):
        """Return whether anything has happened to the document since its creation; several rows always mean so."""
        return len(self) > 1

    def _unlink_with_document(self):
        """Delete the first row with a document that nothing has happened to; the caller has checked that."""
        if self:
            self.env.flush_all()
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(self._table), tuple(self.ids)))
            self.invalidate_model()
            self.env.invalidate_all(flush=False)

    @api.model
    def _to_column(self, name, value):
        field = self._fields[name]
        if field.type == 'json':
            return field.convert_to_column(value, self)
        return None if value is False and field.type != 'boolean' else value

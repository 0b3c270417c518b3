from odoo import api, models
from odoo.tools import format_amount, format_date, format_datetime

from ....tools.public_methods import public_method, values_of

COMPARED_TYPES = {
    'boolean',
    'char',
    'date',
    'datetime',
    'float',
    'html',
    'integer',
    'many2one',
    'monetary',
    'selection',
    'text',
}


class DealflowDeal(models.Model):
    """Detects that a deal was changed while somebody else had its form open, before they overwrite the change."""

    _inherit = 'dealflow.deal'

    @api.readonly
    @public_method(one=True, seen=values_of('dealflow.deal'))
    def get_conflicts(self, seen):
        """Compare the values that a form has read with the present ones; called by the form before it saves.

        :param dict seen: values of the fields about to be written, as the form has read them: ids of records, dates as
            ``YYYY-MM-DD``, datetimes in UTC
        :return: ``[{'name', 'label', 'user', 'time', 'before', 'now'}]``, one for each field that has changed since:
            who changed it, when, and both values, formatted for display; datetimes in the user's time zone
        :rtype: list[dict]
        """
        self.check_access('read')
        conflicts = []
        for name, value in (seen or {}).items():
            field = self._fields.get(name)
            if not field or field.type not in COMPARED_TYPES or not self._has_field_access(field, 'read'):
                continue
            before = field.convert_to_cache(value, self, validate=False)
            now = field.convert_to_cache(self[name], self, validate=False)
            if self._is_same_value(field, before, now):
                continue
            person, moment = self._get_last_change(field)
            conflicts.append(
                {
                    'name': name,
                    'label': field._description_string(self.env),
                    'user': person,
                    'time': format_datetime(self.env, moment, dt_format='short'),
                    'before': self._format_compared(field, before),
                    'now': self._format_compared(field, now),
                }
            )
        return conflicts

    def _is_same_value(self, field, one, other):
        if field.type == 'monetary':
            return self.currency_id.compare_amounts(one or 0, other or 0) == 0
        if field.type == 'float':
            return abs((one or 0) - (other or 0)) < 1e-6
        return (one or False) == (other or False)

    def _get_last_change(self, field):
        """Return who changed a field last (a name) and when; for an untracked field, who changed the deal last."""
        # sudo - mail.tracking.value: users who read the field may know who has changed it.
        tracked = (
            self.env['mail.tracking.value']
            .sudo()
            .search(
                [
                    ('field_id.name', '=', field.name),
                    ('field_id.model', '=', self._name),
                    ('mail_message_id.model', '=', self._name),
                    ('mail_message_id.res_id', '=', self.id),
                ],
                order='id desc',
                limit=1,
            )
            .mail_message_id
        )
        if tracked:
            return tracked.author_id.name, tracked.date
        return self.sudo().write_uid.name, self.write_date

    def _format_compared(self, field, value):
        if field.type == 'many2one':
            # sudo - only names of records that the deal shows, or has just shown.
            return self.env[field.comodel_name].browse(value or ()).sudo().display_name or ''
        if field.type == 'monetary':
            return format_amount(self.env, value or 0, self.currency_id)
        if field.type == 'date':
            return format_date(self.env, value)
        if field.type == 'datetime':
            return format_datetime(self.env, value, dt_format='short') if value else ''
        if field.type == 'boolean':
            return self.env._("yes") if value else self.env._("no")
        if field.type == 'selection':
            return dict(field._description_selection(self.env)).get(value, '')
        return str(value or '')

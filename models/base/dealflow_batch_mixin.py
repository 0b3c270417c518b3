from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DealflowBatchMixin(models.AbstractModel):
    """Buttons on several rows, some of which may need no change: those are skipped and counted."""

    _name = 'dealflow.batch.mixin'
    _description = "Batch Actions"

    def _filter_not_done(self, is_done, describe):
        """Return the rows that still have to be changed.

        :param is_done: function of a row that returns whether it needs no change
        :param describe: function of a row that returns the error message for when no row needs one
        :raise UserError: no row is left
        """
        left = self.filtered(lambda row: not is_done(row))
        if self and not left:
            raise UserError(describe(self[0]))
        return left

    def _filter_not_in_state(self, state):
        """Return the rows that are not in the state yet.

        :raise UserError: all rows are; the message names the first of them and the state
        """
        return self._filter_not_done(
            lambda row: row.state == state,
            lambda row: self.env._(
                "%(record)s is “%(state)s” already.",
                record=row.display_name,
                state=self._dealflow_get_value_labels('state')[state],
            ),
        )

    def _action_set_state(self, state):
        """Give the rows the state, except those that have it.

        :raise UserError: all rows have it
        :return: the answer of the button, see :meth:`_notify_skipped`
        """
        rows = self._filter_not_in_state(state)
        rows.write({'state': state})
        return self._notify_skipped(len(self) - len(rows))

    def _get_dialog_action(self, xml_id, **context):
        """Return the action of a dialog over these rows, see ``dealflow.chosen.records.wizard.mixin``.

        :param str xml_id: the action of the dialog
        :param context: more context, e.g. defaults of the other fields of the dialog
        """
        action = self.env['ir.actions.act_window']._for_xml_id(xml_id)
        chosen_field = self.env[action['res_model']]._chosen_field
        action['context'] = {f'default_{chosen_field}': [Command.set(self.ids)], 'dialog_size': 'medium', **context}
        return action

    @api.model
    def _notify_skipped(self, count):
        """Return the answer of a button that has skipped ``count`` rows; ``True`` if there were none."""
        if not count:
            return True
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'info',
                'message': self.env._("Skipped, because there was nothing to do: %(count)s.", count=count),
                'next': {'type': 'ir.actions.act_window_close', 'infos': {'done': True}},
            },
        }

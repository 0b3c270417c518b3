"""The action that opens an e-mail about a record in Odoo's composer."""


def get_email_action(record, name, **defaults):
    """Return the action that opens an e-mail about a record; nothing is sent before the user presses Send.

    :param record: a single record
    :param str name: title of the dialog
    :param defaults: values of the composer: its template, or the partners to whom it goes
    :rtype: dict
    """
    record.ensure_one()
    return {
        'type': 'ir.actions.act_window',
        'name': name,
        'res_model': 'mail.compose.message',
        'view_mode': 'form',
        'target': 'new',
        'context': {
            'default_model': record._name,
            'default_res_ids': record.ids,
            'default_composition_mode': 'comment',
            **{f'default_{key}': value for key, value in defaults.items()},
        },
    }

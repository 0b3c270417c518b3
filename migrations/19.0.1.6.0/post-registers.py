from odoo.addons.dealflow.hooks import fill_client_kinds


def migrate(cr, version):
    """Give all clients a kind, and move messengers from the phones to accounts of their own."""
    fill_client_kinds(cr)
    _move_messengers(cr)


def _move_messengers(cr):
    """Make accounts of phones of the kind «Messenger»: of the messenger that the note names, else of «Other».

    What has the digits of a phone stays there too, as a mobile: calls find the contact by it.
    """
    cr.execute("""
        INSERT INTO dealflow_messenger
               (partner_id, sequence, kind_id, account, note, create_uid, create_date, write_uid, write_date)
        SELECT phone.partner_id, phone.sequence, COALESCE(kind.id, other.id), phone.number,
               CASE WHEN kind.id IS NULL THEN phone.note END,
               phone.create_uid, phone.create_date, phone.write_uid, phone.write_date
          FROM dealflow_partner_phone AS phone
          JOIN dealflow_messenger_kind AS other ON other.code = 'other'
          LEFT JOIN dealflow_messenger_kind AS kind
                 ON lower(btrim(phone.note)) IN (lower(kind.name ->> 'en_US'), kind.code)
         WHERE phone.kind = 'messenger'
    """)
    cr.execute("DELETE FROM dealflow_partner_phone WHERE kind = 'messenger' AND COALESCE(length(digits), 0) < 7")
    cr.execute("UPDATE dealflow_partner_phone SET kind = 'mobile' WHERE kind = 'messenger'")

from odoo import fields, models


class DealflowTelephonyToken(models.AbstractModel):
    """Shows a new token once, as Odoo shows a new API key: it is kept nowhere, only its hash is."""

    _name = 'dealflow.telephony.token'
    _description = "New Token of a Telephony Provider"

    # Without an id the client would not show the value.
    id = fields.Id()
    token = fields.Char(readonly=True)

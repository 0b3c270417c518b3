from odoo import fields, models


class DealflowTelephonyToken(models.TransientModel):
    """Shows a new token once: it is a default of the dialog and stored nowhere, only its hash is."""

    _name = 'dealflow.telephony.token'
    _description = "New Token of a Telephony Provider"

    token = fields.Char(readonly=True, store=False)

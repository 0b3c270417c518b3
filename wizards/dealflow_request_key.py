from odoo import fields, models


class DealflowRequestKey(models.TransientModel):
    """Shows a new key once: it is a default of the dialog and stored nowhere, only its hash is."""

    _name = 'dealflow.request.key'
    _description = "New Key of a Source of Requests"

    key = fields.Char(readonly=True, store=False)

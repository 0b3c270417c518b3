from odoo import fields, models


class DealflowMarketingParticipantImportLine(models.TransientModel):
    """The outcome of one row of an imported list."""

    _name = 'dealflow.marketing.participant.import.line'
    _description = "Row of an Imported List"
    _order = 'id'

    import_id = fields.Many2one(
        'dealflow.marketing.participant.import',
        required=True,
        index=True,
        ondelete='cascade',
    )
    row = fields.Char(readonly=True)
    outcome = fields.Selection(
        [('created', "New contact"), ('matched', "Found"), ('refused', "Refused")],
        readonly=True,
    )
    partner_id = fields.Many2one('res.partner', string="Contact", readonly=True)
    reason = fields.Char(readonly=True)

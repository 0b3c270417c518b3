from odoo import api, fields, models


class DealflowMeetingTechnique(models.Model):
    """Which techniques work against which competitor (B44)."""

    _inherit = 'dealflow.meeting.technique'

    competitor_ids = fields.Many2many(
        'dealflow.competitor',
        'dealflow_meeting_technique_competitor_rel',
        'line_id',
        'competitor_id',
        string="Competitors",
        compute='_compute_competitor_ids',
        store=True,
    )

    @api.depends('sheet_id.competitor_ids')
    def _compute_competitor_ids(self):
        for line in self:
            line.competitor_ids = line.sheet_id.competitor_ids

from odoo import api, fields, models


class DealflowMeetingTechnique(models.Model):
    """A technique on a meeting sheet: chosen before, rated after; analysed by industry and competitor (B44)."""

    _name = 'dealflow.meeting.technique'
    _description = "Technique in a Meeting"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin']
    _order = 'sheet_id, kind, id'
    _rec_name = 'technique_id'

    sheet_id = fields.Many2one('dealflow.meeting.sheet', required=True, index=True, ondelete='cascade')
    technique_id = fields.Many2one('dealflow.technique', required=True, index=True, ondelete='restrict')
    kind = fields.Selection(related='technique_id.kind', store=True)
    plan = fields.Char(help="What exactly will be said or shown.")
    outcome = fields.Selection(
        [('worked', "Worked"), ('failed', "Did not work"), ('unused', "Not used")],
        help="Filled in after the meeting.",
    )

    # Fields of the statistics
    date = fields.Datetime(related='sheet_id.start', store=True)
    user_id = fields.Many2one(related='sheet_id.user_id', store=True)
    business_partner_id = fields.Many2one(related='sheet_id.business_partner_id', store=True)
    industry_id = fields.Many2one(related='sheet_id.industry_id', store=True)
    used_count = fields.Integer(string="Used", compute='_compute_counts', store=True)
    worked_count = fields.Integer(string="Worked", compute='_compute_counts', store=True)
    worked_share = fields.Float(
        string="Worked (%)",
        compute='_compute_counts',
        store=True,
        aggregator='avg',
        help="Share of the uses that worked. Where a technique was not used, it does not count.",
    )

    _technique_uniq = models.UniqueIndex(
        '(sheet_id, technique_id)', "A technique can be on the sheet of a meeting only once."
    )

    @api.depends('outcome')
    def _compute_counts(self):
        for line in self:
            line.used_count = int(line.outcome in ('worked', 'failed'))
            line.worked_count = int(line.outcome == 'worked')
            line.worked_share = 100.0 * line.worked_count

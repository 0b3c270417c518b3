from odoo import api, fields, models
from odoo.fields import Command


class DealflowMeetingSheet(models.Model):
    """What the preparer should know about the competitors on the deal (B44, C65)."""

    _inherit = 'dealflow.meeting.sheet'

    competitor_ids = fields.Many2many(
        'dealflow.competitor',
        'dealflow_meeting_sheet_competitor_rel',
        'sheet_id',
        'competitor_id',
        string="Competitors",
    )

    @api.model
    def _prepare_texts(self, event):
        values = super()._prepare_texts(event)
        competitors = self._get_readable_deal(event).competitor_ids
        if not competitors:
            return values
        values['competitor_ids'] = [Command.set(competitors.competitor_id.ids)]
        values['objections'] = "\n".join(
            f"{competitor.competitor_id.name}: {competitor.strengths or competitor.competitor_id.strengths or '–'}"
            for competitor in competitors
        )
        weaknesses = "\n".join(
            self.env._(
                "Against %(competitor)s: %(weaknesses)s", competitor=competitor.name, weaknesses=competitor.weaknesses
            )
            for competitor in competitors.competitor_id
            if competitor.weaknesses
        )
        return {**values, 'benefits': weaknesses} if weaknesses else values

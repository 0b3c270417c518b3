from odoo import api, fields, models
from odoo.fields import Command


class DealflowMeetingSheet(models.Model):
    """What the preparer should know of the rivals on the deal (B44, C65)."""

    _inherit = 'dealflow.meeting.sheet'

    competitor_ids = fields.Many2many(
        'dealflow.competitor', 'dealflow_meeting_sheet_competitor_rel', 'sheet_id', 'competitor_id', string="Rivals"
    )

    @api.model
    def _prepare_texts(self, event):
        values = super()._prepare_texts(event)
        rivals = self._get_readable_deal(event).competitor_ids
        if not rivals:
            return values
        values['competitor_ids'] = [Command.set(rivals.competitor_id.ids)]
        values['objections'] = "\n".join(
            f"{rival.competitor_id.name}: {rival.strengths or rival.competitor_id.strengths or '–'}" for rival in rivals
        )
        weaknesses = "\n".join(
            self.env._("Against %(rival)s: %(weaknesses)s", rival=rival.name, weaknesses=rival.weaknesses)
            for rival in rivals.competitor_id
            if rival.weaknesses
        )
        return {**values, 'benefits': weaknesses} if weaknesses else values

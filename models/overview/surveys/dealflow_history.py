from odoo import fields, models


class DealflowHistory(models.Model):
    """Surveys answered by contacts, if Odoo's app is installed; the answers keep their own access rights."""

    _inherit = 'dealflow.history'

    kind = fields.Selection(selection_add=[('survey', "Survey answered")])

    def _get_parts(self):
        parts = super()._get_parts()
        if 'survey.user_input' not in self.env:
            return parts
        # ``_depends`` flushes what a part reads, but cannot name a model that may not be installed.
        self.env['survey.user_input'].flush_model(['survey_id', 'partner_id', 'state', 'end_datetime', 'test_entry'])
        self.env['survey.survey'].flush_model(['title', 'user_id'])
        lang = self.env.lang or 'en_US'
        part = (
            'survey',
            {
                'date': "COALESCE(source.end_datetime, source.create_date)",
                'partner_id': "source.partner_id",
                'user_id': "survey.user_id",
                'name': f"COALESCE(survey.title->>'{lang}', survey.title->>'en_US')",
                'company_id': "client.company_id",
                'res_model': "'survey.user_input'",
                'res_id': "source.id",
            },
            "survey_user_input source JOIN survey_survey survey ON survey.id = source.survey_id "
            "JOIN res_partner client ON client.id = source.partner_id "
            "WHERE source.state = 'done' AND source.test_entry IS NOT TRUE",
        )
        return [*parts, part]

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.misc import format_date

from .dealflow_marketing_event import MARKETING


class DealflowMarketingEvent(models.Model):
    """What a marketer does with an event: invite, write to the participants, hand them over to sales (C71-C73)."""

    _inherit = 'dealflow.marketing.event'

    survey_ref = fields.Reference(
        selection='_get_survey_models', string="Survey", groups=MARKETING,
        help="Participants are asked these questions; the module Surveys has to be installed.",
    )
    has_surveys = fields.Boolean(compute='_compute_has_surveys', export_string_translation=False)

    @api.model
    def _get_survey_models(self):
        """Surveys are a module that a company may have or not."""
        return [('survey.survey', self.env._("Survey"))] if 'survey.survey' in self.env else []

    def _compute_has_surveys(self):
        self.has_surveys = 'survey.survey' in self.env

    @api.model
    @api.readonly
    def get_timeline(self, year):
        """Return the events of a year for the timeline, in the order in which they begin.

        :return: ``rows`` of plain data, and ``undated``: how many open events have no dates
        """
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        # An event of one day has no end.
        events = self.search([
            ('date_start', '<=', last), '|', ('date_end', '>=', first),
            '&', ('date_end', '=', False), ('date_start', '>=', first),
        ], order='date_start, id')
        states = dict(self._fields['state']._description_selection(self.env))
        return {
            'rows': [
                {
                    'id': event.id, 'title': event.title, 'kind': event.kind_id.name or "",
                    'color': event.kind_id.color, 'state': states[event.state],
                    'is_open': event.state not in ('done', 'cancelled'),
                    'date_start': event.date_start.isoformat(),
                    'date_end': (event.date_end or event.date_start).isoformat(),
                    'dates': " – ".join(
                        format_date(self.env, day) for day in (event.date_start, event.date_end) if day
                    ),
                }
                for event in events
            ],
            'undated': self.search_count([('date_start', '=', False), ('state', 'not in', ('done', 'cancelled'))]),
        }

    # Participants

    def action_import_participants(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_participant_import_action')
        return {**action, 'context': {'default_event_id': self.id}}

    def action_invite_segment(self):
        """Make participants of the contacts of the segment that are none yet (C71).

        :return: True
        :raise UserError: there is no segment, or all its contacts are participants
        """
        self.ensure_one()
        self.check_access('write')
        domain = self._get_segment_domain()
        if domain.is_true():
            raise UserError(self.env._(
                "The event %(event)s has no segment. Choose conditions for the contacts first: without them, every "
                "contact of the database would be invited.", event=self.title,
            ))
        domain &= Domain('company_id', 'in', [False, self.company_id.id])
        contacts = self.env['res.partner'].search(domain) - self.participant_ids.partner_id
        if not contacts:
            raise UserError(self.env._(
                "All contacts of the segment of %(event)s are participants already.", event=self.title,
            ))
        self.participant_ids = [Command.create({'partner_id': contact.id}) for contact in contacts]
        return True

    def action_view_participants(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_participant_action')
        return {
            **action,
            'domain': [('event_id', 'child_of', self.id)],
            'context': {'default_event_id': self.id, 'search_default_group_by_state': 1},
        }

    def action_view_segment(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_contacts')
        return {**action, 'name': self.env._("Segment"), 'domain': list(self._get_segment_domain()), 'context': {}}

    def action_make_opportunities(self):
        """Make opportunities from those who attended, once for each; see the participants."""
        return self.participant_ids.action_make_opportunities()

    def action_mail_participants(self):
        """Open a mailing to the participants who have agreed to mailings; nothing is sent (C72).

        The consent is a part of the mailing's conditions, so that who withdraws it meanwhile gets no letter.

        :raise UserError: no participant with an e-mail has agreed
        """
        self.ensure_one()
        self.check_access('write')
        agreed = self.participant_ids.partner_id.filtered(
            lambda partner: partner.mailing_consent == 'given' and partner.email,
        )
        if not agreed:
            raise UserError(self.env._(
                "No participant of %(event)s has an e-mail and the consent to mailings. The consent is a field of the "
                "contact.", event=self.title,
            ))
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Mailing to Participants"),
            'res_model': 'mailing.mailing',
            'view_mode': 'form',
            'context': {
                'default_subject': self.title,
                'default_campaign_id': self.campaign_id.id,
                'default_mailing_model_id': self.env['ir.model']._get_id('res.partner'),
                'default_mailing_domain': repr([('id', 'in', agreed.ids), ('mailing_consent', '=', 'given')]),
            },
        }

    def action_schedule_activities(self):
        """Schedule the activities of a plan for those who attended (C74).

        :raise UserError: nobody attended
        """
        attendees = self.participant_ids.filtered(lambda participant: participant.state == 'attended')
        if not attendees:
            raise UserError(self.env._("Nobody is marked as attended. Set who came before you plan what follows."))
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Follow-Up of the Attendees"),
            'res_model': 'mail.activity.schedule',
            'view_mode': 'form',
            'target': 'new',
            'context': {
                'active_model': attendees._name,
                'active_ids': attendees.ids,
                'active_id': attendees[:1].id,
                'plan_mode': True,
            },
        }

    def action_send_survey(self):
        """Open Odoo's invitation to the survey for the participants who have agreed to mailings (C73)."""
        self.ensure_one()
        if not self.survey_ref:
            raise UserError(self.env._("Choose the survey that the participants shall answer first."))
        agreed = self.participant_ids.partner_id.filtered(lambda partner: partner.mailing_consent == 'given')
        action = self.survey_ref.action_send_survey()
        return {**action, 'context': {**action['context'], 'default_partner_ids': [Command.set(agreed.ids)]}}

    # What the event brought

    def action_view_opportunities(self):
        return self._get_result_action('crm.crm_lead_opportunities')

    def action_view_deals(self):
        return self._get_result_action('dealflow.dealflow_deal_action')

    def action_view_children(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_event_action_results')
        return {
            **action,
            'domain': [('id', 'child_of', self.id)],
            'context': {f'search_default_filter_{self.attribution}_touch': 1, 'default_parent_id': self.id},
        }

    def action_view_analysis(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_report_action')
        return {
            **action,
            'domain': [('event_id', 'child_of', self.ids)],
            'context': {f'search_default_filter_{self[:1].attribution}_touch': 1},
        }

    def action_print(self):
        """Print the page of each event, by the attribution in use on the screen."""
        return self._print('dealflow.action_report_marketing_event')

    def action_print_comparison(self):
        """Print the events side by side, by the attribution in use on the screen."""
        return self._print('dealflow.action_report_marketing_comparison')

    def _print(self, xml_id):
        action = self.env.ref(xml_id).report_action([], data={'attribution': self[:1].attribution}, config=False)
        context = {'active_ids': self.ids, 'dealflow_attribution': self[:1].attribution}
        return {**action, 'context': {**self.env.context, **context}}

    def _get_result_action(self, xml_id):
        """Open the records that the figure counts: of this event and all inside, by the attribution in use."""
        self.ensure_one()
        name = 'marketing_event_id' if self.attribution == 'first' else 'marketing_last_event_id'
        action = self.env['ir.actions.act_window']._for_xml_id(xml_id)
        return {**action, 'domain': [(name, 'child_of', self.id)], 'context': {'active_test': False}}

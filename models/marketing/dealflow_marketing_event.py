import ast
from collections import Counter
from datetime import MAXYEAR, MINYEAR, date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools.misc import format_date

from ...tools.public_methods import WHOLE_NUMBER, public_method

MARKETING = 'dealflow.group_marketing'


class DealflowMarketingEvent(models.Model):
    """An exhibition, a webinar, an advertisement: what it costs, who came, and what money it brought (E46-E50, X14).

    The event is a campaign (``utm.campaign``) with a plan: leads, deals, orders and mailings have the campaign, and so
    belong to the event. Its title, responsible user and tags are those of the campaign.

    All users who may see deals can read the title and the dates of an event, because salespeople choose it on their
    deals. Budget, costs, participants and results have ``groups``: only marketing can read them.
    """

    _name = 'dealflow.marketing.event'
    _description = "Marketing Event"
    _inherits = {'utm.campaign': 'campaign_id'}
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.event.document.mixin',
        'dealflow.company.mixin',
        'dealflow.filter.choice.mixin',
    ]
    _dealflow_conditions_field = 'segment_domain'
    _rec_name = 'title'
    _rec_names_search = ['title']
    _order = 'date_start desc, id desc'
    _parent_store = True
    _check_company_auto = True

    campaign_id = fields.Many2one('utm.campaign', required=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind_id = fields.Many2one('dealflow.marketing.event.kind', index='btree_not_null', tracking=True)
    state = fields.Selection(
        [
            ('idea', "Idea"),
            ('planned', "Planned"),
            ('running', "Running"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        string="Status",
        default='idea',
        required=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_start = fields.Date(string="Begins On", index=True, tracking=True)
    date_end = fields.Date(string="Ends On", tracking=True)
    location = fields.Char(tracking=True)
    parent_id = fields.Many2one(
        'dealflow.marketing.event',
        string="Group of Events",
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        help="The group's results are the sum of its own and of all its events.",
    )
    parent_path = fields.Char(index=True)
    child_count = fields.Integer(compute='_compute_child_count')

    # Plan
    goal = fields.Text(
        string="Goals",
        groups=MARKETING,
        help="What the event is for: attract clients, promote a new product.",
    )
    goal_lead_count = fields.Integer(string="Planned Opportunities", groups=MARKETING)
    goal_won_amount = fields.Monetary(string="Planned Sales", groups=MARKETING)
    budget = fields.Monetary(
        tracking=True,
        groups=MARKETING,
        help="What the event may cost at most, in the currency of the company.",
    )
    cost_ids = fields.One2many('dealflow.marketing.cost', 'event_id', string="Costs", groups=MARKETING)
    material_ids = fields.Many2many(
        'dealflow.marketing.material',
        'dealflow_marketing_event_material_rel',
        'event_id',
        'material_id',
        string="Materials",
        check_company=True,
        groups=MARKETING,
    )
    segment_domain = fields.Char(
        string="Segment",
        default='[]',
        groups=MARKETING,
        help="The contacts whom the event is for; the rest of them is compared with those who were invited.",
    )
    segment_count = fields.Integer(string="Contacts in the Segment", compute='_compute_segment_count', groups=MARKETING)
    participant_ids = fields.One2many(
        'dealflow.marketing.participant',
        'event_id',
        string="Participants",
        groups=MARKETING,
    )
    participant_count = fields.Integer(string="Invited", compute='_compute_participant_counts', groups=MARKETING)
    attended_count = fields.Integer(string="Attended", compute='_compute_participant_counts', groups=MARKETING)

    _campaign_uniq = models.UniqueIndex('(campaign_id)', "Another marketing event has this campaign already.")
    _check_budget = models.Constraint('CHECK (budget >= 0)', "The budget cannot be negative.")

    survey_ref = fields.Reference(
        selection='_get_survey_models',
        string="Survey",
        groups=MARKETING,
        help="Participants are asked these questions; the module Surveys has to be installed.",
    )
    has_surveys = fields.Boolean(compute='_compute_has_surveys', export_string_translation=False)

    def _compute_child_count(self):
        counts = dict(self._read_group([('parent_id', 'in', self.ids)], ['parent_id'], ['__count']))
        for event in self:
            event.child_count = counts.get(event, 0)

    @api.depends('segment_domain')
    def _compute_segment_count(self):
        for event in self:
            domain = event._get_segment_domain()
            event.segment_count = 0 if domain.is_true() else self.env['res.partner'].search_count(domain)

    @api.depends('participant_ids.state')
    def _compute_participant_counts(self):
        invited, attended = Counter(), Counter()
        for event, state, count in self.env['dealflow.marketing.participant']._read_group(
            [('event_id', 'in', self.ids)],
            ['event_id', 'state'],
            ['__count'],
        ):
            invited[event] += count
            if state == 'attended':
                attended[event] = count
        for event in self:
            event.participant_count, event.attended_count = invited[event._origin], attended[event._origin]

    @api.constrains('date_start', 'date_end')
    def _check_dates(self):
        for event in self:
            if event.date_end and (not event.date_start or event.date_end < event.date_start):
                raise ValidationError(
                    self.env._(
                        "The event %(event)s ends on %(end)s but begins on %(start)s. Correct one of the two dates.",
                        event=event.title,
                        end=event.date_end,
                        start=event.date_start or self.env._("no day"),
                    )
                )

    @api.constrains('segment_domain')
    def _check_segment_domain(self):
        for event in self:
            try:
                self.env['res.partner']._search(event._get_segment_domain())
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The segment of the event %(event)s cannot be understood: %(error)s. Choose its conditions "
                        "again.",
                        event=event.title,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._sync_campaign_company()
        # Opportunities may have had the campaign before it became an event.
        self.env['dealflow.marketing.touch']._sync_campaigns(events.campaign_id)
        return events

    def write(self, vals):
        if 'company_id' in vals:
            self._check_company_may_change(vals['company_id'])
        if vals.get('parent_id'):
            self._check_group(self.browse(vals['parent_id']))
        result = super().write(vals)
        if 'company_id' in vals:
            self._sync_campaign_company()
        if 'campaign_id' in vals:
            self.env['dealflow.marketing.touch']._sync_campaigns(self.campaign_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_results(self):
        # sudo - dealflow.marketing.touch: records of other users count, too.
        touched = self.env['dealflow.marketing.touch'].sudo().search([('event_id', 'in', self.ids)], limit=1)
        # sudo - dealflow.marketing.cost: see above.
        spent = self.env['dealflow.marketing.cost'].sudo().search([('event_id', 'in', self.ids)], limit=1)
        if event := touched.event_id or spent.event_id:
            raise UserError(
                self.env._(
                    "The event %(event)s has costs or has brought opportunities, which tell what it was worth. Archive "
                    "it instead.",
                    event=event.title,
                )
            )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for event, vals in zip(self, vals_list, strict=True):
            if 'title' not in (default or {}):
                vals['title'] = self.env._("%(event)s (copy)", event=event.title)
            # The copy gets its own campaign.
            vals.pop('name', None)
            vals.pop('campaign_id', None)
        return vals_list

    def _check_group(self, group):
        """Refuse a loop of groups before Odoo does, whose message does not say what to do."""
        events = self.with_context(active_test=False)
        if events.search_count([('id', 'child_of', self.ids), ('id', '=', group.id)], limit=1):
            raise ValidationError(
                self.env._(
                    "%(group)s is a part of %(event)s, which cannot be a part of itself. Choose another group.",
                    group=group.title,
                    event=self[:1].title,
                )
            )

    def _check_company_may_change(self, company_id):
        for event in self.filtered(lambda event: event.company_id.id != company_id):
            # sudo - dealflow.marketing.touch: records of other users count, too.
            if event.sudo().cost_ids or event.env['dealflow.marketing.touch'].sudo().search_count(
                [('event_id', '=', event.id)],
                limit=1,
            ):
                raise UserError(
                    self.env._(
                        "The event %(event)s has costs or opportunities of %(company)s and stays in that company.",
                        event=event.title,
                        company=event.company_id.name,
                    )
                )

    def _sync_campaign_company(self):
        """Set the event's company on its campaign, which would otherwise be offered to other companies."""
        for event in self:
            if event.campaign_id.company_id != event.company_id:
                event.campaign_id.company_id = event.company_id

    def _get_segment_domain(self):
        """Return the domain of the contacts whom the event is for; all contacts if nothing was chosen."""
        self.ensure_one()
        return Domain(ast.literal_eval(self.segment_domain or '[]'))

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Require write access for messages, which mention money: most users may read only title and dates."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(operations, 'write')

    # Calls and meetings that took place at the event, or because of it

    def _dealflow_get_event_field(self):
        return 'marketing_event_id'

    # Actions

    @api.model
    def _get_survey_models(self):
        """Return the model of surveys if its module is installed."""
        return [('survey.survey', self.env._("Survey"))] if 'survey.survey' in self.env else []

    def _compute_has_surveys(self):
        self.has_surveys = 'survey.survey' in self.env

    @api.model
    @api.readonly
    @public_method(year=WHOLE_NUMBER)
    def get_timeline(self, year):
        """Return the events of a year for the timeline, in the order in which they begin.

        :return: ``rows`` of plain data, and ``undated``: how many open events have no dates
        """
        if not year or not MINYEAR <= year <= MAXYEAR:
            raise UserError(self.env._("Choose a year, not “%(year)s”.", year=year))
        first, last = date(year, 1, 1), date(year, 12, 31)
        # A one-day event may have no end date.
        events = self.search(
            [
                ('date_start', '<=', last),
                '|',
                ('date_end', '>=', first),
                '&',
                ('date_end', '=', False),
                ('date_start', '>=', first),
            ],
            order='date_start, id',
        )
        states = self._dealflow_get_value_labels('state')
        return {
            'rows': [
                {
                    'id': event.id,
                    'title': event.title,
                    'kind': event.kind_id.name or "",
                    'color': event.kind_id.color,
                    'state': states[event.state],
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

    @public_method(one=True)
    def action_import_participants(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_participant_import_action')
        return {**action, 'context': {'default_event_id': self.id}}

    @public_method(one=True)
    def action_invite_segment(self):
        """Add the contacts of the segment who are not participants yet (C71).

        :return: True
        :raise UserError: there is no segment, or all its contacts are participants
        """
        self.check_access('write')
        domain = self._get_segment_domain()
        if domain.is_true():
            raise UserError(
                self.env._(
                    "The event %(event)s has no segment. Choose conditions for the contacts first: without them, every "
                    "contact of the database would be invited.",
                    event=self.title,
                )
            )
        domain &= Domain('company_id', 'in', [False, self.company_id.id])
        contacts = self.env['res.partner'].search(domain) - self.participant_ids.partner_id
        if not contacts:
            raise UserError(
                self.env._(
                    "All contacts of the segment of %(event)s are participants already.",
                    event=self.title,
                )
            )
        self.participant_ids = [Command.create({'partner_id': contact.id}) for contact in contacts]
        return True

    @public_method(one=True)
    def action_view_participants(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_participant_action')
        return {
            **action,
            'domain': [('event_id', 'child_of', self.id)],
            'context': {'default_event_id': self.id, 'search_default_group_by_state': 1},
        }

    @public_method(one=True)
    def action_view_segment(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_contacts')
        return {**action, 'name': self.env._("Segment"), 'domain': list(self._get_segment_domain()), 'context': {}}

    @public_method()
    def action_create_opportunities(self):
        """Create an opportunity for each attendee; see the method of the participants."""
        return self.participant_ids.action_create_opportunities()

    @public_method(one=True)
    def action_mail_participants(self):
        """Open a mailing to the participants who have agreed to mailings; nothing is sent (C72).

        The consent is part of the mailing's domain, so that contacts who withdraw it meanwhile get no e-mail.

        :raise UserError: no participant with an e-mail address has agreed
        """
        self.check_access('write')
        agreed = self.participant_ids.partner_id.filtered(
            lambda partner: partner.mailing_consent == 'given' and partner.email,
        )
        if not agreed:
            raise UserError(
                self.env._(
                    "No participant of %(event)s has an e-mail and the consent to mailings. The consent is a field of "
                    "the contact.",
                    event=self.title,
                )
            )
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

    @public_method()
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

    @public_method(one=True)
    def action_send_survey(self):
        """Open Odoo's invitation to the survey for the participants who have agreed to mailings (C73)."""
        if not self.survey_ref:
            raise UserError(self.env._("First choose the survey that the participants are to answer."))
        agreed = self.participant_ids.partner_id.filtered(lambda partner: partner.mailing_consent == 'given')
        action = self.survey_ref.action_send_survey()
        return {**action, 'context': {**action['context'], 'default_partner_ids': [Command.set(agreed.ids)]}}

    @public_method(one=True)
    def action_view_opportunities(self):
        return self._get_result_action('crm.crm_lead_opportunities')

    @public_method(one=True)
    def action_view_deals(self):
        return self._get_result_action('dealflow.dealflow_deal_action')

    @public_method(one=True)
    def action_view_children(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_event_action_results')
        return {
            **action,
            'domain': [('id', 'child_of', self.id)],
            'context': {f'search_default_filter_{self.attribution}_touch': 1, 'default_parent_id': self.id},
        }

    @public_method()
    def action_view_analysis(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_marketing_report_action')
        return {
            **action,
            'domain': [('event_id', 'child_of', self.ids)],
            'context': {f'search_default_filter_{self[:1].attribution}_touch': 1},
        }

    @public_method()
    def action_print(self):
        """Print the page of each event, with the attribution used on the screen."""
        return self._print('dealflow.action_report_marketing_event')

    @public_method()
    def action_print_comparison(self):
        """Print the events side by side, with the attribution used on the screen."""
        return self._print('dealflow.action_report_marketing_event_comparison')

    def _print(self, xml_id):
        action = self.env.ref(xml_id).report_action([], data={'attribution': self[:1].attribution}, config=False)
        context = {'active_ids': self.ids, 'dealflow_attribution': self[:1].attribution}
        return {**action, 'context': {**self.env.context, **context}}

    def _get_result_action(self, xml_id):
        """Open the records behind a figure: of this event and all events inside it, by the attribution in use."""
        self.ensure_one()
        name = 'marketing_event_id' if self.attribution == 'first' else 'marketing_last_event_id'
        action = self.env['ir.actions.act_window']._for_xml_id(xml_id)
        return {**action, 'domain': [(name, 'child_of', self.id)], 'context': {'active_test': False}}

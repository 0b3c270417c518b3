import ast
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

MARKETING = 'dealflow.group_marketing'


class DealflowMarketingEvent(models.Model):
    """An exhibition, a webinar, an advertisement: what it costs, who came, and what money it brought (E46-E50, X14).

    The event is a campaign (``utm.campaign``) with a plan: leads, deals, orders and mailings carry the campaign, and so
    belong to the event. Its title, responsible person and tags are those of the campaign.

    Everybody who may see deals reads what an event is and when it takes place, because sellers choose it on their
    deals. Budget, costs, participants and results carry ``groups``: only marketing reads them.
    """

    _name = 'dealflow.marketing.event'
    _description = "Marketing Event"
    _inherits = {'utm.campaign': 'campaign_id'}
    _inherit = ['mail.thread', 'mail.activity.mixin']
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
            ('idea', "Idea"), ('planned', "Planned"), ('running', "Running"), ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        string="Status", default='idea', required=True, index=True, tracking=True, group_expand=True,
    )
    date_start = fields.Date(string="Begins On", index=True, tracking=True)
    date_end = fields.Date(string="Ends On", tracking=True)
    location = fields.Char(tracking=True)
    parent_id = fields.Many2one(
        'dealflow.marketing.event', string="Group of Events", index='btree_not_null', check_company=True,
        ondelete='restrict', help="The group's results are the sum of its own and of all its events.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many('dealflow.marketing.event', 'parent_id', string="Events of the Group")
    child_count = fields.Integer(compute='_compute_child_count')

    # Plan
    goal = fields.Text(
        string="Goals", groups=MARKETING, help="What the event is for: attract clients, promote a new product.",
    )
    goal_lead_count = fields.Integer(string="Planned Opportunities", groups=MARKETING)
    goal_won_amount = fields.Monetary(string="Planned Sales", groups=MARKETING)
    budget = fields.Monetary(
        tracking=True, groups=MARKETING, help="What the event may cost at most, in the currency of the company.",
    )
    cost_ids = fields.One2many('dealflow.marketing.cost', 'event_id', string="Costs", groups=MARKETING)
    material_ids = fields.Many2many(
        'dealflow.marketing.material', 'dealflow_marketing_event_material_rel', 'event_id', 'material_id',
        string="Materials", check_company=True, groups=MARKETING,
    )
    segment_domain = fields.Char(
        string="Segment", default='[]', groups=MARKETING,
        help="The contacts whom the event is for; the rest of them is compared with those who were invited.",
    )
    segment_count = fields.Integer(string="Contacts in the Segment", compute='_compute_segment_count', groups=MARKETING)
    participant_ids = fields.One2many(
        'dealflow.marketing.participant', 'event_id', string="Participants", groups=MARKETING,
    )
    participant_count = fields.Integer(string="Invited", compute='_compute_participant_counts', groups=MARKETING)
    attended_count = fields.Integer(string="Attended", compute='_compute_participant_counts', groups=MARKETING)

    _campaign_uniq = models.UniqueIndex('(campaign_id)', "Another marketing event has this campaign already.")
    _check_budget = models.Constraint('CHECK (budget >= 0)', "The budget cannot be negative.")

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
            [('event_id', 'in', self.ids)], ['event_id', 'state'], ['__count'],
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
                raise ValidationError(self.env._(
                    "The event %(event)s ends on %(end)s but begins on %(start)s. Correct one of the two dates.",
                    event=event.title, end=event.date_end, start=event.date_start or self.env._("no day"),
                ))

    @api.constrains('segment_domain')
    def _check_segment_domain(self):
        for event in self:
            try:
                self.env['res.partner']._search(event._get_segment_domain())
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(self.env._(
                    "The segment of the event %(event)s cannot be understood: %(error)s. Choose its conditions again.",
                    event=event.title, error=error,
                )) from error

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._share_company()
        # Opportunities may carry the campaign longer than it has been an event.
        self.env['dealflow.marketing.touch']._sync_campaigns(events.campaign_id)
        return events

    def write(self, vals):
        if 'company_id' in vals:
            self._check_company_may_change(vals['company_id'])
        if vals.get('parent_id'):
            self._check_group(self.browse(vals['parent_id']))
        result = super().write(vals)
        if 'company_id' in vals:
            self._share_company()
        if 'campaign_id' in vals:
            self.env['dealflow.marketing.touch']._sync_campaigns(self.campaign_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_results(self):
        # sudo - dealflow.marketing.touch: what others have attached counts too.
        touched = self.env['dealflow.marketing.touch'].sudo().search([('event_id', 'in', self.ids)], limit=1)
        # sudo - dealflow.marketing.cost: see above.
        spent = self.env['dealflow.marketing.cost'].sudo().search([('event_id', 'in', self.ids)], limit=1)
        if event := touched.event_id or spent.event_id:
            raise UserError(self.env._(
                "The event %(event)s has costs or has brought opportunities, which tell what it was worth. Archive it "
                "instead.", event=event.title,
            ))

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for event, vals in zip(self, vals_list, strict=True):
            if 'title' not in (default or {}):
                vals['title'] = self.env._("%(event)s (copy)", event=event.title)
            # The copy is a campaign of its own.
            vals.pop('name', None)
            vals.pop('campaign_id', None)
        return vals_list

    def _check_group(self, group):
        """Say it before the tree is stored: Odoo's own refusal does not tell what to do."""
        events = self.with_context(active_test=False)
        if events.search_count([('id', 'child_of', self.ids), ('id', '=', group.id)], limit=1):
            raise ValidationError(self.env._(
                "%(group)s is a part of %(event)s, which cannot be a part of itself. Choose another group.",
                group=group.title, event=self[:1].title,
            ))

    def _check_company_may_change(self, company_id):
        for event in self.filtered(lambda event: event.company_id.id != company_id):
            # sudo - dealflow.marketing.touch: what others have attached counts too.
            if event.sudo().cost_ids or event.env['dealflow.marketing.touch'].sudo().search_count(
                [('event_id', '=', event.id)], limit=1,
            ):
                raise UserError(self.env._(
                    "The event %(event)s has costs or opportunities of %(company)s and stays in that company.",
                    event=event.title, company=event.company_id.name,
                ))

    def _share_company(self):
        """A campaign without its event's company would be offered to other companies."""
        for event in self:
            if event.campaign_id.company_id != event.company_id:
                event.campaign_id.company_id = event.company_id

    def _get_segment_domain(self):
        """Return the contacts whom the event is for; every contact when nothing was chosen."""
        self.ensure_one()
        return Domain(ast.literal_eval(self.segment_domain or '[]'))

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Messages speak of money: who may only read the name of an event does not read them."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(operations, 'write')

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext

# What people type to get past a mandatory field.
PLACEHOLDERS = {
    '',
    '-',
    '--',
    '.',
    '..',
    '...',
    '?',
    '??',
    '???',
    'x',
    'xx',
    'xxx',
    'n/a',
    'na',
    'none',
    'no',
    'tbd',
    'tba',
    'todo',
    'test',
    'нет',
    'н/д',
    'немає',
    'няма',
    'brak',
    'nie ma',
    'hz',
    'хз',
}


class DealflowStageRequirement(models.Model):
    """One piece of evidence that a deal must show to enter a stage, and to stay proven in it (E65)."""

    _name = 'dealflow.stage.requirement'
    _description = "Stage Requirement"
    _inherit = 'dealflow.derived.mixin'
    _order = 'stage_id, sequence, id'

    stage_id = fields.Many2one('dealflow.stage', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ('field', "A field is filled in"),
            ('attachment', "A file is attached"),
            ('event_done', "An activity or event was done"),
            ('entity_confirmed', "The legal entity is confirmed by accounting"),
            ('contract_active', "A contract is active"),
            ('receipts_total', "Receipts are planned"),
            ('received_share', "Money has come"),
            ('order_confirmed', "An order is confirmed"),
        ],
        required=True, default='field',
    )
    field_id = fields.Many2one(
        'ir.model.fields', ondelete='cascade',
        domain="[('model', '=', 'dealflow.deal'), ('name', 'not in', ('id', 'display_name'))]",
        help="Must hold something that is not a placeholder such as “-”, “n/a” or “tbd”.",
    )
    file_pattern = fields.Char(
        string="Name of the File",
        help="Part of the file name; * stands for anything, e.g. “contract*.pdf”. Empty means any file.",
    )
    count = fields.Integer(string="Number", default=1, help="At least so many.")
    activity_type_id = fields.Many2one('mail.activity.type', string="Type of Activity", ondelete='cascade')
    event_type_id = fields.Many2one('dealflow.event.type', string="Type of Event", ondelete='cascade')
    days = fields.Integer(string="Within Days", help="Done not longer ago than so many days. 0 means whenever.")
    percent = fields.Float(string="Share (%)", default=100.0, help="Of the amount of the deal, in per cent.")
    description = fields.Char(compute='_compute_description')

    _check_count = models.Constraint('CHECK (count >= 1)', "At least one file must be required.")
    _check_days = models.Constraint('CHECK (days >= 0)', "The number of days cannot be negative.")
    _check_percent = models.Constraint('CHECK (percent > 0)', "The required share must be more than 0 per cent.")

    @api.depends('kind', 'field_id', 'file_pattern', 'count', 'activity_type_id', 'event_type_id', 'days', 'percent')
    def _compute_description(self):
        for requirement in self:
            requirement.description = requirement._describe()

    @api.constrains('kind', 'field_id', 'activity_type_id', 'event_type_id')
    def _check_parameters(self):
        for requirement in self:
            if requirement.kind == 'field' and not requirement.field_id:
                raise ValidationError(
                    self.env._(
                        "A requirement of the stage %(stage)s demands a field: choose which one.",
                        stage=requirement.stage_id.name,
                    )
                )
            if requirement.kind == 'event_done' and not (requirement.activity_type_id or requirement.event_type_id):
                raise ValidationError(self.env._(
                    "A requirement of the stage %(stage)s demands an activity or event: choose its type.",
                    stage=requirement.stage_id.name,
                ))

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        self.env.registry.clear_cache()
        return requirements

    def write(self, vals):
        result = super().write(vals)
        if 'stage_id' in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _describe(self):
        """Return what the requirement demands, in the words of the checklist on the deal."""
        self.ensure_one()
        # sudo - ir.model.fields: a salesperson may not read it, but its label explains the demand.
        label = self.sudo().field_id.field_description or ''
        done = " / ".join(filter(None, (self.activity_type_id.name, self.event_type_id.name)))
        return {
            'field': lambda: self.env._("The field “%(field)s” is filled in", field=label),
            'attachment': lambda: self.file_pattern
            and self.env._(
                "Files named “%(pattern)s” are attached: at least %(count)s",
                pattern=self.file_pattern,
                count=self.count,
            )
            or self.env._("Files are attached: at least %(count)s", count=self.count),
            'event_done': lambda: self.days
            and self.env._(
                "“%(activity)s” was done within the last %(days)s days",
                activity=done,
                days=self.days,
            )
            or self.env._("“%(activity)s” was done", activity=done),
            'entity_confirmed': lambda: self.env._("The legal entity is confirmed by accounting"),
            'contract_active': lambda: self.env._("A contract with the legal entity is active"),
            'receipts_total': lambda: self.env._(
                "Receipts are planned for %(percent)g %% of the amount", percent=self.percent
            ),
            'received_share': lambda: self.env._(
                "%(percent)g %% of the amount has been received", percent=self.percent
            ),
            'order_confirmed': lambda: self.env._("An order of the deal is confirmed"),
        }[self.kind]()

    def _get_missing(self, deals):
        """Return the deals of ``deals`` that do not show the evidence; asked once for all of them.

        :param deals: deals, whatever stage they are in
        :rtype: recordset of ``dealflow.deal``
        """
        self.ensure_one()
        return deals - getattr(self, f'_filter_{self.kind}')(deals)

    def _is_blocking(self, deal):
        """Whether the missing evidence keeps the deal out; unconfirmed entities follow the setting of the company."""
        self.ensure_one()
        return self.kind != 'entity_confirmed' or deal.company_id.sudo().dealflow_gate_stage == 'block'

    # One filter for each kind: it returns the deals that show the evidence

    def _filter_field(self, deals):
        field_name = self.sudo().field_id.name
        return deals.filtered(lambda deal: self._is_filled(deal._fields[field_name], deal[field_name]))

    @api.model
    def _is_filled(self, field, value):
        if field.type == 'html':
            value = html2plaintext(value or '')
        if isinstance(value, str) and field.type in ('char', 'text', 'html'):
            word = value.strip().lower()
            return word not in PLACEHOLDERS and len(set(word) - {' '}) > 1
        return bool(value)

    def _filter_attachment(self, deals):
        domain = [('res_model', '=', 'dealflow.deal'), ('res_id', 'in', deals.ids)]
        if self.file_pattern:
            domain.append(
                (
                    'name',
                    '=ilike',
                    self.file_pattern.replace('%', r'\%').replace('*', '%')
                    if '*' in self.file_pattern
                    else f'%{self.file_pattern}%',
                )
            )
        # sudo - ir.attachment: files that the person may not open are evidence too; only their number is used.
        counts = dict(self.env['ir.attachment'].sudo()._read_group(domain, ['res_id'], ['__count']))
        return deals.filtered(lambda deal: counts.get(deal.id, 0) >= self.count)

    def _filter_event_done(self, deals):
        """An activity of the type was done on the deal, or an event of the type took place (B17)."""
        done_ids = set()
        if self.activity_type_id:
            domain = Domain([
                ('res_model', '=', 'dealflow.deal'), ('res_id', 'in', deals.ids), ('active', '=', False),
                ('activity_type_id', '=', self.activity_type_id.id), ('date_done', '!=', False),
            ])
            if self.days:
                domain &= Domain('date_done', '>=', f'today -{self.days}d')
            # sudo - mail.activity: activities of colleagues are evidence too; only their existence is used.
            activities = self.env['mail.activity'].sudo().with_context(active_test=False)
            done_ids.update(res_id for [res_id] in activities._read_group(domain, ['res_id']))
        if self.event_type_id:
            domain = Domain([
                ('deal_id', 'in', deals.ids), ('event_type_id', '=', self.event_type_id.id),
                ('event_status_id.is_done', '=', True),
            ])
            if self.days:
                domain &= Domain('start', '>=', f'today -{self.days}d')
            # sudo - calendar.event: events of colleagues are evidence too; only their existence is used.
            events = self.env['calendar.event'].sudo()
            done_ids.update(deal.id for [deal] in events._read_group(domain, ['deal_id']))
        return deals.filtered(lambda deal: deal.id in done_ids)

    def _filter_entity_confirmed(self, deals):
        problems = deals.legal_entity_id._get_requisites_problems()
        return deals.filtered(
            lambda deal: deal.company_id.sudo().dealflow_gate_stage == 'ignore'
            or (deal.legal_entity_id and deal.legal_entity_id.commercial_partner_id not in problems))

    def _filter_contract_active(self, deals):
        today = fields.Date.context_today(self)
        # sudo - dealflow.contract: the contract counts whoever moves the deal.
        contracts = self.env['dealflow.contract'].sudo().search([
            '|', ('deal_id', 'in', deals.ids),
            '&', ('deal_id', '=', False), ('entity_id', 'in', deals.legal_entity_id.commercial_partner_id.ids),
        ]).filtered(lambda contract: contract._is_active_on(today))
        return deals.filtered(lambda deal: any(
            contract.company_id == deal.company_id and (
                contract.deal_id == deal
                or not contract.deal_id and contract.entity_id == deal.legal_entity_id.commercial_partner_id)
            for contract in contracts
        ))

    def _filter_receipts_total(self, deals):
        return deals.filtered(lambda deal: self._is_share_reached(deal, deal.sudo().planned_total))

    def _filter_received_share(self, deals):
        return deals.filtered(lambda deal: self._is_share_reached(deal, deal.sudo().received_total))

    def _is_share_reached(self, deal, total):
        goal = deal.amount * self.percent / 100
        return deal.amount > 0 and deal.currency_id.compare_amounts(total, goal) >= 0

    def _filter_order_confirmed(self, deals):
        # sudo - sale.order: the order counts whoever moves the deal.
        confirmed = {deal.id for [deal] in self.env['sale.order'].sudo()._read_group(
            [('deal_id', 'in', deals.ids), ('state', '=', 'sale')], ['deal_id'])}
        return deals.filtered(lambda deal: deal.id in confirmed)

    def _get_action(self, deal):
        """Return the action that helps to bring the evidence, or None when the card itself is the place for it."""
        self.ensure_one()
        if self.kind == 'entity_confirmed' and deal.legal_entity_id:
            return {'type': 'ir.actions.act_window', 'res_model': 'res.partner', 'views': [[False, 'form']],
                    'res_id': deal.legal_entity_id.id}
        if self.kind == 'contract_active':
            return {
                'type': 'ir.actions.act_window',
                'name': self.env._("Contracts"),
                'res_model': 'dealflow.contract',
                'views': [[False, 'list'], [False, 'form']],
                'domain': [('entity_id', '=', deal.legal_entity_id.commercial_partner_id.id)],
                'context': {
                    'default_entity_id': deal.legal_entity_id.commercial_partner_id.id,
                    'default_deal_id': deal.id,
                },
            }
        if self.kind in ('receipts_total', 'received_share'):
            action = deal.action_view_receipts()
            return {key: action[key] for key in ('type', 'name', 'res_model', 'views', 'domain', 'context')}
        if self.kind == 'order_confirmed':
            action = deal.action_view_orders()
            return {key: action[key] for key in ('type', 'name', 'res_model', 'views', 'domain', 'context')}
        return None

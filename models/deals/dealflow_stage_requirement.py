from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import html2plaintext

from ...tools.placeholders import is_filled


class DealflowStageRequirement(models.Model):
    """A requirement that a deal must meet to enter a stage, and to meet while it is there (E65).

    ``receipts/`` and ``events/`` add kinds of their own.
    """

    _name = 'dealflow.stage.requirement'
    _description = "Stage Requirement"
    _inherit = ['dealflow.derived.mixin', 'dealflow.cached.mixin']
    _order = 'stage_id, sequence, id'

    stage_id = fields.Many2one('dealflow.stage', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ('field', "A field is filled in"),
            ('attachment', "A file is attached"),
            ('entity_confirmed', "The legal entity is confirmed by accounting"),
            ('contract_active', "A contract is in force"),
            ('order_confirmed', "An order is confirmed"),
            ('order_or_contract', "An order is confirmed or a contract is in force"),
        ],
        required=True,
        default='field',
    )
    field_id = fields.Many2one(
        'ir.model.fields',
        ondelete='cascade',
        domain="[('model', '=', 'dealflow.deal'), ('name', 'not in', ('id', 'display_name'))]",
        help="Must contain something other than a placeholder such as “-”, “n/a” or “tbd”.",
    )
    file_pattern = fields.Char(
        string="Name of the File",
        help="Part of the file name; * stands for anything, e.g. “contract*.pdf”. Empty means any file.",
    )
    min_count = fields.Integer(string="Number", default=1, help="The minimum number.")
    is_enforced = fields.Boolean(
        string="In Force", default=True, help="Switched off, it stops nobody, and can still be looked at beforehand."
    )
    description = fields.Char(compute='_compute_description')

    _check_count = models.Constraint('CHECK (min_count >= 1)', "At least one file must be required.")

    @api.depends('kind', 'field_id', 'file_pattern', 'min_count')
    @api.depends_context('lang')
    def _compute_description(self):
        for requirement in self:
            requirement.description = requirement._describe()

    @api.constrains('kind', 'field_id')
    def _check_parameters(self):
        for requirement in self:
            if requirement.kind == 'field' and not requirement.field_id:
                raise ValidationError(
                    self.env._(
                        "A requirement of the stage %(stage)s needs a field. Choose one.",
                        stage=requirement.stage_id.name,
                    )
                )

    def _describe(self):
        """Return the text of the requirement for the checklist on the deal.

        Each kind has its own method ``_describe_<kind>()``.

        :rtype: str
        """
        self.ensure_one()
        return getattr(self, f'_describe_{self.kind}')()

    def _describe_field(self):
        # sudo - ir.model.fields: salespeople may not read fields, but need the label of the required one.
        return self.env._("The field “%(field)s” is filled in", field=self.sudo().field_id.field_description or '')

    def _describe_attachment(self):
        if self.file_pattern:
            return self.env._(
                "Files named “%(pattern)s” are attached: at least %(count)s",
                pattern=self.file_pattern,
                count=self.min_count,
            )
        return self.env._("Files are attached: at least %(count)s", count=self.min_count)

    def _describe_entity_confirmed(self):
        return self.env._("The legal entity is confirmed by accounting")

    def _describe_contract_active(self):
        return self.env._("A contract with the legal entity is in force")

    def _describe_order_confirmed(self):
        return self.env._("An order of the deal is confirmed")

    def _describe_order_or_contract(self):
        return self.env._("An order of the deal is confirmed, or a contract with the legal entity is in force")

    def _get_missing(self, deals):
        """Return those of ``deals`` that do not meet the requirement, checked in one batch.

        Each kind has its own method ``_filter_<kind>(deals)``, which returns the deals that do meet it.

        :param deals: deals in any stage
        :rtype: recordset of ``dealflow.deal``
        """
        self.ensure_one()
        return deals - getattr(self, f'_filter_{self.kind}')(deals)

    def _is_blocking(self, deal):
        """Return whether an unmet requirement blocks the move; for unconfirmed entities the company setting decides."""
        self.ensure_one()
        return self.kind != 'entity_confirmed' or deal.company_id.sudo().dealflow_gate_stage == 'block'

    # Filters by kind: each returns the deals that meet the requirement

    def _filter_field(self, deals):
        field_name = self.sudo().field_id.name
        return deals.filtered(lambda deal: self._is_filled(deal._fields[field_name], deal[field_name]))

    @api.model
    def _is_filled(self, field, value):
        if field.type == 'html':
            value = html2plaintext(value or '')
        if isinstance(value, str) and field.type in ('char', 'text', 'html'):
            return is_filled(value)
        return bool(value)

    def _get_attachment_domain(self, deals):
        """Return the domain of the files that count."""
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
        return domain

    def _filter_attachment(self, deals):
        domain = self._get_attachment_domain(deals)
        # sudo - ir.attachment: files that the user may not open count too; only their number is used.
        counts = dict(self.env['ir.attachment'].sudo()._read_group(domain, ['res_id'], ['__count']))
        return deals.filtered(lambda deal: counts.get(deal.id, 0) >= self.min_count)

    def _filter_entity_confirmed(self, deals):
        problems = deals.legal_entity_id._dealflow_get_requisites_problems()
        return deals.filtered(
            lambda deal: (
                deal.company_id.sudo().dealflow_gate_stage == 'ignore'
                or (deal.legal_entity_id and deal.legal_entity_id.commercial_partner_id not in problems)
            )
        )

    @api.model
    def _get_contract_domain(self, deals):
        """Return the domain of the contracts that may count: of the deals, or of their legal entities."""
        return [
            '|',
            ('deal_id', 'in', deals.ids),
            '&',
            ('deal_id', '=', False),
            ('entity_id', 'in', deals.legal_entity_id.commercial_partner_id.ids),
        ]

    @api.model
    def _is_contract_of(self, contract, deal):
        """Return whether a contract counts for a deal."""
        return contract.company_id == deal.company_id and (
            contract.deal_id == deal
            or not contract.deal_id
            and contract.entity_id == deal.legal_entity_id.commercial_partner_id
        )

    def _filter_contract_active(self, deals):
        today = fields.Date.context_today(self)
        # sudo - dealflow.contract: contracts that the user may not read count too.
        contracts = (
            self.env['dealflow.contract']
            .sudo()
            .search(self._get_contract_domain(deals))
            .filtered(lambda contract: contract._is_active_on(today))
        )
        return deals.filtered(lambda deal: any(self._is_contract_of(contract, deal) for contract in contracts))

    def _filter_order_confirmed(self, deals):
        # sudo - sale.order: orders that the user may not read count too.
        confirmed = {
            deal.id
            for [deal] in self.env['sale.order']
            .sudo()
            ._read_group([('deal_id', 'in', deals.ids), ('state', '=', 'sale')], ['deal_id'])
        }
        return deals.filtered(lambda deal: deal.id in confirmed)

    def _filter_order_or_contract(self, deals):
        return self._filter_order_confirmed(deals) | self._filter_contract_active(deals)

    def _get_action(self, deal):
        """Return the action that helps to meet the requirement, or None if that is done on the deal form itself.

        A kind that has an action defines it in its own method ``_action_<kind>(deal)``. Whoever may not do it is told
        what is missing, without a link.

        :param deal: the deal that does not meet the requirement
        :rtype: dict | None
        """
        self.ensure_one()
        get_action = getattr(self, f'_action_{self.kind}', None)
        try:
            return get_action and get_action(deal)
        except AccessError:
            return None

    def _action_entity_confirmed(self, deal):
        return (
            deal.legal_entity_id
            and {
                'type': 'ir.actions.act_window',
                'res_model': 'res.partner',
                'views': [[False, 'form']],
                'res_id': deal.legal_entity_id.id,
            }
            or None
        )

    def _action_contract_active(self, deal):
        entity = deal.legal_entity_id.commercial_partner_id
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Contracts"),
            'res_model': 'dealflow.contract',
            'views': [[False, 'list'], [False, 'form']],
            'domain': [('entity_id', '=', entity.id)],
            'context': {'default_entity_id': entity.id, 'default_deal_id': deal.id},
        }

    def _action_order_confirmed(self, deal):
        return self._to_link(deal.action_view_orders())

    def _action_order_or_contract(self, deal):
        return self._action_order_confirmed(deal)

    @api.model
    def _to_link(self, action):
        """Return the keys of the action that the link in the checklist needs to open its list."""
        return {key: action[key] for key in ('type', 'name', 'res_model', 'views', 'domain', 'context')}

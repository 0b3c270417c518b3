from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DealflowRuleAction(models.Model):
    """Records that a rule creates, and what it adds to the one that it acts on (C36-C38, C45-C47)."""

    _inherit = 'dealflow.rule.action'

    kind = fields.Selection(
        selection_add=[
            ('opportunity', "Create an opportunity"),
            ('deal', "Create a deal"),
            ('invoice', "Create a draft invoice"),
            ('product', "Add a product"),
            ('co_add', "Add a co-executor"),
            ('co_remove', "Remove a co-executor"),
        ],
        ondelete={kind: 'cascade' for kind in ('opportunity', 'deal', 'invoice', 'product', 'co_add', 'co_remove')},
    )
    title = fields.Char(help="Empty: the name of the record that the rule acts on.")
    funnel_id = fields.Many2one('dealflow.funnel', ondelete='restrict', index='btree_not_null')
    with_lines = fields.Boolean(string="With Its Products", default=True)
    product_id = fields.Many2one(
        'product.product', ondelete='restrict', index='btree_not_null', domain="[('sale_ok', '=', True)]"
    )
    quantity = fields.Float(default=1.0)

    _check_quantity = models.Constraint('CHECK (quantity > 0)', "The quantity must be above zero.")

    @api.depends('title', 'product_id', 'quantity')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('product_id', 'kind')
    def _check_product(self):
        self._check_complete()

    @api.model
    def _get_objects(self):
        parties = (
            'opportunity',
            'deal',
            'contact',
            'company',
            'order',
            'invoice',
            'receipt',
            'claim',
            'contract',
            'event',
        )
        return {
            **super()._get_objects(),
            'opportunity': parties,
            'deal': parties,
            'invoice': ('order', 'deal', 'contact', 'company'),
            'product': ('deal', 'order'),
            'co_add': ('deal',),
            'co_remove': ('deal',),
        }

    def _get_problem_opportunity(self):
        return self._get_problem_of_person()

    def _get_problem_deal(self):
        return self._get_problem_of_person()

    def _get_problem_invoice(self):
        if self.rule_id.object in ('contact', 'company') and not self.product_id:
            return self.env._("choose the product.")
        return ''

    def _get_problem_product(self):
        return '' if self.product_id else self.env._("choose the product.")

    def _get_problem_co_add(self):
        return self._get_problem_of_person()

    def _get_problem_co_remove(self):
        # Whoever has left may be taken away all the same.
        if self.person == 'user' and self.user_id:
            return ''
        return self._get_problem_of_person()

    def _get_needed_access(self):
        needed = super()._get_needed_access()
        match self.kind:
            case 'opportunity':
                needed.append(('crm.lead', 'create'))
            case 'deal':
                needed.append(('dealflow.deal', 'create'))
            case 'invoice':
                needed.append(('account.move', 'create'))
            case 'product' | 'co_add' | 'co_remove':
                needed.append((self.rule_id._get_model_name(), 'write'))
        return needed

    def _describe_product(self):
        return self.env._(
            "%(product)s, %(quantity)s", product=self.product_id.display_name, quantity=f'{self.quantity:g}'
        )

    def _describe_co_add(self):
        return self._describe_person()

    def _describe_co_remove(self):
        return self._describe_person()

    def _describe_opportunity(self):
        return self.title or self._describe_person()

    def _describe_deal(self):
        return self.title or self._describe_person()

    def _describe_made(self, record):
        return self.env._(
            "%(kind)s: %(record)s", kind=self._dealflow_get_value_label('kind'), record=record.display_name
        )

    def _run_opportunity(self, record):
        lead = record.env['crm.lead'].create(
            {
                'name': self.title or record.display_name,
                'type': 'opportunity',
                'partner_id': self._get_client(record).id,
                'user_id': self._get_person(record).id,
            }
        )
        return self._describe_made(lead)

    def _run_deal(self, record):
        vals = {'user_id': self._get_person(record).id}
        if self.title:
            vals['name'] = self.title
        if self.funnel_id:
            vals['funnel_id'] = self.funnel_id.id
        match record._name:
            case 'crm.lead':
                return self._describe_made(record._dealflow_convert_to_deals(vals))
            case 'dealflow.deal' if self.with_lines:
                return self._describe_made(record.copy({'name': record.name, 'predecessor_id': record.id, **vals}))
        client = self._get_client(record)
        deal = record.env['dealflow.deal'].create(
            {'name': record.display_name, 'business_partner_id': client.business_partner_id.id or client.id, **vals}
        )
        return self._describe_made(deal)

    def _run_invoice(self, record):
        if record._name == 'sale.order':
            invoice = record._create_invoices()
            if not invoice:
                raise UserError(self.env._("%(owner)s may not create invoices.", owner=record.env.user.name))
            return self._describe_made(invoice)
        lines = self._prepare_invoice_lines(record)
        if not lines:
            raise UserError(self.env._("“%(record)s” has no products to invoice.", record=record.display_name))
        client = record.legal_entity_id if record._name == 'dealflow.deal' else self._get_client(record)
        if not client:
            raise UserError(self.env._("“%(record)s” has nobody to invoice.", record=record.display_name))
        values = {'move_type': 'out_invoice', 'partner_id': client.id, 'invoice_line_ids': lines}
        if record._name == 'dealflow.deal':
            values['currency_id'] = record.currency_id.id
        return self._describe_made(record.env['account.move'].create(values))

    def _prepare_invoice_lines(self, record):
        """Return the lines of a draft invoice: the chosen product, else the products of the deal."""
        if self.product_id:
            return [Command.create({'product_id': self.product_id.id, 'quantity': self.quantity})]
        return [
            Command.create(
                {
                    'product_id': line.product_id.id,
                    'name': line.name,
                    'quantity': line.quantity,
                    'price_unit': line.price_unit,
                    'discount': line.discount,
                }
            )
            for line in record.line_ids
        ]

    def _run_product(self, record):
        """Add the product, unless it is there."""
        lines = record.line_ids if record._name == 'dealflow.deal' else record.order_line
        if self.product_id in lines.product_id:
            return ''
        if record._name == 'dealflow.deal':
            values = {'deal_id': record.id, 'quantity': self.quantity}
        else:
            values = {'order_id': record.id, 'product_uom_qty': self.quantity}
        lines.create({'product_id': self.product_id.id, **values})
        return self.env._("Added: %(product)s", product=self.product_id.display_name)

    def _run_co_add(self, record):
        person = self._get_person(record)
        if person in record.co_executor_ids:
            return ''
        record.co_executor_ids = [Command.link(person.id)]
        return self.env._("Co-executor: %(person)s", person=person.name)

    def _run_co_remove(self, record):
        person = self._find_person(record)
        if person not in record.co_executor_ids:
            return ''
        record.co_executor_ids = [Command.unlink(person.id)]
        return self.env._("No co-executor any more: %(person)s", person=person.name)

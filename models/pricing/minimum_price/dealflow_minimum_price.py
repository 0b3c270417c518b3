from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount, ormcache

# What a rule applies to, the most specific first, with the field that names it.
TARGETS = {'variant': 'product_id', 'product': 'product_tmpl_id', 'category': 'categ_id', 'all': None}

Price = namedtuple('Price', 'line product uom price combo', defaults=[None])
Price.__doc__ = """A price to be judged: without taxes, after discounts, for one ``uom`` (empty: the product's own).

An item of a ``combo`` is not judged by itself where the combo has a minimum price.
"""


class DealflowMinimumPrice(models.Model):
    """A rule below which price a product is not sold without more ado (C19).

    Of all rules that are in force, the most specific one counts: that of the variant, then of the product, then of its
    category and of the categories above it, then the one for all products; among equals the one that stands first.
    """

    _name = 'dealflow.minimum.price'
    _description = "Minimum Price"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'sequence, id'
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        index=True,
        default=lambda self: self.env.company,
        help="Empty: the rule applies in all companies.",
    )
    applied_on = fields.Selection(
        [
            ('variant', "Product variant"),
            ('product', "Product"),
            ('category', "Category"),
            ('all', "All products"),
        ],
        required=True,
        default='product',
    )
    product_id = fields.Many2one(
        'product.product', string="Product Variant", index='btree_not_null', check_company=True, ondelete='cascade'
    )
    product_tmpl_id = fields.Many2one(
        'product.template', string="Product", index='btree_not_null', check_company=True, ondelete='cascade'
    )
    categ_id = fields.Many2one(
        'product.category',
        string="Category",
        index='btree_not_null',
        ondelete='cascade',
        help="The rule applies to its subcategories too, unless they have one of their own.",
    )
    kind = fields.Selection(
        [('fixed', "Amount"), ('cost', "Share of cost"), ('list_price', "Share of list price")],
        string="Basis",
        required=True,
        default='fixed',
    )
    amount = fields.Monetary(
        string="Minimum Price",
        help="Without taxes, for one unit of measure of the product. 0: these products have no minimum price, whatever "
        "rules their category has.",
    )
    percent = fields.Float(
        string="Share (%)", digits=(16, 2), default=100.0, help="100 is the cost itself, or the list price itself."
    )
    currency_id = fields.Many2one('res.currency', required=True, default=lambda self: self.env.company.currency_id)
    date_from = fields.Date(string="From", help="First day on which the rule is in force.")
    date_to = fields.Date(string="Until", help="Last day on which the rule is in force.")

    @api.depends('applied_on', 'product_id', 'product_tmpl_id', 'categ_id')
    def _compute_display_name(self):
        for rule in self:
            target = rule._get_target()
            rule.display_name = target.display_name if target else self.env._("All products")

    def _get_target(self):
        """Return the product, variant or category of the rule; ``None`` if it is for all products."""
        self.ensure_one()
        name = TARGETS.get(self.applied_on)
        return self[name] if name else None

    @api.constrains('applied_on', *filter(None, TARGETS.values()))
    def _check_target(self):
        for rule in self:
            for applied_on, name in TARGETS.items():
                if not name:
                    continue
                label = rule._dealflow_get_field_label(name)
                kind = rule._dealflow_get_value_label('applied_on')
                if applied_on == rule.applied_on and not rule[name]:
                    raise ValidationError(
                        self.env._(
                            "A minimum price applied on “%(kind)s” needs the field “%(field)s”. Fill it in, or apply "
                            "the rule on something else.",
                            kind=kind,
                            field=label,
                        )
                    )
                if applied_on != rule.applied_on and rule[name]:
                    raise ValidationError(
                        self.env._(
                            "A minimum price applied on “%(kind)s” cannot have “%(value)s” in the field “%(field)s”. "
                            "Empty the field, or apply the rule on that.",
                            kind=kind,
                            value=rule[name].display_name,
                            field=label,
                        )
                    )

    @api.constrains('kind', 'amount', 'percent')
    def _check_value(self):
        for rule in self:
            name = 'amount' if rule.kind == 'fixed' else 'percent'
            value = rule[name]
            most = {'fixed': None, 'cost': 1000, 'list_price': 100}[rule.kind]
            words = {
                'field': rule._dealflow_get_field_label(name),
                'rule': rule.display_name,
                'value': f'{value:g}',
                'most': most,
            }
            if name == 'amount' and value < 0:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” of “%(rule)s” cannot be %(value)s. Enter an amount, or 0 for products without a "
                        "minimum price.",
                        **words,
                    )
                )
            if name == 'percent' and not 0 < value <= most:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” of “%(rule)s” cannot be %(value)s. Enter more than 0 and not more than %(most)s.",
                        **words,
                    )
                )

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        for rule in self:
            if rule.date_from and rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(
                    self.env._(
                        "The minimum price of “%(rule)s” ends on %(date_to)s, before it begins on %(date_from)s. "
                        "Change one of the days.",
                        rule=rule.display_name,
                        date_from=rule.date_from,
                        date_to=rule.date_to,
                    )
                )

    @api.constrains('kind', 'currency_id', 'company_id')
    def _check_currency(self):
        for rule in self.filtered(lambda rule: rule.kind == 'fixed' and rule.company_id):
            rule.currency_id._check_dealflow_rate(rule.company_id)

    @api.onchange('applied_on')
    def _onchange_applied_on(self):
        """Empty what another kind of rule needs, which would be refused."""
        for applied_on, name in TARGETS.items():
            if name and applied_on != self.applied_on:
                self[name] = False

    @api.onchange('company_id')
    def _onchange_company_id(self):
        if self.company_id and not self.amount:
            self.currency_id = self.company_id.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._note_existence()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.get('active'):
            self._note_existence()
        return result

    def _note_existence(self):
        """Forget that there is no rule, now and once more when other transactions see these."""
        if not self._has_rules():
            self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model
    @ormcache()
    def _has_rules(self):
        """Return whether there may be a rule at all; it costs no query, so that companies without rules pay nothing.

        It stays true after the last rule is archived, until the caches are emptied for another reason.
        """
        # sudo - dealflow.minimum.price: documents are judged by rules that the user may not see.
        return bool(self.sudo().search_count([], limit=1))

    @api.model
    def _get_domain_in_force(self, company, date):
        """Return the domain of the rules of a company and of all companies on a day."""
        return (
            Domain('company_id', 'in', [False, *company.sudo().parent_ids.ids])
            & (Domain('date_from', '=', False) | Domain('date_from', '<=', date))
            & (Domain('date_to', '=', False) | Domain('date_to', '>=', date))
        )

    @api.model
    def _find_rules(self, products_sudo, company, date):
        """Return the rule that counts for each product, by product; those without a rule are absent."""
        templates = products_sudo.product_tmpl_id
        ancestors = {
            categ: [int(number) for number in reversed(categ.parent_path.split('/')[:-1])]
            for categ in templates.categ_id
        }
        rules_sudo = self.sudo().search(
            self._get_domain_in_force(company, date)
            & (
                Domain('applied_on', '=', 'all')
                | Domain('product_id', 'in', products_sudo.ids)
                | Domain('product_tmpl_id', 'in', templates.ids)
                | Domain('categ_id', 'in', list({number for numbers in ancestors.values() for number in numbers}))
            )
        )
        by_target = {}
        for rule in rules_sudo:
            target = rule._get_target()
            by_target.setdefault((rule.applied_on, target.id if target is not None else None), rule)
        if not by_target:
            return {}
        found = {}
        for product in products_sudo:
            for key in (
                ('variant', product.id),
                ('product', product.product_tmpl_id.id),
                *(('category', number) for number in ancestors.get(product.categ_id, ())),
                ('all', None),
            ):
                if rule := by_target.get(key):
                    found[product] = rule
                    break
        return found


def format_price(env, value, other, currency):
    """Return a price as people read it, with as many decimals as show that it is another than ``other``."""
    digits = currency.decimal_places
    while digits < 6 and round(value, digits) == round(other, digits):
        digits += 1
    if digits == currency.decimal_places:
        return format_amount(env, value, currency)
    return f'{value:.{digits}f} {currency.name}'

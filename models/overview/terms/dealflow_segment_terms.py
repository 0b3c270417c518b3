from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_is_zero, formatLang, ormcache


class DealflowSegmentTerms(models.Model):
    """How clients of a segment are approached: price list, discount, approach and talking points (C98).

    A segment is told by status, region, industry and turnover; what is empty does not matter. Of all that fit a client,
    the first one counts, so the narrow ones stand above the wide ones. Nothing is changed on the client or on its
    documents: the terms are shown to who works with it, beside what the client has of its own.
    """

    _name = 'dealflow.segment.terms'
    _description = "Terms of a Segment"
    _inherit = ['dealflow.register.mixin', 'dealflow.company.mixin']
    _check_company_auto = True

    company_id = fields.Many2one(
        'res.company',
        index=True,
        default=lambda self: self.env.company,
        help="Empty: the terms apply in all companies.",
    )
    client_status_ids = fields.Many2many(
        'dealflow.partner.status',
        'dealflow_segment_terms_status_rel',
        'terms_id',
        'status_id',
        string="Client Statuses",
        help="Empty: clients of any status.",
    )
    region_ids = fields.Many2many(
        'dealflow.region',
        'dealflow_segment_terms_region_rel',
        'terms_id',
        'region_id',
        string="Sales Regions",
        help="The regions with all that are part of them. Empty: clients of any region.",
    )
    industry_ids = fields.Many2many(
        'res.partner.industry',
        'dealflow_segment_terms_industry_rel',
        'terms_id',
        'industry_id',
        string="Industries",
        help="Empty: clients of any industry.",
    )
    turnover_from = fields.Monetary(help="The client's own annual turnover. 0: clients of any turnover, known or not.")
    turnover_to = fields.Monetary(string="Turnover Below", help="0: without an upper limit.")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    pricelist_id = fields.Many2one(
        'product.pricelist', string="Price List", index='btree_not_null', check_company=True, ondelete='restrict'
    )
    discount = fields.Float(
        string="Discount (%)", digits='Discount', help="What may be granted to clients of the segment."
    )
    approach = fields.Text(translate=True, help="How these clients are worked with, and what to offer them first.")
    talking_points = fields.Text(translate=True, help="What to say, one point a line.")

    _check_discount_range = models.Constraint(
        'CHECK (discount >= 0 AND discount <= 100)', "The discount of a segment lies between 0 and 100 per cent."
    )

    @api.depends('company_id')
    @api.depends_context('company')
    def _compute_currency_id(self):
        for terms in self:
            terms.currency_id = (terms.company_id or self.env.company).currency_id

    @api.constrains('turnover_from', 'turnover_to')
    def _check_turnover(self):
        for terms in self:
            if terms.turnover_from < 0 or terms.turnover_to and terms.turnover_to <= terms.turnover_from:
                raise ValidationError(
                    self.env._(
                        "The turnover of the segment “%(segment)s” goes from %(first)s to %(last)s. Enter an upper "
                        "limit above the lower one, or 0 for none.",
                        segment=terms.name,
                        first=formatLang(self.env, terms.turnover_from, currency_obj=terms.currency_id),
                        last=formatLang(self.env, terms.turnover_to, currency_obj=terms.currency_id),
                    )
                )

    @api.model
    def _find_for(self, partner):
        """Return the terms that apply to a client in the current company: the first that fit, empty if none do."""
        fitting = next((criteria['id'] for criteria in self._get_criteria() if self._fits(partner, criteria)), False)
        return self.browse(fitting or ())

    @api.model
    @ormcache('self.env.uid', 'self.env.company.id')
    def _get_criteria(self):
        """Return what tells the segments of the current company, in their order, kept until one of them changes."""
        companies = self.env.company.parent_ids
        return [
            {
                'id': terms.id,
                'status_ids': set(terms.client_status_ids.ids),
                'region_ids': set(terms.region_ids.ids),
                'industry_ids': set(terms.industry_ids.ids),
                'turnover_from': terms.turnover_from,
                'turnover_to': terms.turnover_to,
            }
            for terms in self.search(Domain('company_id', 'in', [False, *companies.ids]))
        ]

    @api.model
    def _fits(self, partner, criteria):
        firm = partner.commercial_partner_id
        region = partner.region_id or firm.region_id
        place = {int(number) for number in (region.parent_path or '').split('/') if number}
        turnover = partner.annual_turnover or firm.annual_turnover
        return (
            (not criteria['status_ids'] or partner.client_status_id.id in criteria['status_ids'])
            and (not criteria['region_ids'] or not place.isdisjoint(criteria['region_ids']))
            and (
                not criteria['industry_ids'] or (partner.industry_id or firm.industry_id).id in criteria['industry_ids']
            )
            and (not criteria['turnover_from'] or turnover >= criteria['turnover_from'])
            and (not criteria['turnover_to'] or turnover < criteria['turnover_to'])
        )

    def _describe_segment(self):
        """Return in words which clients belong to the segment."""
        self.ensure_one()
        parts = [
            self.env._("%(what)s: %(values)s", what=self._dealflow_get_field_label(name), values=", ".join(values))
            for name in ('client_status_ids', 'region_ids', 'industry_ids')
            if (values := self[name].mapped('display_name'))
        ]
        for name in ('turnover_from', 'turnover_to'):
            if not self.currency_id.is_zero(self[name]):
                amount = formatLang(self.env, self[name], currency_obj=self.currency_id)
                parts.append(
                    self.env._("%(what)s: %(values)s", what=self._dealflow_get_field_label(name), values=amount)
                )
        return " · ".join(parts) or self.env._("All clients")

    def _get_differences(self, partner):
        """Return in words which terms of its own a client has instead of those of the segment."""
        self.ensure_one()
        told = []
        own = partner.specific_property_product_pricelist
        if self.pricelist_id and own and own != self.pricelist_id:
            told.append(self.env._("Price list of the client: %(pricelist)s", pricelist=own.display_name))
        if not float_is_zero(partner.dealflow_discount - self.discount, precision_digits=2) and (
            partner.dealflow_discount
        ):
            told.append(
                self.env._(
                    "Common discount of the client: %(discount)s%%",
                    discount=formatLang(self.env, partner.dealflow_discount, dp='Discount'),
                )
            )
        return told

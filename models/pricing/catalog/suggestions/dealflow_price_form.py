from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .....tools.public_methods import FLAG, id_of, ids_of, public_method, reference_to

# A product is proposed when it was in so many won deals together with a chosen one, and in such a share of those with
# the chosen one.
LEAST_DEALS = 2
LEAST_SHARE = 0.3
# A product that a client answered to is not proposed again for so many days.
DAYS_OF_REST = 90


class DealflowPriceForm(models.AbstractModel):
    """The one product that is proposed to go with those chosen, and what became of it (C77)."""

    _inherit = 'dealflow.price.form'

    @api.model
    @api.readonly
    @public_method(partner_id=reference_to('res.partner'), product_ids=ids_of('product.product'))
    def get_suggestion(self, partner_id=False, product_ids=()):
        """Return the product that was most often bought together with one of those chosen (C77).

        Counted are the won deals that the user may read.

        :param partner_id: a business partner or legal entity; what it answered to lately is not proposed
        :param product_ids: the products chosen so far, which are not proposed
        :return: ``product_id``, ``name``, ``price`` for one unit, ``currency``, and ``reason`` in words; empty when
            there is nothing to propose
        :rtype: dict
        :raise AccessError: the user does not make quotations, or may not read the client
        """
        self._check_may_sell()
        terms = self._get_terms(partner_id)
        pair = product_ids and self._get_best_pair(product_ids, terms)
        if not pair:
            return {}
        chosen, product, together, deals = pair
        return {
            'product_id': product.id,
            'name': product.display_name,
            'price': self._get_prices(product, terms)[product.id],
            'currency': self._describe_currency(terms.currency),
            'reason': self.env._(
                "Bought together with %(product)s in %(together)s of %(deals)s deals.",
                product=chosen.display_name,
                together=together,
                deals=deals,
            ),
        }

    @api.model
    def _get_best_pair(self, product_ids, terms):
        """Return a chosen product, the one to propose, the number of deals with both and of those with the chosen.

        One statement over the lines of the won deals, like the report on pairs, which numbers all pairs there are.
        """
        deals = self.env['dealflow.deal']._search(
            Domain('state', '=', 'won') & Domain('company_id', '=', terms.company.id)
        )
        products = self._get_products_of(terms)
        sold = products._search(self._get_sold_domain(terms) & Domain('id', 'not in', self._get_resting(terms)))
        self.env['dealflow.deal.line'].flush_model(['deal_id', 'product_id'])
        rows = self.env.execute_query(
            SQL(
                """WITH bought AS (
                       SELECT DISTINCT line.deal_id, line.product_id
                         FROM dealflow_deal_line AS line
                        WHERE line.product_id IN %(chosen)s AND line.deal_id IN %(deals)s
                   ), counted AS (
                       SELECT product_id, count(*) AS deals FROM bought GROUP BY product_id
                   ), pair AS (
                       SELECT bought.product_id, other.product_id AS other_id,
                              count(DISTINCT bought.deal_id) AS together
                         FROM bought
                         JOIN dealflow_deal_line AS other ON other.deal_id = bought.deal_id
                        WHERE other.product_id NOT IN %(chosen)s
                        GROUP BY bought.product_id, other.product_id
                       HAVING count(DISTINCT bought.deal_id) >= %(least)s
                   )
                   SELECT pair.product_id, pair.other_id, pair.together, counted.deals
                     FROM pair
                     JOIN counted ON counted.product_id = pair.product_id
                    WHERE pair.together >= %(share)s * counted.deals AND pair.other_id IN %(sold)s
                    ORDER BY pair.together::float / counted.deals DESC, pair.together DESC, pair.other_id
                    LIMIT 1""",
                chosen=tuple(product_ids),
                deals=deals.subselect(),
                sold=sold.subselect(),
                least=LEAST_DEALS,
                share=LEAST_SHARE,
            )
        )
        for chosen_id, other_id, together, count in rows:
            return products.browse(chosen_id), products.browse(other_id), together, count
        return None

    @api.model
    def _get_resting(self, terms):
        """Return the ids of the products that the client answered to lately."""
        answers = self.env['dealflow.product.suggestion'].search(
            [
                ('partner_id', '=', terms.partner.id),
                ('company_id', '=', terms.company.id),
                ('answered_on', '>', terms.moment - timedelta(days=DAYS_OF_REST)),
            ]
        )
        return answers.product_id.ids if terms.partner else []

    @api.model
    @public_method(partner_id=id_of('res.partner'), product_id=id_of('product.product'), accepted=FLAG)
    def answer_suggestion(self, partner_id, product_id, accepted):
        """Remember whether a proposed product was taken; it is not proposed to the client again for 90 days (C77).

        A later answer takes the place of the earlier one.

        :raise AccessError: the user does not make quotations, or may not read the client
        :raise UserError: no client or no product is given
        """
        self._check_may_sell()
        for name, value, model in (
            ('partner_id', partner_id, 'res.partner'),
            ('product_id', product_id, 'product.product'),
        ):
            if not value:
                raise UserError(
                    self.env._(
                        "“%(argument)s” is empty. Give the number of a record (%(model)s).",
                        argument=name,
                        model=self.env[model]._description,
                    )
                )
        terms = self._get_terms(partner_id)
        answers = self.env['dealflow.product.suggestion'].with_company(terms.company)
        key = {'partner_id': terms.partner.id, 'product_id': product_id, 'company_id': terms.company.id}
        values = {'is_accepted': bool(accepted), 'answered_on': terms.moment, 'user_id': self.env.uid}
        answer = answers.search([(name, '=', value) for name, value in key.items()], limit=1)
        if answer:
            answer.write(values)
        else:
            answers.create(key | values)
        return True

from odoo import models
from odoo.exceptions import ValidationError


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    def _dealflow_check_rate(self, companies):
        """Refuse currencies that Odoo would silently convert at 1.0 because nobody has entered a rate.

        :param companies: companies whose currency the amounts are converted to
        :raise ValidationError: names the currency and where to enter the rate
        """
        for company in companies:
            foreign = self.filtered(lambda currency, company=company: currency != company.currency_id)
            if not foreign:
                continue
            rates = self.env['res.currency.rate'].sudo()._read_group(
                [('currency_id', 'in', foreign.ids), ('company_id', 'in', [company.root_id.id, False])],
                ['currency_id'],
            )
            rated = self.browse().union(*(currency for [currency] in rates))
            if missing := foreign - rated:
                raise ValidationError(self.env._(
                    "The currency %(currency)s has no rate for the company %(company)s, so its amounts cannot be "
                    "converted. Enter a rate under Accounting or Sales, Configuration, Currencies.",
                    currency=missing[0].name, company=company.name,
                ))

from odoo import api, fields, models


class DealflowMoneyMixin(models.AbstractModel):
    """Amounts in the currency of a record that are kept in the currency of its company, too.

    The model has ``currency_id`` and ``company_id``. Its amounts in company currency are stored, so that totals are
    sums, and are converted at the rate of one day: see :meth:`_get_rate_date`.
    """

    _name = 'dealflow.money.mixin'
    _description = "Amounts in Company Currency"

    def _convert_to_company(self, source, target):
        """Set the field ``target`` to the field ``source`` in company currency, rounded to its smallest unit.

        An amount without a company or without a currency is taken as it is.

        :param str source: name of the field in the currency of the record
        :param str target: name of the computed field in company currency
        """
        today = fields.Date.context_today(self)
        for company, records in self.grouped('company_id').items():
            days = {record: record._get_rate_date(today) for record in records}
            get_rate = records.currency_id._dealflow_get_rate_finder(company, set(days.values()))
            for record, day in days.items():
                amount = record[source] * get_rate(record.currency_id, day)
                record[target] = company.currency_id.round(amount) if company and record.currency_id else amount

    def _get_rate_date(self, today):
        """Return the day whose rate counts for the record.

        :param date today: the day of the user
        """
        return today

    @api.constrains('currency_id', 'company_id')
    def _check_currency_rate(self):
        """Refuse a currency without a rate, which Odoo would convert at 1.0 without a word."""
        for company, records in self.grouped('company_id').items():
            records.currency_id._check_dealflow_rate(company)

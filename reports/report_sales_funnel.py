from odoo import api, models
from odoo.tools.misc import format_date, formatLang

# Colours of the web client by the color index of a stage; reports have no access to its style variables.
STAGE_COLORS = (
    '#a2a2a2',
    '#ee2d2d',
    '#dc8534',
    '#e8bb1d',
    '#5794dd',
    '#9f628f',
    '#db8865',
    '#41a9a2',
    '#304be0',
    '#ee2f8a',
    '#61c36e',
    '#9872e6',
)


def is_known(value):
    """Return whether there is a figure. 0 is one; ``False`` means no cases, as not all clients accept ``None``."""
    return value is not None and value is not False


class ReportDealflowReportSalesFunnel(models.AbstractModel):
    """Values of the printed sales funnel."""

    _name = 'report.dealflow.report_sales_funnel'
    _description = "Printed Sales Funnel"

    @api.model
    def _get_report_values(self, docids, data=None):
        figures = self.env['dealflow.sales.funnel'].get_data((data or {}).get('funnel_options'))
        currency = self.env['res.currency'].browse(figures['currency_id'])
        longest = {
            table: max([row['count'] for row in figures[table]], default=0) for table in ('stages', 'in_work', 'failed')
        }
        return {
            'doc_ids': docids,
            'data': figures,
            'company': self.env.company,
            'money': lambda amount: formatLang(self.env, amount, currency_obj=currency),
            'percent': lambda value: f"{formatLang(self.env, value, digits=1)} %" if is_known(value) else "–",
            'is_known': is_known,
            'day': lambda day: format_date(self.env, day),
            'color': lambda row: STAGE_COLORS[row['color'] % len(STAGE_COLORS)],
            'width': lambda table, row: round(100 * row['count'] / longest[table], 2) if longest[table] else 0,
        }

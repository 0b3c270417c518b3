from odoo import api, models


class ReportDealflowReportMarketingComparison(models.AbstractModel):
    """Values of the printed comparison of marketing events, by return on their cost, highest first (E50)."""

    _name = 'report.dealflow.report_marketing_comparison'
    _description = "Printed Comparison of Marketing Events"
    _inherit = ['report.dealflow.report_marketing_event']

    @api.model
    def _get_report_values(self, docids, data=None):
        events = self._get_events(docids)
        results = events._get_results()
        longest = max((abs(row['roi_received'] or 0) for row in results.values()), default=0)
        values = self._get_format_values()
        return {
            **values,
            'doc_ids': events.ids,
            'docs': events.sorted(lambda event: self._get_rank(results[event]), reverse=True),
            'results': results,
            'in_use': sorted({values['attributions'][row['attribution']] for row in results.values()}),
            'width': lambda row: round(100 * abs(row['roi_received'] or 0) / longest, 1) if longest else 0,
        }

    def _get_rank(self, row):
        """Return the sort key of an event; events without a cost have no return and come last."""
        return (row['roi_received'] is not None, row['roi_received'] or 0, row['won_amount'])

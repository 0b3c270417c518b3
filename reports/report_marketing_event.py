from odoo import api, models
from odoo.tools.misc import formatLang

# Number of cost lines on the page; the rest is summed up.
COSTS_ON_PAGE = 12


class ReportDealflowReportMarketingEvent(models.AbstractModel):
    """Values of the page about one marketing event (E50)."""

    _name = 'report.dealflow.report_marketing_event'
    _description = "Printed Marketing Event"

    @api.model
    def _get_report_values(self, docids, data=None):
        events = self._get_events(docids)
        return {
            **self._get_format_values(),
            'doc_ids': events.ids,
            'docs': events,
            'results': events._get_results(),
            'states': {event: self._count_participants(event) for event in events},
            'costs': {event: self._get_costs(event) for event in events},
            'effects': {event: event._get_invitation_effect() for event in events if event.participant_ids},
        }

    def _get_events(self, docids):
        """Return the events to print; a button passes them in the context, with the attribution in use."""
        events = self.env['dealflow.marketing.event'].browse(docids or self.env.context.get('active_ids') or [])
        events.check_access('read')
        # Results are computed from sums and not from fields, so the access of marketing is checked here.
        events._check_field_access(events._fields['budget'], 'read')
        return events

    def _get_format_values(self):
        """Return the functions that format numbers on the pages; an empty value is a dash."""

        def write(value, **options):
            return "–" if value is None else formatLang(self.env, value, **options)

        return {
            'attributions': dict(
                self.env['dealflow.marketing.event']._fields['attribution']._description_selection(self.env),
            ),
            'money': lambda value, event: write(value, currency_obj=event.currency_id),
            'percent': lambda value: "–" if value is None else f"{write(value, digits=1)} %",
        }

    def _count_participants(self, event):
        participants = event.participant_ids
        labels = participants._dealflow_get_value_labels('state')
        grouped = participants.grouped('state')
        return [(label, len(grouped.get(state, ()))) for state, label in labels.items()]

    def _get_costs(self, event):
        """Return the highest costs, as many as fit on the page, and the others."""
        costs = event.cost_ids.sorted('actual_amount_company', reverse=True)
        return {'lines': costs[:COSTS_ON_PAGE], 'others': costs[COSTS_ON_PAGE:]}

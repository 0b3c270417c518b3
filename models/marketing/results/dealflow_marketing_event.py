from odoo import api, fields, models
from odoo.tools import SQL

from ....tools.attribution import ATTRIBUTIONS, FIGURES
from ....tools.chance import newcombe_interval, wilson_interval
from ..dealflow_marketing_event import MARKETING

# With fewer closed cases on one side a comparison of win rates would be a guess.
CASES_TO_COMPARE = 10


class DealflowMarketingEvent(models.Model):
    """What a marketing event brought for its money (E50, C74, X14).

    The figures of a group include those of all events inside it. They are computed when shown, for all events of a list
    at once. Ratios with a zero divisor are empty in reports; in the form and in lists, which have no empty numbers,
    they are hidden.
    """

    _inherit = 'dealflow.marketing.event'

    attribution = fields.Selection(
        ATTRIBUTIONS,
        compute='_compute_results',
        groups=MARKETING,
        help="Which event an opportunity counts for when several have touched it. A choice by hand goes before.",
    )
    lead_count = fields.Integer(string="Opportunities", compute='_compute_results', groups=MARKETING)
    deal_count = fields.Integer(string="Deals", compute='_compute_results', groups=MARKETING)
    won_count = fields.Integer(string="Won", compute='_compute_results', groups=MARKETING)
    won_amount = fields.Monetary(
        compute='_compute_results',
        groups=MARKETING,
        help="Deals won, and opportunities won without a deal, in the currency of the company.",
    )
    received_amount = fields.Monetary(
        string="Received Money",
        compute='_compute_results',
        groups=MARKETING,
        help="Money of the receipts of the deals; what was paid back is taken off.",
    )
    cost_planned = fields.Monetary(string="Planned Cost", compute='_compute_results', groups=MARKETING)
    cost_actual = fields.Monetary(string="Cost", compute='_compute_results', groups=MARKETING)
    budget_left = fields.Monetary(compute='_compute_results', groups=MARKETING, help="Budget minus cost.")
    cost_per_lead = fields.Monetary(string="Cost per Opportunity", compute='_compute_results', groups=MARKETING)
    cost_per_deal = fields.Monetary(string="Cost per Deal", compute='_compute_results', groups=MARKETING)
    roi_won = fields.Float(
        string="ROI on Sales (%)",
        compute='_compute_results',
        groups=MARKETING,
        help="What the sales brought beyond the cost, in per cent of the cost.",
    )
    roi_received = fields.Float(
        string="ROI on Money (%)",
        compute='_compute_results',
        groups=MARKETING,
        help="What the money received brought beyond the cost, in per cent of the cost.",
    )
    break_even_date = fields.Date(
        string="Costs Covered On",
        compute='_compute_results',
        groups=MARKETING,
        help="The first day since which the money received has covered the costs.",
    )
    invitation_effect = fields.Html(compute='_compute_invitation_effect', sanitize=False, groups=MARKETING)

    @api.depends_context('dealflow_attribution', 'uid')
    @api.depends('budget', 'company_id')
    def _compute_results(self):
        results = self._get_results()
        for event in self:
            values = results[event]
            event.update({name: value or 0 for name, value in values.items() if name != 'break_even_date'})
            event.break_even_date = values['break_even_date']
            event.budget_left = event.budget - event.cost_actual

    def _get_results(self):
        """Return the figures of the events, with ``None`` for ratios with a zero divisor.

        :return: ``{event: {figure: value}}``
        """
        report = self.env['dealflow.marketing.report']
        results = {}
        for attribution, events in self.grouped(lambda event: report._get_attribution(event.company_id)).items():
            figures = report._get_figures(events._origin, attribution)
            for event in events:
                row = figures.get(event._origin.id) or dict.fromkeys(FIGURES, 0)
                results[event] = {'attribution': attribution, **event._add_ratios(row)}
        return results

    def _add_ratios(self, row):
        """Return the figures of the event with the ratios that follow from them."""
        cost = float(row['cost_actual'])
        values = {name: int(row[name]) if name.endswith('_count') else float(row[name]) for name in FIGURES}

        def divide(amount, by):
            return amount / by if by else None

        def share(count):
            return self.currency_id.round(cost / count) if count else None

        return {
            **values,
            'cost_per_lead': share(values['lead_count']),
            'cost_per_deal': share(values['deal_count']),
            'roi_won': divide(100 * (values['won_amount'] - cost), cost),
            'roi_received': divide(100 * (values['received_amount'] - cost), cost),
            'break_even_date': row.get('break_even_date'),
        }

    # Invited against not invited

    @api.depends_context('uid')
    @api.depends('participant_ids.partner_id', 'segment_domain', 'date_start')
    def _compute_invitation_effect(self):
        for event in self:
            event.invitation_effect = (
                self.env['ir.qweb']._render(
                    'dealflow.marketing_invitation_effect',
                    {'effect': event._get_invitation_effect()},
                )
                if event._origin
                else False
            )

    def _get_invitation_effect(self):
        """Compare how often clients with an invited contact buy with how often the rest of the segment does (E50).

        A case is an opportunity, or a deal without one, that was opened since the event began and is won or lost. Its
        client counts as invited if any contact of the firm was invited.

        :return: dictionary with ``invited`` and ``rest`` (``won``, ``closed``, ``rate``, ``low``, ``high``),
            ``difference`` with its ``low`` and ``high``, all in per cent with 95 % confidence, and ``is_enough``:
            whether there are enough cases to compare
        """
        self.ensure_one()
        counts = {row['is_invited']: row for row in self.env.execute_query_dict(self._get_sql_invitation_cases())}
        sides = {}
        for name, is_invited in (('invited', True), ('rest', False)):
            won, closed = (counts.get(is_invited, {}).get(figure, 0) for figure in ('won', 'closed'))
            low, high = wilson_interval(won, closed)
            sides[name] = {
                'won': won,
                'closed': closed,
                'rate': 100 * won / closed if closed else None,
                'low': 100 * low,
                'high': 100 * high,
            }
        invited, rest = sides['invited'], sides['rest']
        low, high = newcombe_interval(invited['won'], invited['closed'], rest['won'], rest['closed'])
        is_enough = min(invited['closed'], rest['closed']) >= CASES_TO_COMPARE
        return {
            **sides,
            'is_enough': is_enough,
            'cases_needed': CASES_TO_COMPARE,
            'since': self._get_first_day(),
            'difference': invited['rate'] - rest['rate'] if is_enough else None,
            'low': 100 * low,
            'high': 100 * high,
            'is_certain': is_enough and (low > 0 or high < 0),
        }

    def _get_first_day(self):
        return self.date_start or fields.Date.to_date(self.create_date)

    def _get_sql_invitation_cases(self):
        for model, names in (
            ('crm.lead', ['partner_id', 'type', 'won_status', 'company_id']),
            ('dealflow.deal', ['business_partner_id', 'legal_entity_id', 'lead_id', 'state', 'opened_on', 'active']),
            ('dealflow.marketing.participant', ['event_id', 'partner_id']),
            ('res.partner', ['commercial_partner_id']),
        ):
            self.env[model].flush_model(names)
        segment = self.env['res.partner']._search(self._get_segment_domain())
        return SQL(
            """
            WITH invited AS (
                SELECT partner_id FROM dealflow_marketing_participant WHERE event_id = %(event)s
            ), client AS (
                SELECT commercial_partner_id AS id, bool_or(id IN (SELECT partner_id FROM invited)) AS is_invited
                  FROM res_partner
                 WHERE commercial_partner_id IN (
                        SELECT commercial_partner_id FROM res_partner
                         WHERE id IN (SELECT partner_id FROM invited) OR id IN %(segment)s
                       )
              GROUP BY commercial_partner_id
            ), closed AS (
                SELECT partner_id, won_status = 'won' AS is_won
                  FROM crm_lead
                 WHERE type = 'opportunity' AND won_status IN ('won', 'lost') AND create_date::date >= %(since)s
                   AND (company_id IS NULL OR company_id = %(company)s)
                 UNION ALL
                SELECT COALESCE(business_partner_id, legal_entity_id), state = 'won'
                  FROM dealflow_deal
                 WHERE lead_id IS NULL AND active AND state IN ('won', 'lost') AND opened_on >= %(since)s
                   AND company_id = %(company)s AND %(visible)s
            )
            SELECT client.is_invited, COUNT(*) AS closed, COUNT(*) FILTER (WHERE closed.is_won) AS won
              FROM closed
              JOIN res_partner AS partner ON partner.id = closed.partner_id
              JOIN client ON client.id = partner.commercial_partner_id
          GROUP BY client.is_invited
            """,
            event=self._origin.id,
            segment=segment.subselect(),
            since=self._get_first_day(),
            company=self.company_id.id,
            visible=self.env['dealflow.deal']._get_sql_visible('dealflow_deal'),
        )

from datetime import UTC, datetime, time

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.call_results import TALKED


class DealflowStageRequirement(models.Model):
    """A requirement that somebody of us talked with the client, as the telephony tells (E65)."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('event_done',), ('client_talked', "Talked with the client"), ('entity_confirmed',)],
        ondelete={'client_talked': 'cascade'},
    )
    min_talk_seconds = fields.Integer(
        string="Seconds of Talk", default=30, help="One call must have lasted so long, from answer to end."
    )

    _check_talk_seconds = models.Constraint(
        'CHECK (min_talk_seconds >= 0)', "The seconds of talk cannot be negative. Enter 0 for a talk of any length."
    )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer the kind only to those who see telephony (C02); what uses it already stays readable."""
        found = super().fields_get(allfields, attributes)
        kinds = found.get('kind', {}).get('selection')
        if kinds and not self.env.user.has_group('dealflow.group_telephony'):
            # sudo - dealflow.stage.requirement: those of other companies keep their name too.
            if not self.sudo().search_count([('kind', '=', 'client_talked')], limit=1):
                found['kind']['selection'] = [option for option in kinds if option[0] != 'client_talked']
        return found

    @api.depends('min_talk_seconds')
    def _compute_description(self):
        return super()._compute_description()

    def _describe_client_talked(self):
        if self.max_age_days:
            return self.env._(
                "Somebody talked with the client by phone for %(seconds)s seconds, "
                "not longer ago than, in days: %(days)s",
                seconds=self.min_talk_seconds,
                days=self.max_age_days,
            )
        return self.env._(
            "Somebody talked with the client by phone for %(seconds)s seconds", seconds=self.min_talk_seconds
        )

    def _get_talk_domain(self, deals):
        """Return the domain of the calls that count, of whatever age."""
        return Domain(
            [
                ('business_partner_id', 'in', deals.business_partner_id.ids),
                ('company_id', 'in', deals.company_id.ids),
                ('result', 'in', TALKED),
                ('talk_seconds', '>=', self.min_talk_seconds),
            ]
        )

    def _filter_client_talked(self, deals):
        """Return the deals with whose clients, as groups, somebody talked long enough in the company of the deal.

        Without a telephony it is asked of no deal: nothing could tell.
        """
        if not self.env['dealflow.telephony.provider']._is_connected():
            return deals
        domain = self._get_talk_domain(deals)
        if self.max_age_days:
            since = fields.Date.subtract(fields.Date.context_today(self), days=self.max_age_days)
            midnight = self.env.tz.localize(datetime.combine(since, time.min)).astimezone(UTC)
            domain &= Domain('started_on', '>=', midnight.replace(tzinfo=None))
        # sudo - dealflow.call: calls that the user may not read count, too; only their existence is used.
        calls = self.env['dealflow.call'].sudo()
        talked = {
            (client.id, company.id)
            for client, company in calls._read_group(domain, ['business_partner_id', 'company_id'])
        }
        return deals.filtered(lambda deal: (deal.business_partner_id.id, deal.company_id.id) in talked)

    def _get_spans_client_talked(self, deals):
        """Return when somebody had talked with the client, from the end of the call on."""
        if not self.env['dealflow.telephony.provider']._is_connected():
            return {deal.id: [(datetime.min, datetime.max)] for deal in deals}
        spans = {}
        for call in self.env['dealflow.call'].search(self._get_talk_domain(deals)):
            day = fields.Datetime.context_timestamp(self, call.started_on).date()
            key = call.business_partner_id, call.company_id
            spans.setdefault(key, []).append((call.ended_on, self._get_last_moment(day)))
        return {deal.id: spans.get((deal.business_partner_id, deal.company_id), []) for deal in deals}

    def _action_client_talked(self, deal):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Calls"),
            'res_model': 'dealflow.call',
            'views': [[False, 'list'], [False, 'form']],
            'domain': [('business_partner_id', '=', deal.business_partner_id.id)],
            'context': {},
        }

    @api.model
    def _refresh_deals_of_calls(self, calls):
        """Look again at the deals of clients with whom somebody has talked, where a stage asks for it."""
        clients = calls.filtered(lambda call: call.result in TALKED).business_partner_id
        stages = clients and self.search([('kind', '=', 'client_talked')]).stage_id
        if stages:
            deals = self.env['dealflow.deal'].search(
                [('business_partner_id', 'in', clients.ids), ('stage_id', 'in', stages.ids), ('state', '!=', 'lost')]
            )
            deals._refresh_requirements()

from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ....tools.placeholders import is_filled
from ....tools.public_methods import public_method

ALWAYS = (datetime.min, datetime.max)
MONTHS = 12


class DealflowStageRequirement(models.Model):
    """Tells what a requirement would have meant for the moves of the last twelve months; nothing is written for that.

    Each kind has a method ``_get_spans_<kind>(deals)``: it returns the spans of time in which the evidence stood, as
    pairs of moments in UTC by id of the deal. The start is None where the evidence is there, but keeps no date.
    """

    _inherit = 'dealflow.stage.requirement'

    past_moves = fields.Integer(string="Moves into the Stage", compute='_compute_past')
    past_met = fields.Integer(string="With the Evidence", compute='_compute_past')
    past_stopped = fields.Integer(string="It Would Have Stopped", compute='_compute_past')
    past_late = fields.Integer(string="Evidence Came Later", compute='_compute_past')
    past_days = fields.Float(string="Days until the Evidence", digits=(16, 1), compute='_compute_past')
    past_undated = fields.Integer(string="Evidence without a Date", compute='_compute_past')
    past_won_met = fields.Float(string="Won, with the Evidence", compute='_compute_past')
    past_won_stopped = fields.Float(string="Won, without It", compute='_compute_past')
    past_standing = fields.Integer(string="Would Stand Still Now", compute='_compute_past')
    past_imported = fields.Integer(string="Imported Moves, Not Counted", compute='_compute_past')

    @api.depends('stage_id', 'kind')
    @api.depends_context('uid', 'tz', 'allowed_company_ids')
    def _compute_past(self):
        for requirement in self:
            moves = requirement._get_past_moves() if requirement._origin else []
            by_verdict = {'met': [], 'stopped': [], 'undated': []}
            for move in moves:
                by_verdict[move['verdict']].append(move)
            days = [move['days'] for move in by_verdict['stopped'] if move['days'] is not None]
            requirement.update(
                {
                    'past_moves': len(moves),
                    'past_met': len(by_verdict['met']),
                    'past_stopped': len(by_verdict['stopped']),
                    'past_late': len(days),
                    'past_days': sum(days) / len(days) if days else 0.0,
                    'past_undated': len(by_verdict['undated']),
                    'past_won_met': self._get_won_share(by_verdict['met']),
                    'past_won_stopped': self._get_won_share(by_verdict['stopped']),
                    'past_standing': len(requirement._get_standing(moves)),
                    'past_imported': len(requirement._get_past_rows(True)) if requirement._origin else 0,
                }
            )

    @api.model
    def _get_won_share(self, moves):
        """Return the share of won deals among those of the moves that are closed."""
        deals = self.env['dealflow.deal'].union(*(move['deal'] for move in moves))
        closed = deals.filtered(lambda deal: deal.state != 'open')
        return len(closed.filtered(lambda deal: deal.state == 'won')) / len(closed) if closed else 0.0

    def _get_past_moves(self):
        """Return each move into the stage in the last twelve months, with what the requirement would have said.

        Moves of deals that the user may not read are left out, and imported ones, which no requirement stops.

        :rtype: list[dict]
        :return: ``deal``, ``date``, ``verdict`` (``met``, ``stopped``, ``undated``), and ``days`` until the evidence
            came, for those that were stopped; None if it never came
        """
        self.ensure_one()
        rows = self._get_past_rows(False)
        deals = self.env['dealflow.deal'].with_context(active_test=False).browse(rows.deal_id.ids)
        # sudo - dealflow.deal: evidence that the user may not read counts too; only its dates are used.
        spans = getattr(self.sudo(), f'_get_spans_{self.kind}')(deals.sudo())
        moves = []
        for row in rows:
            verdict, days = self._judge(row.date, spans.get(row.deal_id.id, ()))
            deal = deals.browse(row.deal_id.id)
            moves.append(
                {'deal': deal, 'date': row.date, 'verdict': verdict, 'days': days, 'spans': spans.get(deal.id, ())}
            )
        return moves

    def _get_past_rows(self, is_imported):
        """Return the rows of the log, in sudo, that say when deals which the user may read came into the stage.

        :param bool is_imported: those that were imported, or all others
        """
        since = fields.Datetime.now() - relativedelta(months=MONTHS)
        domain = [('stage_to_id', '=', self.stage_id.id), ('date', '>=', since)]
        domain.append(('kind', '=' if is_imported else '!=', 'import'))
        # sudo - dealflow.deal.log: which deals were moved when; the deals are searched as the user.
        rows = self.env['dealflow.deal.log'].sudo().search(domain, order='date, id')
        rows = rows.filtered(lambda row: row.stage_from_id != row.stage_to_id)
        deals = self.env['dealflow.deal'].with_context(active_test=False).search([('id', 'in', rows.deal_id.ids)])
        return rows.filtered(lambda row: row.deal_id.id in deals._ids)

    @api.model
    def _judge(self, moment, spans):
        """Return what the requirement would have said at a moment, and in how many days the evidence came."""
        if any(start and start <= moment < end for start, end in spans):
            return 'met', None
        if any(not start and moment < end for start, end in spans):
            return 'undated', None
        later = [start for start, _end in spans if start and start > moment]
        return 'stopped', (min(later) - moment).total_seconds() / 86400 if later else None

    def _get_standing(self, moves):
        """Return the deals that came past the requirement without the evidence and still have none.

        :rtype: recordset of ``dealflow.deal``
        """
        order = self.stage_id._get_ordered_ids(self.stage_id.funnel_id.id) if self.stage_id else ()
        place = {stage_id: position for position, stage_id in enumerate(order)}
        first = place.get(self.stage_id.id, 0)
        now = fields.Datetime.now()
        latest = {move['deal']: move for move in moves}
        return self.env['dealflow.deal'].union(
            *(
                deal
                for deal, move in latest.items()
                if move['verdict'] == 'stopped'
                and deal.state != 'lost'
                and place.get(deal.sudo().stage_id.id, first) >= first
                and not any(end > now for _start, end in move['spans'])
            )
        )

    @public_method(one=True)
    def action_view_past(self):
        """Return the action that opens what the one requirement would have meant, as a dialog."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.description,
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('dealflow.dealflow_stage_requirement_view_form').id, 'form')],
            'target': 'new',
        }

    @public_method(one=True)
    def action_view_past_stopped(self):
        """Return the action that opens the deals which the one requirement would have stopped."""
        return self._get_deals_action(
            self.env._("Would have been stopped: %(requirement)s", requirement=self.description),
            [move['deal'].id for move in self._get_past_moves() if move['verdict'] == 'stopped'],
        )

    @public_method(one=True)
    def action_view_past_undated(self):
        """Return the action that opens the deals whose evidence for the one requirement has no date."""
        return self._get_deals_action(
            self.env._("Evidence without a date: %(requirement)s", requirement=self.description),
            [move['deal'].id for move in self._get_past_moves() if move['verdict'] == 'undated'],
        )

    @public_method(one=True)
    def action_view_past_standing(self):
        """Return the action that opens the deals which would stand still now for the one requirement."""
        return self._get_deals_action(
            self.env._("Would stand still now: %(requirement)s", requirement=self.description),
            self._get_standing(self._get_past_moves()).ids,
        )

    @api.model
    def _get_deals_action(self, name, ids):
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': 'dealflow.deal',
            'views': [(False, 'list'), (False, 'form')],
            'domain': [('id', 'in', sorted(set(ids)))],
            'context': {'active_test': False},
        }

    # When the evidence stood, by kind

    def _at_midnight(self, day):
        """Return the moment in UTC at which a day begins for the user."""
        return self.env.tz.localize(datetime.combine(day, time.min)).astimezone(UTC).replace(tzinfo=None)

    def _get_tracked(self, records, name):
        """Return the tracked changes of a field, the oldest first, by id of the record.

        :rtype: dict[int, list[mail.tracking.value]]
        """
        values = self.env['mail.tracking.value']
        if not records:
            return {}
        field_id = self.env['ir.model.fields']._get(records._name, name).id
        rows = values.search(
            [
                ('field_id', '=', field_id),
                ('mail_message_id.model', '=', records._name),
                ('mail_message_id.res_id', 'in', records.ids),
            ]
        ).sorted(lambda row: (row.mail_message_id.date, row.id))
        found = {}
        for row in rows:
            found.setdefault(row.mail_message_id.res_id, []).append(row)
        return found

    def _get_tracked_spans(self, record, rows, is_good, is_good_now, since):
        """Return the spans in which a tracked value was good.

        :param rows: the tracked changes of the record
        :param is_good: tells it of a tracked change, for ``new`` and ``old``
        :param since: the moment from which the value stands where no change was tracked
        """
        spans, start = [], since if (is_good(rows[0], 'old') if rows else is_good_now) else None
        if rows and start:
            start = record.create_date
        for row in rows:
            moment = row.mail_message_id.date
            if is_good(row, 'new'):
                start = start or moment
            elif start:
                spans.append((start, moment))
                start = None
        if start:
            spans.append((start, datetime.max))
        return spans

    def _get_labels(self, record, name, value):
        """Return what a choice is called in each language: tracked changes keep the words of whoever made them."""
        field = record._fields[name]
        languages = [code for code, _name in self.env['res.lang'].get_installed()]
        return {dict(field._description_selection(self.with_context(lang=code).env)).get(value) for code in languages}

    def _get_spans_field(self, deals):
        field = deals._fields.get(self.field_id.name)
        if not field:
            return {}
        if not field.store or not getattr(field, 'tracking', None):
            return {deal.id: [(None, datetime.max)] for deal in self._filter_field(deals)}
        filled = self._filter_field(deals)
        tracked = self._get_tracked(deals, field.name)

        def is_good(row, side):
            values = (row[f'{side}_value_{kind}'] for kind in ('char', 'text', 'float', 'integer', 'datetime'))
            return any(is_filled(value) if isinstance(value, str) else bool(value) for value in values)

        return {
            deal.id: self._get_tracked_spans(deal, tracked.get(deal.id, []), is_good, deal in filled, deal.create_date)
            for deal in deals
        }

    def _get_spans_attachment(self, deals):
        moments = {}
        # Files are found by the same words as those that the move asks for.
        for file in self.env['ir.attachment'].search(self._get_attachment_domain(deals), order='create_date, id'):
            moments.setdefault(file.res_id, []).append(file.create_date)
        return {
            deal_id: [(found[self.min_count - 1], datetime.max)]
            for deal_id, found in moments.items()
            if len(found) >= self.min_count
        }

    def _get_spans_entity_confirmed(self, deals):
        """Return when the present legal entity was confirmed; each change of the requisites has ended it."""
        entities = deals.legal_entity_id.commercial_partner_id
        spans, starts = {}, {}
        for row in self.env['dealflow.requisite.log'].search([('entity_id', 'in', entities.ids)], order='id'):
            entity = row.entity_id
            if row.event == 'confirmed':
                starts.setdefault(entity, row.date)
            elif row.event != 'submitted' and entity in starts:
                spans.setdefault(entity, []).append((starts.pop(entity), row.date))
        for entity, start in starts.items():
            spans.setdefault(entity, []).append((start, datetime.max))
        return {
            deal.id: [ALWAYS]
            if deal.company_id.dealflow_gate_stage == 'ignore'
            else spans.get(deal.legal_entity_id.commercial_partner_id, [])
            for deal in deals
        }

    def _get_spans_contract_active(self, deals):
        contracts = self.env['dealflow.contract'].search(self._get_contract_domain(deals))
        tracked = self._get_tracked(contracts, 'state')
        good = self._get_labels(contracts, 'state', 'active') | self._get_labels(contracts, 'state', 'expired')

        def is_good(row, side):
            return row[f'{side}_value_char'] in good

        by_contract = {}
        for contract in contracts:
            is_now = contract.state == 'active' or contract.state == 'expired' and bool(contract.date_end)
            first = self._at_midnight(contract.date_start) if contract.date_start else datetime.min
            last = self._at_midnight(fields.Date.add(contract.date_end, days=1)) if contract.date_end else datetime.max
            by_contract[contract] = [
                (max(start, first), min(end, last))
                for start, end in self._get_tracked_spans(
                    contract, tracked.get(contract.id, []), is_good, is_now, contract.create_date
                )
                if max(start, first) < min(end, last)
            ]
        return {
            deal.id: [
                span for contract in contracts if self._is_contract_of(contract, deal) for span in by_contract[contract]
            ]
            for deal in deals
        }

    def _get_spans_order_confirmed(self, deals):
        orders = self.env['sale.order'].search([('deal_id', 'in', deals.ids)])
        tracked = self._get_tracked(orders, 'state')
        good = self._get_labels(orders, 'state', 'sale')
        spans = {}
        for order in orders:
            spans.setdefault(order.deal_id.id, []).extend(
                self._get_tracked_spans(
                    order,
                    tracked.get(order.id, []),
                    lambda row, side: row[f'{side}_value_char'] in good,
                    order.state == 'sale',
                    order.date_order,
                )
            )
        return spans

    def _get_spans_order_or_contract(self, deals):
        orders, contracts = self._get_spans_order_confirmed(deals), self._get_spans_contract_active(deals)
        return {deal.id: [*orders.get(deal.id, ()), *contracts.get(deal.id, ())] for deal in deals}

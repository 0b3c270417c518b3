from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....tools.own_context import get_own
from ....tools.placeholders import is_filled


class DealflowDeal(models.Model):
    """Guards the moves of a deal and records each of them in ``dealflow.deal.log``.

    This is done in a constraint and not in ``write()``: the constraint is also called for values that the ORM
    recomputes, so forms, list edit, kanban, import, RPC, automations and computed fields all pass here.

    Context keys, which only ``create()`` and ``write()`` of the deal can set: ``dealflow_explained``: the comment and
    the short status were given with this change; ``dealflow_histories``: imported log rows by number of the deal.
    """

    _inherit = 'dealflow.deal'

    # ``state`` depends on the lost reason: with the reason listed here, it is computed while ``dealflow_explained`` is
    # still in the context.
    @api.constrains(
        'stage_id',
        'lost_reason_id',
        'state',
        'amount',
        'amount_company',
        'currency_id',
        'expected_close_date',
        'user_id',
    )
    def _check_movements(self):
        self._log_movements()

    def _log_movements(self):
        """Compare each deal with its newest log row, check the changes against the rules, and append log rows.

        :raise ValidationError: the comment or a requirement of the new stage is missing; the message names the stage
            and what is missing (rule 1)
        """
        # Reading computed values may recompute them, which calls this method again: read all values before the log.
        present = {deal: deal._get_log_values() for deal in self}
        heads = self.env['dealflow.deal.log']._get_latest_values(self)
        before = {deal: heads.get(deal.id) or dict.fromkeys(values) for deal, values in present.items()}
        changed = self.filtered(lambda deal: before[deal] != present[deal])
        if not changed:
            return
        moved = changed.filtered(lambda deal: before[deal]['stage'] != present[deal]['stage'])
        missing = moved._get_missing_requirements()
        rows = []
        for deal in changed:
            rows += deal._prepare_log_rows(before[deal], present[deal], missing.get(deal.id))
        self.env['dealflow.deal.log']._append(rows)
        # New rows come first in the order of the log, so the cached list is stale.
        changed.invalidate_recordset(['log_ids'], flush=False)
        changed.filtered(lambda deal: (before[deal]['state'] or 'open') != deal.state)._after_state_change()
        moved._after_stage_change(missing)

    def _get_log_values(self):
        """Return the values that the log records, by its column names without ``_from`` and ``_to``."""
        self.ensure_one()
        return {
            'stage': self.stage_id.id,
            'state': self.state,
            'amount': self.currency_id.round(self.amount),
            'amount_company': self.company_id.currency_id.round(self.amount_company),
            'currency': self.currency_id.id,
            'deadline': self.expected_close_date or None,
            'owner': self.user_id.id or None,
        }

    def _prepare_log_rows(self, before, after, missing=None):
        """Check the change and return its log rows: one, or several for an import.

        :param missing: requirements of the new stage that the deal does not meet
        """
        self.ensure_one()
        if self._is_history_import():
            return self._prepare_imported_rows(before, after)
        is_new = before['stage'] is None
        problems = []
        if before['stage'] != after['stage'] or (before['state'] or 'open') != after['state']:
            problems = self._check_move(before, after, missing)
        return [
            self._prepare_log_row(
                before,
                after,
                kind=self._get_movement_kind(before, after),
                date=fields.Datetime.now(),
                comment=self.move_comment if self._is_explained(is_new) else None,
                is_override=bool(problems),
                missing_requirements='\n'.join(problems) or None,
            )
        ]

    def _prepare_log_row(self, before, after, **values):
        """Return the column values of a log row; every row has the same keys."""
        return {
            'deal_id': self.id,
            'company_id': self.company_id.id,
            'user_id': self.env.uid,
            'stage_from_id': before['stage'],
            'stage_to_id': after['stage'],
            'state_from': before['state'],
            'state_to': after['state'],
            'currency_id': after['currency'],
            'amount_from': before['amount'] or 0.0,
            'amount_to': after['amount'],
            'amount_company_from': before['amount_company'] or 0.0,
            'amount_company_to': after['amount_company'],
            'deadline_from': before['deadline'],
            'deadline_to': after['deadline'],
            'owner_from_id': before['owner'],
            'owner_to_id': after['owner'],
            'lost_reason_id': self.lost_reason_id.id or None,
            'short_status': self.short_status or None,
            'missing_requirements': None,
            **values,
        }

    @api.model
    def _get_movement_kind(self, before, after):
        """Return the kind of a change by its most important part: outcome, stage, amount, deadline, owner."""
        if before['stage'] is None:
            return 'open'
        if before['state'] != after['state']:
            return {'won': 'win', 'lost': 'lose', 'open': 'reopen'}[after['state']]
        if before['stage'] != after['stage']:
            return 'move'
        if before['amount'] != after['amount'] or before['currency'] != after['currency']:
            return 'amount'
        if before['deadline'] != after['deadline']:
            return 'deadline'
        return 'owner' if before['owner'] != after['owner'] else 'amount'

    def _is_explained(self, is_new):
        """Return whether there is a comment that was given with this change and not with an earlier one."""
        return bool(is_new or get_own(self.env, 'dealflow_explained')) and bool(self.move_comment)

    def _check_move(self, before, after, missing=None):
        """Check that the current user may make this move to another stage or state (E26, E65, rule 1).

        :param dict before: log values before the move, all ``None`` for a new deal
        :param dict after: log values now
        :param missing: requirements of the new stage that the deal does not meet
        :return: descriptions of the unmet requirements, which the user has the right to override
        :rtype: list[str]
        :raise ValidationError: the move is refused; the message says for which stage and what is missing
        """
        self.ensure_one()
        self._check_dealflow_stage_visible(before)
        is_new = before['stage'] is None
        first_stage = self.funnel_id._get_first_stage()
        if is_new and self.stage_id == first_stage and after['state'] == 'open':
            # A new deal need not meet the requirements of the first stage yet.
            return []
        if before['state'] == 'lost' == after['state']:
            raise ValidationError(
                self.env._(
                    "The deal %(deal)s is lost. Reopen it before you move it to the stage %(stage)s.",
                    deal=self.name,
                    stage=self.stage_id.name,
                )
            )
        self._check_move_explained(before, after, is_new)
        if before['stage'] == after['stage']:
            return []
        self._notify_unconfirmed_entity(missing)
        problems = self._get_stage_problems(self.env['dealflow.stage'].browse(before['stage']), missing)
        # The groups of the user decide, even in sudo, as for an automation.
        if problems and not self.env.user.has_group('dealflow.group_stage_override'):
            raise ValidationError(
                self.env._(
                    "The deal %(deal)s cannot enter the stage %(stage)s:\n%(problems)s",
                    deal=self.name,
                    stage=self.stage_id.name,
                    problems='\n'.join(f"- {problem}" for problem in problems),
                )
            )
        return problems

    def _check_dealflow_stage_visible(self, before):
        """Refuse a move to a stage hidden from the user: record rules only check the old stage (X52)."""
        person = self.env.user
        is_hidden = not self.is_visible and not person._is_superuser()
        if is_hidden and self.stage_id.id != before['stage']:
            raise ValidationError(
                self.env._(
                    "The deal %(deal)s cannot enter the stage %(stage)s: you may not see the deals there. "
                    "Ask somebody who may to move it.",
                    deal=self.name,
                    stage=self.stage_id.name,
                )
            )

    def _check_move_explained(self, before, after, is_new):
        """Refuse a move without the comment and the short status that it requires."""
        same_state = (before['state'] or 'open') == after['state']
        if same_state and not self.stage_id.require_comment:
            return
        missing = []
        fresh = is_new or get_own(self.env, 'dealflow_explained')
        # sudo - res.company: the setting applies to every user.
        is_word = is_filled if self.company_id.sudo().dealflow_check_move_comments else bool
        if not (fresh and is_word((self.move_comment or '').strip())):
            missing.append(self._dealflow_get_field_label('move_comment'))
        if not (fresh and is_word((self.short_status or '').strip())) and after['state'] != 'lost':
            missing.append(self._dealflow_get_field_label('short_status'))
        if not missing:
            return
        raise ValidationError(
            self.env._(
                "The deal %(deal)s cannot go to the stage %(stage)s as “%(state)s” yet. These fields are missing: "
                "%(missing)s. Fill them in at the same time, with a meaningful text.",
                deal=self.name,
                stage=self.stage_id.name,
                state=self._dealflow_get_value_labels('state')[after['state']],
                missing=", ".join(missing),
            )
        )

    def _notify_unconfirmed_entity(self, missing):
        """Warn the user that accounting has not confirmed the legal entity, if the company setting is to warn."""
        if (
            missing
            and 'entity_confirmed' in missing.mapped('kind')
            and self.company_id.sudo().dealflow_gate_stage == 'warn'
        ):
            self.legal_entity_id._check_dealflow_requisites_gate('stage', self.company_id, {self.legal_entity_id: self})

    def _get_stage_problems(self, stage_from, missing=None):
        """Return descriptions of what keeps the deal out of its present stage.

        :param stage_from: the previous stage of the deal; empty for a new deal
        :param missing: requirements of the present stage that the deal does not meet
        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        stage = self.stage_id
        if stage.allowed_from_ids and stage_from not in stage.allowed_from_ids:
            problems.append(
                self.env._(
                    "it may come only from: %(stages)s.",
                    stages=", ".join(stage.allowed_from_ids.mapped('name')),
                )
            )
        # sudo - res.groups: salespeople may not read groups, but their names explain the refusal.
        groups_sudo = stage.sudo().group_ids
        if groups_sudo and not groups_sudo & self.env.user.all_group_ids.sudo():
            problems.append(
                self.env._(
                    "only members of these groups may move deals there: %(groups)s.",
                    groups=", ".join(groups_sudo.mapped('name')),
                )
            )
        problems += [
            self.env._("missing: %(requirement)s.", requirement=requirement.description)
            for requirement in missing or ()
            if requirement._is_blocking(self)
        ]
        return problems

    # History from another system

    def _is_history_import(self):
        """Return whether the values come from a file import by a user who may override stage requirements."""
        return bool(self.env.context.get('import_file')) and self.env.user.has_group('dealflow.group_stage_override')

    def _prepare_imported_rows(self, before, after):
        """Return the log rows of an imported deal: the opening on ``opened_on`` and the outcome on ``closed_on``.

        The stages in between are not known, so a closed deal opens in the first stage of its funnel. A file with log
        rows of its own gives those instead; an import that updates a deal gives one row with today's date.
        """
        history = get_own(self.env, 'dealflow_histories', {}).get(self.number)
        if before['stage'] is None and history:
            return self._prepare_history_rows(history, before, after)
        if before['stage'] is not None:
            return [
                self._prepare_imported_row(
                    before,
                    after,
                    fields.Date.context_today(self),
                    self.move_comment or self.env._("Changed by an import."),
                )
            ]
        comment = self.env._("Taken over from another system.")
        if after['state'] == 'open':
            return [self._prepare_imported_row(before, after, self.opened_on, self.move_comment or comment)]
        opening = after | {'state': 'open', 'stage': self.funnel_id._get_first_stage().id}
        return [
            self._prepare_imported_row(before, opening, self.opened_on, comment),
            self._prepare_imported_row(opening, after, self.closed_on, self.move_comment or comment),
        ]

    def _prepare_history_rows(self, history, before, after):
        """Return the log rows that the imported file itself contains, oldest first.

        :param list history: create commands with ``date``, ``stage_to_id``, ``comment``, ``short_status`` and, where
            they differ from the present values, ``amount_to``, ``deadline_to``, ``owner_to_id``, ``user_id``
        :raise ValidationError: the last row does not match the present values of the deal
        """
        told = sorted((command[2] for command in history), key=lambda vals: fields.Datetime.to_datetime(vals['date']))
        if told[-1].get('stage_to_id') != after['stage']:
            raise ValidationError(
                self.env._(
                    "The log of the deal %(deal)s ends in the stage %(last)s, but the deal is in the stage %(stage)s. "
                    "Add the missing row.",
                    deal=self.name,
                    last=self.env['dealflow.stage'].browse(told[-1].get('stage_to_id')).name,
                    stage=self.stage_id.name,
                )
            )
        self._check_end_of_history(told[-1], after)
        rows = []
        for vals in told:
            now = after if vals is told[-1] else after | self._get_imported_log_values(vals)
            rows.append(
                self._prepare_imported_row(
                    before,
                    now,
                    fields.Datetime.to_datetime(vals['date']),
                    vals.get('comment'),
                    short_status=vals.get('short_status') or None,
                    user_id=vals.get('user_id') or self.env.uid,
                    **({'lost_reason_id': vals['lost_reason_id']} if vals.get('lost_reason_id') else {}),
                )
            )
            before = now
        return rows

    def _check_end_of_history(self, vals, after):
        """Check that the last imported row has the amount, deadline, owner and lost reason of the deal.

        Empty cells are not compared.

        :raise ValidationError: a value differs; the message names the field and both values
        """
        told = self._get_imported_log_values(vals) | {'reason': vals.get('lost_reason_id')}
        present = after | {'reason': self.lost_reason_id.id}
        for name, column, field_name in (
            ('amount', 'amount_to', 'amount'),
            ('deadline', 'deadline_to', 'expected_close_date'),
            ('owner', 'owner_to_id', 'user_id'),
            ('reason', 'lost_reason_id', 'lost_reason_id'),
        ):
            is_empty = vals.get(column) is None or vals[column] is False
            if is_empty or told[name] == present[name]:
                continue
            raise ValidationError(
                self.env._(
                    "The log of the deal %(deal)s ends with “%(field)s”: %(last)s, but the deal has: %(value)s. "
                    "Correct one of the two, or leave the cell of the last row empty.",
                    deal=self.name,
                    field=self._dealflow_get_field_label(field_name),
                    last=self._format_imported_value(field_name, vals[column]),
                    value=self._format_imported_value(field_name, self[field_name]),
                )
            )

    def _format_imported_value(self, field_name, value):
        """Return a value as it would be exported to a file."""
        field = self._fields[field_name]
        record = field.convert_to_record(field.convert_to_cache(value, self), self)
        return field.convert_to_export(record, self)

    def _get_imported_log_values(self, vals):
        """Return the log values given by an imported row, with the keys of :meth:`_get_log_values`."""
        stage = self.env['dealflow.stage'].browse(vals['stage_to_id'])
        is_lost = vals.get('state_to') == 'lost' or vals.get('kind') == 'lose'
        values = {'stage': stage.id, 'state': 'lost' if is_lost else 'won' if stage.is_won else 'open'}
        if 'amount_to' in vals:
            values['amount'] = self.currency_id.round(vals['amount_to'])
            values['amount_company'] = self.currency_id._convert(
                vals['amount_to'],
                self.company_id.currency_id,
                self.company_id,
                fields.Date.to_date(vals['date']),
            )
        if 'deadline_to' in vals:
            values['deadline'] = fields.Date.to_date(vals['deadline_to']) or None
        if 'owner_to_id' in vals:
            values['owner'] = vals['owner_to_id'] or None
        return values

    def _prepare_imported_row(self, before, after, date, comment, **values):
        row = self._prepare_log_row(
            before,
            after,
            **{
                'kind': 'import',
                'is_override': True,
                'date': self._to_log_time(date),
                'comment': comment or None,
                **values,
            },
        )
        if after['state'] != 'lost':
            row['lost_reason_id'] = None
        return row

    @api.model
    def _to_log_time(self, moment):
        """Return the datetime of a log row, in UTC.

        A past date becomes noon in UTC, which is the same date in almost every time zone; today becomes now.

        :param moment: a date, or a datetime in UTC, not in the future; ``False`` means now
        :raise UserError: the moment is in the future
        """
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        is_day = moment and not isinstance(moment, datetime)
        if moment and (moment > today if is_day else moment > now):
            raise UserError(
                self.env._("The log of a deal cannot have the date %(date)s: it is in the future.", date=moment)
            )
        if not moment or moment == today:
            return now
        return min(now, datetime.combine(moment, time(12))) if is_day else moment

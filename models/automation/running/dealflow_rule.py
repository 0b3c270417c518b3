import logging

import psycopg2

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import ormcache

from ....tools.rule_memory import Watch, get_memory, keep_memory
from ..dealflow_rule import EVENTS
from ..dealflow_rule_action import RESPONSIBLE

_logger = logging.getLogger(__name__)

MOST_FAILURES = 10
MOST_STEPS = 5


class DealflowRule(models.Model):
    """Runs rules: with the rights of the owner, each record in a savepoint of its own, with a row in the log."""

    _inherit = 'dealflow.rule'

    # Which records

    @api.model
    @ormcache('model_name', 'event')
    def _get_watches(self, model_name, event):
        """Return what each rule that is on looks at, of those that something sets off.

        :param str event: ``saved``, ``received`` or ``sent``
        :rtype: tuple[Watch, ...]
        """
        # sudo - dealflow.rule: everybody's saves are watched.
        rules_sudo = self.sudo().with_context(active_test=True).search([('state', '=', 'on')])
        return tuple(
            Watch(
                rule.id,
                rule.trigger,
                frozenset() if rule.trigger == 'created' else frozenset(rule._get_watched_names()),
                rule._get_quick_domain(),
                rule.runs_on_import,
            )
            for rule in rules_sudo
            if rule._get_model_name() == model_name and EVENTS.get(rule.trigger) == event
        )

    @api.model
    def _dispatch(self, event, records, old_values):
        """Run all rules of a model that what has happened to the records sets off, one after the other.

        :param str event: ``saved``, ``received`` or ``sent``
        :param records: in the environment of whoever has saved them
        :param dict old_values: those before the change, by record; None for new records and for letters
        """
        if event == 'received' and self.env.context.get('dealflow_automatic_email'):
            # An absence note is no letter of a client.
            return
        watches = self._get_watches(records._name, event)
        is_import = self.env.context.get('import_file')
        changes = self._get_changes(records, old_values, watches) if event == 'saved' else None
        if changes is not None and not changes:
            return
        # sudo - any model: conditions may name more than the person may read whose save it is.
        records_sudo = records.sudo().with_context(active_test=False)
        for watch in watches:
            if is_import and not watch.runs_on_import or watch.trigger == ('changed' if changes is None else 'created'):
                continue
            found = records_sudo
            if changes is not None:
                names = watch.names
                found = found.filtered(lambda record, names=names: not names.isdisjoint(changes.get(record.id, ())))
            if found and watch.domain is not None:
                found = found.filtered_domain(watch.domain)
            if not found:
                continue
            if changes is not None:
                found = self._filter_old_enough(found, watch.trigger)
            rule = self.browse(watch.rule_id)
            rule._act(rule._filter_triggered(records.browse(found.ids)))

    @api.model
    def _get_changes(self, records, old_values, watches):
        """Return the names of the watched fields that have changed, by record; None for new records.

        :rtype: dict[int, set[str]] | None
        """
        if old_values is None:
            get_memory(self.env.cr).complete.update((record._name, record.id) for record in records)
            return None
        watched = {name for watch in watches for name in watch.names}
        changes = {}
        for record in records:
            old = old_values.get(record.id, {})
            if names := {name for name, value in old.items() if name in watched and record[name] != value}:
                changes[record.id] = names
        return changes

    @api.model
    def _filter_old_enough(self, records_sudo, trigger):
        """Leave out records that are only being created: the creation itself is told of at its end."""
        now, complete = self.env.cr.now(), get_memory(self.env.cr).complete
        return records_sudo.filtered(
            lambda record: record.create_date != now or trigger != 'changed' and (record._name, record.id) in complete
        )

    def _filter_triggered(self, records):
        """Return those of the records that fit the condition, that the owner may read and that are still to be done."""
        # sudo - dealflow.rule: whoever sets off a rule need not be able to read it.
        rule_sudo = self.sudo()
        if not records or (self.env.context.get('import_file') and not rule_sudo.runs_on_import):
            return records.browse()
        done = get_memory(self.env.cr).done
        left = records.filtered(lambda record: (rule_sudo.id, record._name, record.id) not in done)
        rule_sudo._log_undone(records - left)
        if rule_sudo.trigger == 'sent':
            left = left.filtered(lambda record: rule_sudo._is_sent_outside(record))
        fitting = rule_sudo._filter_fitting(left)
        if fitting and rule_sudo.is_once:
            fitting -= fitting.browse(rule_sudo._get_done_ids(fitting))
        return fitting

    def _filter_fitting(self, records):
        """Return those of the records that fit the condition and that the owner may read; a rule in sudo.

        What depends on who looks, such as one's own deals, is asked as the owner. The rule stops if its condition
        cannot be asked any more, because a field is gone, or if its owner makes rules no more.
        """
        if not records:
            return records
        try:
            domain = self._get_domain()
            domain.validate(records)
            # sudo - any model: the condition may name more than the owner may read; the right to the record comes next.
            records_sudo = records.with_env(self._get_owner_env(su=True)).with_context(active_test=False)
            if self._has_properties(domain, records):
                # In memory, many2one and tags of properties never match (C31).
                found = records_sudo.search(Domain('id', 'in', records.ids) & domain)
            else:
                found = records_sudo.filtered_domain(domain)
        except (ValueError, SyntaxError, KeyError, TypeError) as error:
            self._fail_for_good(
                records[:1],
                self.env._(
                    "The condition cannot be asked any more: %(problem)s.", problem=self._get_words_of_error(error)
                ),
            )
            return records.browse()
        fitting = records.browse(found.ids)
        if fitting and (problem := self._get_owner_problem()):
            self._fail_for_good(fitting[:1], problem)
            return records.browse()
        return fitting and fitting.browse(fitting.with_env(self._get_owner_env())._filtered_access('read').ids)

    def _get_owner_env(self, su=False):
        """Return the environment of the owner of the rule, with all of their companies.

        :param bool su: whether rights are left aside, and only the person counts
        """
        owner = self.owner_id.sudo()
        companies = owner.company_id | owner.company_ids
        context = {'allowed_company_ids': companies.ids, 'lang': owner.lang, 'tz': owner.tz}
        return self.env(user=owner.id, su=su, context=context)

    def _get_owner_problem(self):
        """Return why the owner makes rules no more, in words; empty if they do."""
        owner = self.owner_id.sudo()
        if not owner.active:
            return self.env._(
                "The rule acts as %(owner)s, who works here no more. Switch it on anew.", owner=owner.name
            )
        if not owner.has_group('dealflow.group_manager'):
            return self.env._(
                "The rule acts as %(owner)s, who has no full access any more. Switch it on anew.", owner=owner.name
            )
        return ''

    def _log_undone(self, records):
        """Write into the log, once per save, that another rule has set back what the rule has set; a rule in sudo."""
        memory = get_memory(self.env.cr)
        if not records or not memory.chain or memory.chain[-1] == self:
            return
        for record in self._filter_fitting(records):
            key = (self.id, record._name, record.id)
            acting = record.with_env(self._get_owner_env(su=True))
            if key in memory.undone or not any(action._is_undone(acting) for action in self.action_ids):
                continue
            memory.undone.add(key)
            self._log_endless(record)

    def _log_endless(self, record):
        steps = [*get_memory(self.env.cr).chain, self]
        self._log_failures(
            record,
            self.env._(
                "Rules set each other off without an end, and were stopped: %(rules)s.",
                rules=" → ".join(step.name for step in steps),
            ),
        )

    def _get_quick_domain(self):
        """Return the condition if it can be asked of records in memory; None if it has properties, or is wrong."""
        model = self.env[self._get_model_name()]
        try:
            domain = self._get_domain()
            domain.validate(model)
        except (ValueError, SyntaxError, KeyError, TypeError):
            return None
        # Optimized as far as it is the same on any day.
        return None if self._has_properties(domain, model) or self._depends_on_user(domain) else domain.optimize(model)

    def _depends_on_user(self, domain):
        """Return whether a condition may be answered differently to different people, as one's own deals are."""
        found = (self.env[model_name]._fields[name] for model_name, name in self._walk(self._get_model_name(), domain))
        return any(not field.store and not field.related for field in found)

    @api.model
    def _has_properties(self, domain, records):
        return any(
            '.' in condition.field_expr and records._fields[condition.field_expr.partition('.')[0]].type == 'properties'
            for condition in domain.iter_conditions()
            if condition.field_expr.partition('.')[0] in records._fields
        )

    @api.model
    def _is_sent_outside(self, record):
        """Return whether the latest message of a record went to anybody outside; Odoo's trigger counts all comments."""
        # sudo - mail.message: who has received it decides, also where the person may not read notifications.
        message_sudo = record.sudo().message_ids[:1]
        return bool((message_sudo.partner_ids | message_sudo.notified_partner_ids).filtered('partner_share'))

    def _get_done_ids(self, records, occasion=None):
        """Return the ids of those records that the rule has acted on, on any occasion or on the given one."""
        domain = [('rule_id', '=', self.id), ('res_model', '=', records._name), ('res_id', 'in', records.ids)]
        domain.append(('occasion', '=', occasion) if occasion else ('outcome', '=', 'done'))
        # sudo - dealflow.rule.run: the log decides whether it is done, also for those who may not read it.
        return {res_id for [res_id] in self.env['dealflow.rule.run'].sudo()._read_group(domain, ['res_id'])}

    @api.model
    def _describe_import(self, model_name):
        """Return what rules do with rows of a model that are imported; empty if there are no rules.

        :rtype: str
        """
        watches = self._get_watches(model_name, 'saved')
        acting = [watch.rule_id for watch in watches if watch.runs_on_import]
        if not watches:
            return ''
        if not acting:
            return self.env._("No automation rule acts on the rows that you import: all of them leave such rows alone.")
        # sudo - dealflow.rule: whoever imports is told by name what will happen to the rows.
        return self.env._(
            "These automation rules act on each row that you import and that fits: %(rules)s. "
            "The other ones leave such rows alone.",
            rules=", ".join(self.sudo().browse(acting).mapped('name')),
        )

    # Acting

    def _act(self, records, occasion=False, causer=None):
        """Do the actions to each record, once per transaction, and write it into the log.

        :param records: records that fit, in the environment of whoever set off the rule
        :param str occasion: the day that the rule waited for
        :param causer: ``False`` if nobody's change set it off
        """
        # sudo - dealflow.rule: the person whose save it is need not be able to read rules.
        rule_sudo = self.sudo()
        memory = get_memory(self.env.cr)
        if not memory.chain:
            memory.causer_id = self.env.uid if causer is None else causer
        for record in records:
            key = (self.id, record._name, record.id)
            if key in memory.done:
                continue
            memory.done.add(key)
            if len(memory.chain) >= MOST_STEPS:
                rule_sudo._log_endless(record)
                continue
            memory.chain.append(rule_sudo)
            try:
                deeds, error = rule_sudo._attempt(record)
            finally:
                memory.chain.pop()
                keep_memory(self.env.cr, memory)
            if error:
                rule_sudo._log_failures(record, error, occasion)
            elif deeds or occasion:
                rule_sudo._log(record, 'done', deeds=deeds or self.env._("Nothing had to be done."), occasion=occasion)

    def _attempt(self, record):
        """Do the actions to one record; what failed is undone, and nothing else.

        :return: what was done and what went wrong, both in words
        """
        try:
            with self.env.cr.savepoint():
                acting = self._as_owner(record)
                # sudo - dealflow.rule.action: what to do is read for everybody; doing it takes the rights of the owner.
                actions = self.action_ids.with_env(acting.env).sudo()
                deeds = [deed for action in actions if (deed := action._perform(acting))]
                acting.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Odoo tries the whole save again.
            raise
        except UserError as error:
            return '', str(error)
        except psycopg2.Error as error:
            _logger.warning("Rule %s on %s: %s", self.id, record, error)
            return '', self.env._("The database has refused it: %(problem)s", problem=str(error).strip())
        except Exception as error:
            # Whatever it is, it must not take the save of the person along, who can do nothing about it.
            _logger.exception("Rule %s on %s", self.id, record)
            return '', self.env._("Unexpected error: %(problem)s", problem=str(error))
        return "\n".join(deeds), ''

    def _as_owner(self, record):
        """Return the record with the rights, the language and the companies of the owner.

        :raise UserError: the owner makes rules no more, or has no access to the company of the record
        """
        owner = self.owner_id
        if problem := self._get_owner_problem():
            raise UserError(problem)
        company = 'company_id' in record._fields and record.sudo().company_id or owner.company_id
        if company not in owner.company_ids:
            raise UserError(
                self.env._(
                    "The rule acts as %(owner)s, who does not belong to the company %(company)s.",
                    owner=owner.name,
                    company=company.name,
                )
            )
        return record.with_env(self._get_owner_env()).with_company(company)

    # The log

    def _log(self, records, outcome, deeds='', error='', occasion=False):
        memory = get_memory(self.env.cr)
        chain = [rule for rule in memory.chain if rule != self]
        self.env['dealflow.rule.run']._append(
            [
                {
                    'rule_id': self.id,
                    'date': self.env.cr.now(),
                    'company_id': 'company_id' in record._fields and record.sudo().company_id.id,
                    'res_model': record._name,
                    'res_id': record.id,
                    'record_name': record.sudo().display_name,
                    'outcome': outcome,
                    'deeds': deeds or False,
                    'error': error or False,
                    'owner_id': self.owner_id.id,
                    'causer_id': memory.causer_id,
                    'causing_rule_id': chain[-1].id if chain else False,
                    'occasion': occasion,
                }
                for record in records
            ]
        )

    def _log_failures(self, records, error, occasion=False):
        """Write failures into the log, and stop the rule after ten in a row."""
        self._log(records, 'failed', error=error, occasion=occasion)
        domain = [('rule_id', '=', self.id), ('date', '>=', self.started_on)]
        # sudo - dealflow.rule.run: the log counts the failures, also for those who may not read it.
        latest = self.env['dealflow.rule.run'].sudo().search(domain, limit=MOST_FAILURES)
        if self.state == 'on' and latest.mapped('outcome') == ['failed'] * MOST_FAILURES:
            self._stop(
                self.env._(
                    "It failed %(count)s times in a row, the last time with: %(error)s",
                    count=MOST_FAILURES,
                    error=error,
                )
            )

    def _fail_for_good(self, records, error):
        """Write a failure into the log that will be the same with any record, and stop the rule."""
        self._log_failures(records, error)
        self._stop(error)

    def _stop(self, reason):
        """Stop the rule, and ask its owner to mend it, or somebody else with full access if the owner has none.

        :param str reason: a sentence
        """
        if self.state != 'on':
            return
        rule_sudo = self.with_user(SUPERUSER_ID)
        rule_sudo._dealflow_set_derived({'state': 'stopped'})
        person_sudo = rule_sudo.owner_id
        if self._get_owner_problem():
            # sudo - res.users: those with full access, the longest here first.
            managers_sudo = rule_sudo.env.ref('dealflow.group_manager').all_user_ids.filtered('active').sorted('id')
            here_sudo = managers_sudo.filtered(lambda user: person_sudo.company_id in user.company_ids)
            person_sudo = (here_sudo or managers_sudo)[:1]
        if person_sudo:
            rule_sudo.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=self.env._("The rule has stopped"),
                note=self.env._("%(reason)s Mend it, and switch it on again.", reason=reason),
                user_id=person_sudo.id,
            )

    @api.model
    def _stop_broken(self):
        """Stop the rules that can do nothing any more, also those that nothing sets off for that reason."""
        for rule in self.search([('state', '=', 'on')]):
            if problem := rule._get_owner_problem() or rule._get_problem():
                rule._stop(problem)
            elif any(action.kind == 'set' and not action.field_id for action in rule.action_ids):
                rule._stop(self.env._("The field that it changes was deleted."))

    # Records that a rule takes away

    @api.model
    def _get_lost_records(self, records):
        """Return those on which a rule has acted in this save, and which the user may not read any more since.

        Without this the answer to the save would be an error, and the save would be undone.
        """
        acted = {(model_name, record_id) for _rule_id, model_name, record_id in get_memory(self.env.cr).done}
        touched = records.filtered(lambda record: (record._name, record.id) in acted)
        return touched - touched._filtered_access('read') if touched and not self.env.su else records.browse()

    @api.model
    def _tell_of_lost_records(self, records):
        """Tell the user by a notification who has got the records that they may read no more, and by which rule."""
        done = get_memory(self.env.cr).done
        # sudo - the model of the records, dealflow.rule: the user has just saved them; names only.
        for record_sudo in records.sudo():
            rule_ids = {rule_id for rule_id, name, res_id in done if (name, res_id) == (records._name, record_sudo.id)}
            words = {
                'record': record_sudo.display_name,
                'rules': ", ".join(self.sudo().browse(sorted(rule_ids)).mapped('name')),
            }
            field = record_sudo._fields.get(RESPONSIBLE.get(records._name, 'user_id'))
            person_sudo = record_sudo[field.name] if field else self.env['res.users']
            if person_sudo and person_sudo != self.env.user:
                message = self.env._(
                    "“%(record)s” now belongs to %(person)s. By the rule: %(rules)s", person=person_sudo.name, **words
                )
            else:
                message = self.env._("“%(record)s” is no longer among your records. By the rule: %(rules)s", **words)
            self.env.user._bus_send('simple_notification', {'message': message, 'type': 'warning'})

    @api.model
    def _read_for_the_last_time(self, records, specification):
        """Return the values that the form of the user had asked for: plain ones and names, nothing of lists."""
        columns = {
            name: records._fields[name]
            for name in specification
            if name in records._fields and records._has_field_access(records._fields[name], 'read')
        }
        lists = [name for name, field in columns.items() if field.type in ('one2many', 'many2many')]
        plain = {
            name: {'fields': {'display_name': {}}} if field.type == 'many2one' else {}
            for name, field in columns.items()
            if name not in lists
        }
        # sudo - the model of the records: the user has just saved them, and sees these values on the form.
        rows = records.sudo().web_read(plain)
        return [{**row, **dict.fromkeys(lists, [])} for row in rows]

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.public_methods import public_method

PAST_DAYS = 30


class DealflowRule(models.Model):
    """Tells what a rule would do, and would have done, before it is switched on; nothing is written for that."""

    _inherit = 'dealflow.rule'

    fit_count = fields.Integer(string="Fit Today", compute='_compute_preview')
    past_count = fields.Integer(string="In the Last 30 Days", compute='_compute_preview')
    preview = fields.Char(compute='_compute_preview')

    @api.depends('object', 'trigger', 'domain', 'company_id', 'stage_id', 'lead_stage_id', 'watched_field_ids')
    @api.depends('date_field_id', 'days', 'direction', 'day')
    @api.depends_context('uid', 'lang', 'allowed_company_ids')
    def _compute_preview(self):
        for rule in self:
            rule.fit_count = rule.past_count = 0
            if not rule.object or not rule.trigger:
                rule.preview = False
                continue
            if problem := rule._get_problem():
                rule.preview = problem
                continue
            if rule.owner_id == self.env.user:
                rule.fit_count = self.env[rule._get_model_name()].search_count(rule._get_domain())
            else:
                rule.fit_count = len(rule._search_as_owner(rule._get_domain()))
            past = rule._get_past()
            rule.past_count = len(past or ())
            words = {'fit': rule.fit_count, 'past': rule.past_count, 'days': PAST_DAYS}
            if past is None:
                rule.preview = self.env._(
                    "Records that fit today: %(fit)s. When they came to fit is not known: their changes keep no date.",
                    **words,
                )
            else:
                rule.preview = self.env._(
                    "Records that fit today: %(fit)s. In the last %(days)s days it would have acted on: %(past)s.",
                    **words,
                )

    @public_method(one=True)
    def action_view_fitting(self):
        """Return the action that opens the records that fit the one rule today."""
        domain = list(self._get_domain())
        if self.owner_id != self.env.user:
            domain = [('id', 'in', self._search_as_owner(self._get_domain()).ids)]
        return self._get_list_action(self.env._("Fit “%(rule)s”", rule=self.name), domain)

    @public_method(one=True)
    def action_view_past(self):
        """Return the action that opens the records on which the one rule would have acted in the last 30 days.

        :raise UserError: the past of the rule has no dates
        """
        past = self._get_past()
        if past is None:
            raise UserError(self.env._("When records came to fit “%(rule)s” is not known.", rule=self.name))
        name = self.env._("“%(rule)s” in the last %(days)s days", rule=self.name, days=PAST_DAYS)
        return self._get_list_action(name, [('id', 'in', sorted(past))])

    def _get_list_action(self, name, domain):
        return {
            'type': 'ir.actions.act_window',
            'name': name,
            'res_model': self._get_model_name(),
            'views': [(False, 'list'), (False, 'form')],
            'domain': domain,
        }

    def _search_as_owner(self, domain, active_test=True):
        """Return the records that fit for the owner of the rule, of those that the user may read as well."""
        model = self.env[self._get_model_name()].with_context(active_test=active_test)
        if self.owner_id == self.env.user:
            return model.search(domain)
        owned = model.with_env(self._get_owner_env()).with_context(active_test=active_test)
        return model.search([('id', 'in', owned.search(domain).ids)]) if owned.has_access('read') else model

    def _get_past(self):
        """Return the ids of the records on which the rule would have acted; None if the past has no dates.

        What has happened is dated by the creation, the log of deals, tracked changes, messages and dates themselves.
        The condition is asked as the records are today.

        :rtype: set[int] | None
        """
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=PAST_DAYS)
        if self.trigger in ('date', 'day', 'quiet', 'overdue'):
            last = fields.Date.context_today(self)
            found = set(self._get_days(last - timedelta(days=PAST_DAYS), last))
        else:
            found = getattr(self, f'_get_past_{self.trigger}')(since)
        if not found:
            return found
        return set(self._search_as_owner(Domain('id', 'in', list(found)) & self._get_domain(), active_test=False).ids)

    def _get_past_created(self, since):
        domain = Domain('create_date', '>=', since) & self._get_domain()
        return set(self._search_as_owner(domain, active_test=False).ids)

    def _get_past_changed(self, since):
        """Return the records with tracked changes of the watched fields; None if one of these is not tracked."""
        names = self._get_watched_names()
        model = self.env[self._get_model_name()]
        if not names or not all(getattr(model._fields[name], 'tracking', None) for name in names):
            return None
        return self._get_tracked(names, since)

    def _get_tracked(self, names, since, value=None):
        model_name = self._get_model_name()
        # sudo - ir.model.fields, mail.tracking.value: what has changed when; the records are searched as the user.
        model_fields = self.env['ir.model.fields'].sudo()
        field_ids = [model_fields._get(model_name, name).id for name in names]
        domain = Domain('field_id', 'in', field_ids) & Domain('mail_message_id.date', '>=', since)
        domain &= Domain('mail_message_id.model', '=', model_name)
        if value:
            domain &= Domain('new_value_integer', '=', value)
        return set(self.env['mail.tracking.value'].sudo().search(domain).mail_message_id.mapped('res_id'))

    def _get_past_saved(self, since):
        changed = self._get_past_changed(since)
        if changed is None and self._get_watched_names():
            return None
        return self._get_past_created(since) | (changed or set())

    def _get_past_stage(self, since):
        if self.object == 'opportunity':
            moved = self._get_tracked({'stage_id'}, since, value=self.lead_stage_id.id)
            return moved | self._get_past_created(since)
        # sudo - dealflow.deal.log: which deals were moved when; the deals are searched as the user.
        moves = (
            self.env['dealflow.deal.log']
            .sudo()
            .search([('stage_to_id', '=', self.stage_id.id), ('date', '>=', since), ('kind', '!=', 'import')])
            .filtered(lambda row: row.stage_from_id != row.stage_to_id)
        )
        return set(moves.deal_id.ids)

    def _get_past_received(self, since):
        return self._get_past_messages(since, is_received=True)

    def _get_past_sent(self, since):
        return self._get_past_messages(since, is_received=False)

    def _get_past_messages(self, since, is_received):
        domain = Domain('model', '=', self._get_model_name()) & Domain('date', '>=', since)
        domain &= Domain('message_type', 'in', ('comment', 'email')) & Domain('is_internal', '=', False)
        domain &= Domain('subtype_id.internal', '=', False)
        outside = Domain('author_id', '=', False) | Domain('author_id.partner_share', '=', True)
        domain &= outside if is_received else ~outside
        # sudo - mail.message: which records had letters when; the records are searched as the user.
        messages = self.env['mail.message'].sudo().search(domain)
        if not is_received:
            messages = messages.filtered(
                lambda message: (message.partner_ids | message.notified_partner_ids).filtered('partner_share')
            )
        return set(messages.mapped('res_id'))

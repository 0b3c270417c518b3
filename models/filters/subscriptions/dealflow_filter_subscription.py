import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# Records that a filter may find when somebody subscribes to it.
FOUND = 10000
# Records that a message names.
NAMED = 20


class DealflowFilterSubscription(models.Model):
    """A person is told once a day what a filter newly finds (X28)."""

    _name = 'dealflow.filter.subscription'
    _description = "Subscription to a Filter"

    filter_id = fields.Many2one('ir.filters', required=True, ondelete='cascade', index=True)
    user_id = fields.Many2one('res.users', required=True, ondelete='cascade', index=True)
    known_ids = fields.Json(export_string_translation=False)
    checked_on = fields.Datetime(export_string_translation=False)

    _filter_user_uniq = models.UniqueIndex('(filter_id, user_id)', "This person is told about this filter already.")

    def _find(self):
        """Return the ids that the filter finds now for its subscriber, or None if they are too many to remember.

        :rtype: list[int] | None
        """
        self.ensure_one()
        mine = self.filter_id.with_user(self.user_id)
        # sudo - ir.filters: whether the subscriber still sees the filter was asked before.
        domain = mine.sudo()._dealflow_get_domain()
        found = self._get_records().search(domain, order='id desc', limit=FOUND + 1)
        return found.ids if len(found) <= FOUND else None

    def _get_records(self):
        """Return an empty recordset of the filter's model, in the environment of the subscriber."""
        user = self.user_id
        return (
            self.env[self.filter_id.model_id]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids, lang=user.lang, tz=user.tz)
        )

    @api.model
    def _cron_tell(self):
        """Tell subscribers what their filters newly find; archived people are told nothing."""
        # sudo - dealflow.filter.subscription: the job goes through those of all people.
        subscriptions = self.sudo().search([('user_id.active', '=', True), ('filter_id.active', '=', True)])
        self.env['ir.cron']._commit_progress(remaining=len(subscriptions))
        for subscription in subscriptions:
            try:
                with self.env.cr.savepoint():
                    subscription._tell()
            except Exception:
                _logger.exception("Subscription %s to a filter could not be told", subscription.id)
            self.env['ir.cron']._commit_progress(1)

    def _tell(self):
        """Send one message about what the filter newly finds, or none if there is nothing."""
        self.ensure_one()
        mine = self.with_user(self.user_id).with_context(lang=self.user_id.lang, tz=self.user_id.tz)
        filter_ = mine.filter_id
        if not mine._may_use() or filter_._dealflow_get_problem():
            return
        records, now = self._get_records(), fields.Datetime.now()
        ids = self._find() if self.known_ids is not None else None
        if ids is None:
            # Too many to remember: what was created since is told.
            since = Domain('create_date', '>', self.checked_on or now)
            new = records.search(filter_._dealflow_get_domain() & since, limit=FOUND)
            self.write({'checked_on': now, 'known_ids': None})
        else:
            known = set(self.known_ids or [])
            new = records.browse([id_ for id_ in ids if id_ not in known])
            self.write({'checked_on': now, 'known_ids': ids})
        if new:
            mine._send(new)

    def _may_use(self):
        """Return whether the subscriber still sees the filter."""
        self.ensure_one()
        return bool(self.filter_id._dealflow_filtered(self.filter_id._dealflow_get_usable_domain()))

    def _send(self, records):
        # sudo - ir.filters: the name of a filter that the subscriber uses.
        name = self.filter_id.sudo().dealflow_title or self.filter_id.sudo().name
        rows = Markup().join(Markup('<li>%s</li>') % record._get_html_link() for record in records[:NAMED])
        body = Markup('<p>%s</p><ul>%s</ul>') % (
            self.env._("The filter “%(filter)s” newly finds %(count)s.", filter=name, count=len(records)),
            rows,
        )
        if len(records) > NAMED:
            body += Markup('<p>%s</p>') % self.env._("These are the newest %(count)s of them.", count=NAMED)
        # sudo - mail.thread: the message is of the system, to the subscriber alone.
        self.env['mail.thread'].sudo().message_notify(
            partner_ids=self.user_id.partner_id.ids,
            author_id=self.env.ref('base.partner_root').id,
            subject=self.env._("New in “%(filter)s”: %(count)s", filter=name, count=len(records)),
            body=body,
        )

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request


class DealflowRequisitesMixin(models.AbstractModel):
    """What the confirmation of requisites is for: orders, invoices, contracts and stages ask for it.

    An entity that is not confirmed is ignored, warned about or refused, as the company has set. The answer follows from
    the present values in the database, not from the stored state.
    """

    _inherit = 'dealflow.requisites.mixin'

    def _dealflow_describe_requisites_state(self):
        """Return, in words, why the entity does not count as confirmed: what changed, when and by whom."""
        self.ensure_one()
        requisites = self._dealflow_get_requisites()
        fingerprint = self._dealflow_get_requisites_fingerprint(requisites)
        state = self._dealflow_get_live_requisites_state(fingerprint)[0]
        if state in ('confirmed', 'none'):
            return ''
        if state == 'changed':
            voided = self.requisite_log_ids.filtered(lambda row: row.event == 'voided').sorted('id')[-1:]
            changes = self._dealflow_describe_requisite_changes(requisites) or voided.changes or voided.reason
            if fingerprint != self.requisites_fingerprint:
                return self.env._(
                    "The requisites of %(entity)s were changed outside of Odoo since accounting confirmed them:\n"
                    "%(changes)s",
                    entity=self.display_name,
                    changes=changes,
                )
            return self.env._(
                "The requisites of %(entity)s have changed since accounting confirmed them. %(user)s changed them on "
                "%(date)s:\n%(changes)s",
                entity=self.display_name,
                user=self.requisites_changed_by_id.display_name,
                date=fields.Date.to_string(self.requisites_changed_on),
                changes=changes,
            )
        if state == 'rejected':
            rejection = self._dealflow_get_requisite_verdicts()[-1:]
            return self.env._(
                "%(user)s from accounting rejected the requisites of %(entity)s on %(date)s: %(reason)s",
                entity=self.display_name,
                user=rejection.user_id.display_name,
                reason=rejection.reason,
                date=fields.Date.to_string(rejection.date),
            )
        if state == 'to_confirm':
            return self.env._(
                "The requisites of %(entity)s still wait for their confirmation by accounting.",
                entity=self.display_name,
            )
        return self.env._(
            "Accounting has not confirmed the requisites of %(entity)s yet. Send them to accounting.",
            entity=self.display_name,
        )

    def _dealflow_get_requisites_problems(self):
        """Return why legal entities of ``self`` do not count as confirmed, from the present state of the database.

        :rtype: dict
        :return: the explanation by legal entity; entities that are confirmed have no key
        """
        # sudo - res.partner, res.partner.bank: the check covers all requisites, readable to the user or not.
        entities_sudo = self.commercial_partner_id.sudo()
        entities_sudo._dealflow_invalidate_requisites()
        problems = {}
        for entity_sudo in entities_sudo:
            problem = entity_sudo._dealflow_describe_requisites_state()
            if problem:
                problems[entity_sudo.sudo(self.env.su)] = problem
        self._dealflow_sync_requisites_state(entities_sudo)
        return problems

    def _check_dealflow_requisites_gate(self, operation, company=None, documents_by_entity=None):
        """Ignore, warn about or refuse legal entities that accounting has not confirmed, as set on the company.

        :param str operation: ``order``, ``invoice``, ``contract`` or ``stage``
        :param company: the company whose setting counts; the current one by default
        :param dict documents_by_entity: the documents to let through, by legal entity or contact of it; a warning is
            also logged in their chatter, because a job or an integration has no user to notify
        :raise UserError: the setting is «block»; the message says what changed, when and by whom
        :return: the explanations that the user was warned with
        :rtype: list[str]
        """
        gate = (company or self.env.company).sudo()[f'dealflow_gate_{operation}']
        if gate == 'ignore' or not self:
            return []
        problems = self._dealflow_get_requisites_problems()
        messages = list(problems.values())
        if messages and gate == 'block':
            raise UserError(self._dealflow_get_refusal(messages))
        self._dealflow_post_requisite_problems(problems, documents_by_entity or {})
        if messages and request and not self.env.user.share:
            self.env.user._bus_send(
                'simple_notification',
                {
                    'type': 'warning',
                    'title': self.env._("Not confirmed by accounting"),
                    'message': '\n'.join(messages),
                },
            )
        return messages

    def _dealflow_post_unconfirmed_requisites(self, operation, company, documents_by_entity):
        """Log on documents that can no longer be refused what accounting has not confirmed.

        The arguments are those of :meth:`_check_dealflow_requisites_gate`.
        """
        if company.sudo()[f'dealflow_gate_{operation}'] != 'ignore':
            self._dealflow_post_requisite_problems(self._dealflow_get_requisites_problems(), documents_by_entity)

    @api.model
    def _dealflow_post_requisite_problems(self, problems, documents_by_entity):
        for entity, documents in documents_by_entity.items():
            problem = problems.get(entity.commercial_partner_id)
            if problem:
                documents._message_log_batch(bodies=dict.fromkeys(documents.ids, self._dealflow_get_gate_note(problem)))

    @api.model
    def _dealflow_get_refusal(self, messages):
        """Return the message of a refusal; a client does not learn who has changed what in our data."""
        if self.env.user.share:
            return self.env._(
                "Your details have to be confirmed by our accountants first. Please get in touch with us."
            )
        return '\n\n'.join(messages)

    @api.model
    def _dealflow_get_gate_note(self, problem):
        return Markup('<p>%s</p><p>%s</p>') % (
            self.env._("Allowed although accounting has not confirmed the legal entity:"),
            self._dealflow_break_lines(problem),
        )

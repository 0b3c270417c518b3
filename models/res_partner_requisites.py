import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REQUISITE_FIELDS = (
    'name', 'vat', 'company_registry', 'country_id', 'street', 'street2', 'zip', 'city', 'state_id',
)
BANK_FIELDS = ('active', 'acc_number', 'sanitized_acc_number', 'acc_holder_name', 'clearing_number', 'bank_id')

# What may happen in which state of the requisites, and what is said otherwise.
REQUISITE_EVENTS = {
    'submitted': ('draft', 'changed', 'rejected'),
    'confirmed': ('draft', 'to_confirm', 'changed', 'rejected'),
    'rejected': ('draft', 'to_confirm', 'changed'),
    'voided': ('confirmed', 'changed', 'to_confirm'),
}


class ResPartner(models.Model):
    """Requisites of a legal entity and their confirmation by accounting (B39).

    The state is a stored computation over a fingerprint of the requisites and the newest row of the log, so it follows
    every path that writes a requisite. The fingerprint contains the record's id: it means nothing on another contact.
    """

    _inherit = 'res.partner'

    requisites_fingerprint = fields.Char(
        compute='_compute_requisites_fingerprint', store=True, export_string_translation=False)
    requisites_changed_by_id = fields.Many2one(
        'res.users', string="Requisites changed by", compute='_compute_requisites_fingerprint', store=True)
    requisites_changed_on = fields.Datetime(compute='_compute_requisites_fingerprint', store=True)
    requisites_state = fields.Selection(
        [
            ('none', "Not a legal entity"),
            ('draft', "Not confirmed"),
            ('to_confirm', "Waits for accounting"),
            ('confirmed', "Confirmed by accounting"),
            ('changed', "Changed since confirmation"),
            ('rejected', "Rejected by accounting"),
        ],
        string="Requisites", compute='_compute_requisites_state', store=True,
    )
    requisites_confirmed_by_id = fields.Many2one(
        'res.users', string="Confirmed by", compute='_compute_requisites_state', store=True)
    requisites_confirmed_on = fields.Datetime(string="Confirmed on", compute='_compute_requisites_state', store=True)
    requisite_log_ids = fields.One2many('dealflow.requisite.log', 'entity_id', string="Requisites Log", copy=False)

    _requisites_queue_idx = models.Index("(requisites_state) WHERE requisites_state IN ('to_confirm', 'changed')")

    @api.depends(
        *REQUISITE_FIELDS, 'commercial_partner_id', 'bank_ids.bank_id.bic', 'bank_ids.partner_id',
        *(f'bank_ids.{field_name}' for field_name in BANK_FIELDS),
    )
    def _compute_requisites_fingerprint(self):
        now = fields.Datetime.now()
        for partner in self:
            before = partner.requisites_fingerprint
            after = partner._is_legal_entity() and partner._get_requisites_fingerprint(partner._get_requisites())
            if before == after:
                # Assigning keeps the computation complete; the last changer stays who changed the value.
                partner.requisites_fingerprint = before
                partner.requisites_changed_by_id = partner.requisites_changed_by_id
                partner.requisites_changed_on = partner.requisites_changed_on
            else:
                partner.requisites_fingerprint = after
                partner.requisites_changed_by_id = self.env.uid
                partner.requisites_changed_on = now

    @api.depends(
        'requisites_fingerprint', 'commercial_partner_id', 'counterparty_role', 'requisite_log_ids.event',
        'requisite_log_ids.fingerprint',
    )
    def _compute_requisites_state(self):
        for partner in self:
            state, confirmation = partner._get_live_requisites_state(partner.requisites_fingerprint)
            partner.requisites_state = state
            partner.requisites_confirmed_by_id = confirmation.user_id
            partner.requisites_confirmed_on = confirmation.date

    def _has_field_access(self, field, operation):
        # Superusers too: automations and imports run with elevated rights, and a confirmation is never theirs to give.
        if operation == 'write' and field.name in self._get_computed_only_fields():
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _get_computed_only_fields(self):
        """Return the stored fields that follow from other data and that nobody may write by hand."""
        return {
            'business_partner_id', 'requisites_fingerprint', 'requisites_changed_by_id', 'requisites_changed_on',
            'requisites_state', 'requisites_confirmed_by_id', 'requisites_confirmed_on',
        }

    def _is_legal_entity(self):
        """Whether the contact can stand on a contract: a company or person of its own, not kept as «Partner only»."""
        self.ensure_one()
        return self.counterparty_role != 'partner' and self.commercial_partner_id in (self, self._origin)

    def _get_requisites(self):
        """Return the requisites as plain values that compare equal as long as nothing has changed."""
        self.ensure_one()
        requisites = {
            field_name: self[field_name] or '' for field_name in REQUISITE_FIELDS
            if field_name not in ('country_id', 'state_id')
        }
        requisites['country_id'] = self.country_id.code or ''
        requisites['state_id'] = self.state_id.code or ''
        accounts = self.with_context(active_test=False).bank_ids.filtered('active')
        requisites['bank_ids'] = sorted(
            " · ".join(filter(None, (
                account.sanitized_acc_number, account.bank_id.bic, account.clearing_number, account.acc_holder_name,
            ))) for account in accounts
        )
        return requisites

    def _get_requisites_fingerprint(self, requisites):
        """Return the hash of the requisites together with the id of the contact."""
        self.ensure_one()
        identity = json.dumps([self._origin.id, requisites], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(identity.encode()).hexdigest()

    def _get_live_requisites_state(self, fingerprint):
        """Return the state that follows from a fingerprint and the log, and the confirmation that it rests on.

        :return: ``(state, log row)``; the row is empty unless the state is ``confirmed``
        """
        self.ensure_one()
        log = self.requisite_log_ids
        nothing = log.browse()
        if not self._is_legal_entity():
            return 'none', nothing
        last = log.sorted('id', reverse=True)[:1]
        if not last:
            return 'draft', nothing
        matches = last.fingerprint == fingerprint
        if last.event == 'confirmed' and matches:
            return 'confirmed', last
        if last.event == 'submitted':
            return 'to_confirm', nothing
        if last.event == 'rejected' and matches:
            return 'rejected', nothing
        return 'changed' if 'confirmed' in log.mapped('event') else 'draft', nothing

    def _refresh_requisites(self):
        """Forget cached requisites, so that the next look sees the database, changes by raw SQL included."""
        self.invalidate_recordset([*REQUISITE_FIELDS, 'bank_ids', 'counterparty_role', 'commercial_partner_id'])
        self.env['res.partner.bank'].invalidate_model([*BANK_FIELDS, 'partner_id'])

    def _check_requisite_event(self, event, reason=None):
        """Check that ``env.user`` may record the event on the entity now.

        :raise AccessError: the user is not an accountant who confirms, or confirms an own change
        :raise UserError: the state of the entity does not allow the event
        """
        self.ensure_one()
        state = self._get_live_requisites_state(self._get_requisites_fingerprint(self._get_requisites()))[0]
        if state not in REQUISITE_EVENTS[event]:
            labels = dict(self._fields['requisites_state']._description_selection(self.env))
            events = dict(self.env['dealflow.requisite.log']._fields['event']._description_selection(self.env))
            raise UserError(self.env._(
                "The requisites of %(entity)s are in the state “%(state)s”: “%(event)s” is not possible now.",
                entity=self.display_name, state=labels[state], event=events[event],
            ))
        # The person decides, not the elevated rights that a button or an automation runs with.
        if event in ('confirmed', 'rejected') and not self.env.user.has_group('dealflow.group_requisites_confirmer'):
            raise AccessError(self.env._(
                "Only accountants with the right “Confirm requisites of legal entities” may confirm or reject the "
                "requisites of %(entity)s.", entity=self.display_name,
            ))
        if event == 'rejected' and not (reason or '').strip():
            raise UserError(self.env._("Say why you reject the requisites of %(entity)s.", entity=self.display_name))

    def _describe_requisite_changes(self, requisites):
        """Return, in words, how ``requisites`` differ from those confirmed last; empty without a confirmation."""
        self.ensure_one()
        lines = [
            self.env._("%(field)s: “%(before)s” → “%(after)s”", field=label, before=before, after=after)
            for label, before, after in self._get_requisite_differences(requisites)
        ]
        return '\n'.join(lines)

    def _get_requisite_differences(self, requisites):
        """Return ``(label, confirmed value, present value)`` of each requisite that differs from the confirmed one."""
        self.ensure_one()
        confirmed = self.requisite_log_ids.filtered(lambda row: row.event == 'confirmed').sorted('id')[-1:]
        before = confirmed.snapshot or {}
        differences = []
        for field_name, after_value in requisites.items():
            before_value = before.get(field_name, '')
            if confirmed and (before_value or '') != (after_value or ''):
                differences.append((
                    self._fields[field_name]._description_string(self.env),
                    self._format_requisite(before_value), self._format_requisite(after_value),
                ))
        return differences

    @api.model
    def _format_requisite(self, value):
        return '\n'.join(value) if isinstance(value, list) else value or ''

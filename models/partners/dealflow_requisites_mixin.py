import hashlib
import json
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.public_methods import TEXT, public_method

REQUISITE_FIELDS = (
    'name',
    'vat',
    'company_registry',
    'country_id',
    'street',
    'street2',
    'zip',
    'city',
    'state_id',
)
# Optional parts of an address: without a value they have no row in the comparison.
RARE_FIELDS = ('street2', 'state_id')
# What accountants of a country call the tax number and the registry number, whatever language they work in.
COUNTRY_LABELS = {
    'BG': {'vat': "ИН по ЗДДС", 'company_registry': "ЕИК"},
    'PL': {'vat': "NIP", 'company_registry': "KRS"},
    'RU': {'vat': "ИНН", 'company_registry': "ОГРН"},
    'UA': {'vat': "ІПН", 'company_registry': "ЄДРПОУ"},
}
# Fields that, when written, may change the requisites of a contact, or whether it has any.
REQUISITE_SOURCES = (*REQUISITE_FIELDS, 'counterparty_role', 'parent_id', 'is_company', 'bank_ids')
BANK_FIELDS = ('active', 'acc_number', 'sanitized_acc_number', 'acc_holder_name', 'clearing_number', 'bank_id')

# States of requisites in which nobody has anything to do.
SETTLED_STATES = (False, 'none', 'confirmed')

# Accountants, who compare requisites with documents, and salespeople: nobody else sees what accounting thinks of a
# client.
REQUISITES_READERS = 'dealflow.group_viewer,account.group_account_invoice'

# The states of the requisites in which each entry of the log may be made.
REQUISITE_ENTRIES = {
    'submitted': ('draft', 'changed', 'rejected'),
    'confirmed': ('draft', 'to_confirm', 'changed', 'rejected'),
    'rejected': ('draft', 'to_confirm', 'changed'),
    'voided': ('confirmed', 'changed', 'to_confirm'),
    'changed': ('none', 'draft', 'to_confirm', 'confirmed', 'changed', 'rejected'),
}

# Key of the cursor's precommit data for contacts whose requisites have changed in the transaction.
NOTED = 'dealflow.requisites'


class DealflowRequisitesMixin(models.AbstractModel):
    """Requisites of a legal entity and their confirmation by accounting (B39); a part of ``res.partner``.

    The state is computed from a fingerprint of the requisites and the newest row of the log, and stored, so it follows
    every way of writing a requisite. The fingerprint includes the record's id: it means nothing on another contact.
    Most contacts are never compared with documents, so a contact has a fingerprint only once somebody has changed its
    requisites or sent them to accounting. Without one they are as they were when the contact was created.

    ``res.partner`` names this mixin after itself in ``_inherit``: so ``create`` and ``write`` here come below Odoo's
    own, and also see what Odoo writes past the overrides of ``res.partner`` (addresses that contacts give to their
    company).

    Context switches: ``dealflow_seen_fingerprint``: what the accountant had on the screen when confirming.
    """

    _name = 'dealflow.requisites.mixin'
    _description = "Requisites Confirmed by Accounting"
    _inherit = 'dealflow.derived.values.mixin'

    requisites_fingerprint = fields.Char(
        compute='_compute_dealflow_requisites_fingerprint',
        store=True,
        export_string_translation=False,
        prefetch='dealflow',
        groups=REQUISITES_READERS,
    )
    requisites_changed_by_id = fields.Many2one(
        'res.users',
        string="Requisites changed by",
        compute='_compute_dealflow_requisites_fingerprint',
        store=True,
        prefetch='dealflow',
        groups=REQUISITES_READERS,
    )
    requisites_changed_on = fields.Datetime(
        compute='_compute_dealflow_requisites_fingerprint', store=True, prefetch='dealflow', groups=REQUISITES_READERS
    )
    requisites_state = fields.Selection(
        [
            ('none', "Not a legal entity"),
            ('draft', "Not confirmed"),
            ('to_confirm', "Waits for accounting"),
            ('confirmed', "Confirmed by accounting"),
            ('changed', "Changed since confirmation"),
            ('rejected', "Rejected by accounting"),
        ],
        string="Requisites",
        compute='_compute_dealflow_requisites_state',
        store=True,
        prefetch='dealflow',
        groups=REQUISITES_READERS,
    )
    requisites_confirmed_by_id = fields.Many2one(
        'res.users',
        string="Confirmed by",
        compute='_compute_dealflow_requisites_state',
        store=True,
        prefetch='dealflow',
        groups=REQUISITES_READERS,
    )
    requisites_confirmed_on = fields.Datetime(
        string="Confirmed on",
        compute='_compute_dealflow_requisites_state',
        store=True,
        prefetch='dealflow',
        groups=REQUISITES_READERS,
    )
    requisite_log_ids = fields.One2many(
        'dealflow.requisite.log',
        'entity_id',
        string="Requisites Log",
        copy=False,
        groups=REQUISITES_READERS,
    )

    dealflow_live_fingerprint = fields.Char(
        compute='_compute_dealflow_live_fingerprint',
        compute_sudo=True,
        export_string_translation=False,
        groups=REQUISITES_READERS,
        help="What the accountant has on the screen when confirming.",
    )
    requisites_comparison = fields.Html(
        compute='_compute_dealflow_requisites_comparison', compute_sudo=True, groups=REQUISITES_READERS
    )
    requisites_problem = fields.Text(
        compute='_compute_dealflow_requisites_problem', compute_sudo=True, groups=REQUISITES_READERS
    )

    _dealflow_requisites_queue_idx = models.Index(
        "(requisites_state) WHERE requisites_state IN ('to_confirm', 'changed')"
    )

    @api.depends(
        *REQUISITE_FIELDS,
        'commercial_partner_id',
        'bank_ids.bank_id.bic',
        'bank_ids.partner_id',
        *(f'bank_ids.{field_name}' for field_name in BANK_FIELDS),
    )
    def _compute_dealflow_requisites_fingerprint(self):
        changed = self.browse()
        for partner in self:
            before = partner.requisites_fingerprint
            after = partner._dealflow_is_legal_entity() and partner._dealflow_get_live_fingerprint()
            partner.requisites_fingerprint = after
            if before != after:
                changed += partner
        # Use the time of the transaction: changes in the transaction of the creation count as part of it.
        changed.requisites_changed_by_id = self.env.uid
        changed.requisites_changed_on = self.env.cr.now().replace(microsecond=0)
        changed.filtered('id')._dealflow_schedule_requisite_log()
        for partner in self - changed:
            # A compute has to assign all records; these keep the user who last changed their requisites.
            partner.requisites_changed_by_id = partner.requisites_changed_by_id
            partner.requisites_changed_on = partner.requisites_changed_on

    @api.depends(
        'requisites_fingerprint',
        'commercial_partner_id',
        'counterparty_role',
        'requisite_log_ids.event',
        'requisite_log_ids.fingerprint',
    )
    def _compute_dealflow_requisites_state(self):
        for partner in self:
            partner.requisites_state, confirmation = partner._dealflow_get_live_requisites_state(
                partner.requisites_fingerprint
            )
            partner.requisites_confirmed_by_id = confirmation.user_id
            partner.requisites_confirmed_on = confirmation.date

    def _compute_dealflow_live_fingerprint(self):
        for partner in self:
            partner.dealflow_live_fingerprint = (
                partner._dealflow_is_legal_entity() and partner._dealflow_get_live_fingerprint()
            )

    def _compute_dealflow_requisites_comparison(self):
        """Show the confirmed and the present value of every requisite side by side, changed ones marked."""
        row_template = Markup('<tr class="%s"><th scope="row">%s</th><td>%s</td><td>%s</td></tr>')
        for partner in self:
            confirmed = partner._dealflow_get_last_confirmation()
            before = confirmed.snapshot or {}
            rows = Markup()
            for field_name, value in partner._dealflow_get_requisites().items():
                old, new = before.get(field_name), value
                if field_name == 'country_id':
                    old, new = (partner._dealflow_get_country_name(code) for code in (old, new))
                old, new = (partner._dealflow_format_requisite(text) for text in (old, new))
                if field_name in RARE_FIELDS and not old and not new:
                    continue
                changed = confirmed and old != new
                rows += row_template % (
                    'table-warning' if changed else '',
                    partner._dealflow_get_requisite_label(field_name),
                    self._dealflow_break_lines(old),
                    self._dealflow_break_lines(new),
                )
            title = (
                self.env._("Confirmed on %(date)s", date=format_date(self.env, confirmed.date))
                if confirmed
                else (self.env._("Never confirmed"))
            )
            partner.requisites_comparison = Markup(
                '<table class="table table-sm o_dealflow_requisites"><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr>'
                '</thead><tbody>%s</tbody></table>'
            ) % (self.env._("Requisite"), title, self.env._("Now"), rows)

    @api.model
    def _dealflow_break_lines(self, text):
        return Markup('<br/>').join(text.split('\n'))

    @api.depends('requisites_state')
    def _compute_dealflow_requisites_problem(self):
        for partner in self:
            partner.requisites_problem = (
                partner.requisites_state in ('changed', 'rejected') and partner._dealflow_describe_requisites_state()
            )

    @api.model
    def _dealflow_get_computed_only_fields(self):
        """Return the stored fields that are computed from other data and never written by hand."""
        return {
            'business_partner_id',
            'requisites_fingerprint',
            'requisites_changed_by_id',
            'requisites_changed_on',
            'requisites_state',
            'requisites_confirmed_by_id',
            'requisites_confirmed_on',
        }

    @api.model
    def _create(self, data_list):
        # A new legal entity needs no computation: it is not confirmed, and the present user is its author.
        now = self.env.cr.now().replace(microsecond=0)
        for data in data_list:
            data['stored'].update(
                requisites_state='draft', requisites_changed_by_id=self.env.uid, requisites_changed_on=now
            )
        partners = super()._create(data_list)
        entities = partners.filtered(lambda partner: partner._dealflow_is_legal_entity())
        for field_name in self._dealflow_get_computed_only_fields() - {'business_partner_id'}:
            self.env.remove_to_compute(self._fields[field_name], entities)
        return partners

    def write(self, vals):
        is_requisite = not vals.keys().isdisjoint(REQUISITE_SOURCES)
        if is_requisite:
            self._dealflow_store_fingerprints()
        result = super().write(vals)
        if is_requisite:
            self._dealflow_log_requisite_changes()
        # A requisite may be computed from other fields: addons build the name from a first and a last name.
        elif waiting := self.env.records_to_compute(self._fields['requisites_fingerprint']) & self:
            waiting._dealflow_log_requisite_changes()
        return result

    def copy_data(self, default=None):
        # The log stays with the entity whose documents were checked: the copy starts unconfirmed. Fields that the user
        # may not read are not copied either: Odoo would read them, and refuse the copy.
        hidden = (
            set()
            if self.env.su
            else {
                name
                for name, field in self._fields.items()
                if field.copy and field._module == 'dealflow' and not self._has_field_access(field, 'read')
            }
        )
        kept = self._dealflow_get_computed_only_fields() | hidden
        return [
            {name: value for name, value in vals.items() if name not in kept}
            for vals in super().copy_data({**dict.fromkeys(hidden, False), **(default or {})})
        ]

    @public_method()
    def action_submit_requisites(self):
        """Send the requisites to accounting; the button of the salesperson."""
        self.check_access('write')
        self.env['dealflow.requisite.log']._append_entry(self, 'submitted')
        return True

    @public_method()
    def action_confirm_requisites(self):
        """Confirm that the requisites match the documents; the button of the accountant.

        :raise UserError: the requisites have changed since the accountant opened them
        """
        seen = self.env.context.get('dealflow_seen_fingerprint')
        if seen and len(self) == 1:
            # sudo - res.partner.bank: the fingerprint covers all bank accounts, readable to the user or not.
            entity_sudo = self.sudo()
            entity_sudo._dealflow_invalidate_requisites()
            if entity_sudo._dealflow_get_live_fingerprint() != seen:
                raise UserError(
                    self.env._(
                        "The requisites of %(entity)s were changed while you looked at them. Load the page again and "
                        "compare the new values.",
                        entity=self.display_name,
                    )
                )
        self.env['dealflow.requisite.log']._append_entry(self, 'confirmed')
        return True

    @public_method(reason=TEXT)
    def action_reject_requisites(self, reason=None):
        """Send the requisites back to the user who submitted them; without a reason, open the dialog for it."""
        if reason is None:
            return self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_requisites_reject_action')
        senders = {
            entity: entity.requisite_log_ids.filtered(lambda row: row.event == 'submitted').sorted('id')[-1:].user_id
            for entity in self.sudo()
        }
        self.env['dealflow.requisite.log']._append_entry(self, 'rejected', reason)
        for entity_sudo, sender in senders.items():
            # sudo - mail.activity: an accountant who may not change contacts still tells the sender what is wrong.
            entity_sudo.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=(sender or entity_sudo.user_id or self.env.user).id,
                summary=self.env._("Requisites rejected by accounting"),
                note=reason,
            )
        return True

    @public_method(one=True)
    def action_dealflow_view_requisites(self):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Requisites of %(entity)s", entity=self.display_name),
            'res_model': 'res.partner',
            'res_id': self.commercial_partner_id.id,
            'views': [(self.env.ref('dealflow.res_partner_view_form_requisites').id, 'form')],
        }

    @public_method(one=True)
    def action_dealflow_view_bank_accounts(self):
        """Open the bank accounts of the legal entity, to add and correct them as far as the user's rights allow."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Bank accounts of %(entity)s", entity=self.display_name),
            'res_model': 'res.partner.bank',
            'view_mode': 'list,form',
            'domain': [('partner_id', '=', self.commercial_partner_id.id)],
            'context': {'default_partner_id': self.commercial_partner_id.id},
        }

    def _dealflow_log_requisite_changes(self):
        """Log for the present user changes of requisites, and the confirmations that these have voided."""
        entities = self | self.commercial_partner_id
        # Compute the fingerprint in this environment, so that the change is recorded for the present user.
        entities._recompute_recordset(['requisites_fingerprint', 'requisites_state'])
        # sudo - dealflow.requisite.log: every change is logged, also those of users without access to the log.
        voided_sudo = entities.sudo().filtered(
            lambda entity: (
                entity.requisites_state == 'changed' and entity.requisite_log_ids.sorted('id')[-1:].event == 'confirmed'
            )
        )
        if voided_sudo:
            self.env['dealflow.requisite.log']._append_entry(voided_sudo, 'voided')
            voided_sudo._dealflow_revoke_unknown_account_trust()
        changed_sudo = (entities.sudo() - voided_sudo).filtered(lambda entity: entity._dealflow_has_unrecorded_change())
        if changed_sudo:
            self.env['dealflow.requisite.log']._append_entry(changed_sudo, 'changed')
        if NOTED in self.env.cr.precommit.data:
            self.env.cr.precommit.data[NOTED][self.env.uid].difference_update(entities.ids)

    def _dealflow_store_fingerprints(self):
        """Set the fingerprint of legal entities that have none, before their requisites change.

        Not of the firm of a contact: what a contact gives to its firm, such as an address, Odoo writes on the firm.
        """
        # sudo - res.partner, res.partner.bank: the fingerprint covers all requisites, readable to the user or not.
        for entity_sudo in self.sudo().filtered(lambda entity: not entity.requisites_fingerprint):
            if entity_sudo._dealflow_is_legal_entity():
                entity_sudo._dealflow_set_derived(
                    {'requisites_fingerprint': entity_sudo._dealflow_get_live_fingerprint()}
                )

    def _dealflow_schedule_requisite_log(self):
        """Log changes of requisites at the end of the transaction, unless that is done before.

        Values that an addon computes from fields of other records do not pass through ``write`` of contacts.
        """
        if not self:
            return
        precommit = self.env.cr.precommit
        if NOTED not in precommit.data:
            precommit.data[NOTED] = defaultdict(set)
            precommit.add(self._dealflow_log_pending_requisite_changes)
        precommit.data[NOTED][self.env.uid].update(self.ids)

    @api.model
    def _dealflow_log_pending_requisite_changes(self):
        for user_id, partner_ids in self.env.cr.precommit.data.pop(NOTED, {}).items():
            # sudo - res.partner: the change is logged for its author, whatever they may read.
            partners = self.with_user(user_id).sudo().browse(partner_ids).exists()
            partners._dealflow_log_requisite_changes()
            partners.env.flush_all()

    def _dealflow_has_unrecorded_change(self):
        """Return whether the present user changed the requisites, and the log does not end with their change.

        The user who created a contact counts as its changer without a row, so that creating it adds none.
        """
        self.ensure_one()
        if self.commercial_partner_id != self:
            return False
        # «Partner only» has requisites too: it may become a legal entity again, with any changes made in between.
        is_hidden = self.counterparty_role == 'partner'
        if not is_hidden and not (self.requisites_fingerprint and self.requisites_changed_by_id == self.env.user):
            return False
        last = self.requisite_log_ids.sorted('id')[-1:]
        if not last:
            return self.create_uid != self.env.user
        if last.event in ('changed', 'voided') and last.user_id == self.env.user:
            return False
        return last.fingerprint != (self._dealflow_get_live_fingerprint() if is_hidden else self.requisites_fingerprint)

    def _dealflow_revoke_unknown_account_trust(self):
        """Withdraw Odoo's trust from bank accounts that were not part of the last confirmation."""
        for entity in self:
            confirmed = set((entity._dealflow_get_last_confirmation().snapshot or {}).get('bank_ids', []))
            unknown = entity.bank_ids.filtered(
                lambda account, confirmed=confirmed: (
                    account.allow_out_payment and account._dealflow_get_requisite_text() not in confirmed
                )
            )
            if unknown:
                unknown.write({'allow_out_payment': False})

    def _dealflow_is_legal_entity(self):
        """Return whether the contact can sign contracts: an independent company or person, not «Partner only»."""
        self.ensure_one()
        if self.counterparty_role == 'partner':
            return False
        entity = self.commercial_partner_id
        return entity == self or entity == self._origin

    def _dealflow_get_requisites(self):
        """Return the requisites as plain values that compare equal as long as nothing has changed."""
        self.ensure_one()
        requisites = {
            field_name: self[field_name] or ''
            for field_name in REQUISITE_FIELDS
            if field_name not in ('country_id', 'state_id')
        }
        requisites['country_id'] = self.country_id.code or ''
        requisites['state_id'] = self.state_id.code or ''
        requisites['bank_ids'] = sorted(
            account._dealflow_get_requisite_text() for account in self.bank_ids if account.active
        )
        return requisites

    def _dealflow_get_live_fingerprint(self):
        return self._dealflow_get_requisites_fingerprint(self._dealflow_get_requisites())

    def _dealflow_get_requisite_verdicts(self):
        """Return the rows of the log that decide the state, oldest first; those of the event ``changed`` do not."""
        self.ensure_one()
        return self.requisite_log_ids.filtered(lambda row: row.event != 'changed').sorted('id')

    def _dealflow_get_last_confirmation(self):
        self.ensure_one()
        return self.requisite_log_ids.filtered(lambda row: row.event == 'confirmed').sorted('id')[-1:]

    def _dealflow_get_requisites_fingerprint(self, requisites):
        """Return the hash of the requisites together with the id of the contact."""
        self.ensure_one()
        identity = json.dumps([self._origin.id, requisites], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(identity.encode()).hexdigest()

    def _dealflow_get_live_requisites_state(self, fingerprint):
        """Return the state that follows from a fingerprint and the log, and the confirmation that it rests on.

        :return: ``(state, log row)``; the row is empty unless the state is ``confirmed``
        """
        self.ensure_one()
        log = self._dealflow_get_requisite_verdicts()
        nothing = log.browse()
        if not self._dealflow_is_legal_entity():
            return 'none', nothing
        if not log:
            return 'draft', nothing
        last = log[-1:]
        matches = last.fingerprint == fingerprint
        if last.event == 'confirmed' and matches:
            return 'confirmed', last
        if last.event == 'submitted':
            return 'to_confirm', nothing
        if last.event == 'rejected' and matches:
            return 'rejected', nothing
        return 'changed' if 'confirmed' in log.mapped('event') else 'draft', nothing

    def _dealflow_invalidate_requisites(self):
        """Invalidate cached requisites, so that the next read sees the database, including changes by raw SQL."""
        self.invalidate_recordset([*REQUISITE_FIELDS, 'bank_ids', 'counterparty_role', 'commercial_partner_id'])
        self.env['res.partner.bank'].invalidate_model([*BANK_FIELDS, 'partner_id'])

    def _check_dealflow_requisite_log_entry(self, event, fingerprint, reason=None):
        """Check that ``env.user`` may record ``event`` for the entity now.

        :param str fingerprint: that of the present requisites
        :raise AccessError: the user may not confirm requisites, or confirms a change of their own
        :raise UserError: the state of the entity does not allow it, or a rejection has no reason
        """
        self.ensure_one()
        state = self._dealflow_get_live_requisites_state(fingerprint)[0]
        if state not in REQUISITE_ENTRIES[event]:
            labels = self._dealflow_get_value_labels('requisites_state')
            events = self.env['dealflow.requisite.log']._dealflow_get_value_labels('event')
            raise UserError(
                self.env._(
                    "The requisites of %(entity)s are in the state “%(state)s”: “%(event)s” is not possible now.",
                    entity=self.display_name,
                    state=labels[state],
                    event=events[event],
                )
            )
        # The user's rights count, not the elevated rights that a button or an automation runs with.
        if event in ('confirmed', 'rejected') and not self.env.user.has_group('dealflow.group_requisites_confirmer'):
            raise AccessError(
                self.env._(
                    "Only accountants with the right “May confirm requisites of legal entities” may confirm or reject "
                    "the requisites of %(entity)s.",
                    entity=self.display_name,
                )
            )
        if event == 'confirmed':
            self._check_dealflow_four_eyes()
        if event == 'rejected' and not (reason or '').strip():
            raise UserError(self.env._("Say why you reject the requisites of %(entity)s.", entity=self.display_name))

    def _dealflow_is_own_change(self):
        """Return whether four-eyes is on and the present user changed the requisites since their last confirmation."""
        self.ensure_one()
        return self.env.user in self._dealflow_get_requisite_changers() and self._dealflow_needs_four_eyes()

    def _dealflow_get_requisite_changers(self):
        """Return the users who changed the requisites since the last confirmation; without one, also the author."""
        self.ensure_one()
        confirmation = self._dealflow_get_last_confirmation()
        changers = self.requisite_log_ids.filtered(
            lambda row: row.event in ('changed', 'voided') and row.id > confirmation.id
        ).user_id
        if not confirmation:
            changers |= self.create_uid
        if self.requisites_fingerprint != confirmation.fingerprint:
            changers |= self.requisites_changed_by_id
        return changers

    def _dealflow_needs_four_eyes(self):
        """Return whether any company that works with the entity requires four eyes: they share its confirmation."""
        self.ensure_one()
        # sudo - res.company: the strictest setting decides, also that of companies that the user does not belong to.
        companies = self.env['res.company'].sudo()
        domain = [('id', 'child_of', self.company_id.id)] if self.company_id else []
        return bool(companies.search_count([*domain, ('dealflow_four_eyes', '=', True)], limit=1))

    def _dealflow_has_untouched_requisites(self):
        """Return whether the requisites may be confirmed in bulk: as created, or again as confirmed before."""
        self.ensure_one()
        requisites = self._dealflow_get_requisites()
        fingerprint = self._dealflow_get_requisites_fingerprint(requisites)
        state = self._dealflow_get_live_requisites_state(fingerprint)[0]
        if state not in REQUISITE_ENTRIES['confirmed'] or self._dealflow_is_own_change():
            return False
        if self._dealflow_get_last_confirmation():
            return not self._dealflow_get_requisite_differences(requisites)
        return self.requisites_fingerprint in (
            False,
            fingerprint,
        ) and self.requisites_changed_on == self.create_date.replace(microsecond=0)

    def _check_dealflow_four_eyes(self):
        if self._dealflow_is_own_change():
            raise AccessError(
                self.env._(
                    "You changed the requisites of %(entity)s yourself since they were last confirmed. Another "
                    "accountant, who changed none of them, has to confirm them.",
                    entity=self.display_name,
                )
            )

    def _dealflow_describe_requisite_changes(self, requisites):
        """Return, in words, how ``requisites`` differ from those confirmed last; empty without a confirmation."""
        self.ensure_one()
        lines = [
            self.env._("%(field)s: “%(before)s” → “%(after)s”", field=label, before=before, after=after)
            for label, before, after in self._dealflow_get_requisite_differences(requisites)
        ]
        return '\n'.join(lines)

    def _dealflow_get_requisite_differences(self, requisites):
        """Return ``(label, confirmed value, present value)`` of each requisite that differs from the confirmed one."""
        self.ensure_one()
        confirmed = self._dealflow_get_last_confirmation()
        before = confirmed.snapshot or {}
        differences = []
        for field_name, after_value in requisites.items():
            before_value = before.get(field_name, '')
            if confirmed and (before_value or '') != (after_value or ''):
                differences.append(
                    (
                        self._dealflow_get_requisite_label(field_name),
                        self._dealflow_format_requisite(before_value),
                        self._dealflow_format_requisite(after_value),
                    )
                )
        return differences

    def _dealflow_get_requisite_label(self, field_name):
        """Return what a requisite is called in the country of the entity, else its label in Odoo."""
        self.ensure_one()
        if field_name == 'bank_ids':
            return self.env._("Bank accounts")
        label = COUNTRY_LABELS.get(self.country_id.code, {}).get(field_name)
        if not label and field_name == 'company_registry':
            label = self.company_registry_label
        if not label and field_name == 'vat':
            label = self.country_id.vat_label
        return label or self._dealflow_get_field_label(field_name)

    @api.model
    def _dealflow_get_country_name(self, code):
        return code and (self.env['res.country'].search([('code', '=', code)], limit=1).name or code)

    @api.model
    def _dealflow_format_requisite(self, value):
        return '\n'.join(value) if isinstance(value, list) else value or ''

    @api.model
    def _dealflow_sync_requisites_state(self, entities):
        """Recompute the stored state of entities whose requisites were changed past Odoo."""
        stale = entities.filtered(
            lambda entity: (
                entity.requisites_fingerprint
                and entity.requisites_fingerprint != entity._dealflow_get_live_fingerprint()
            )
        )
        if stale:
            for field_name in self._dealflow_get_computed_only_fields() - {'business_partner_id'}:
                self.env.add_to_compute(self._fields[field_name], stale)
            stale._dealflow_log_requisite_changes()

    @api.model
    def _dealflow_cron_verify_requisites(self):
        """Compare confirmed entities with the database, to find changes made past Odoo."""
        domain = [('requisites_state', '=', 'confirmed')]
        last_id = 0
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        while entities := self.search([*domain, ('id', '>', last_id)], order='id', limit=500):
            last_id = entities[-1].id
            self._dealflow_sync_requisites_state(entities)
            if not self.env['ir.cron']._commit_progress(len(entities)):
                break

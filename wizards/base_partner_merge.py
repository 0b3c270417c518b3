from markupsafe import Markup

from odoo import models
from odoo.fields import Command

CONSENTS = ['unknown', 'given', 'refused']
# Values that a contact has once, so that they are lost in a merge; a note on the card keeps them.
TOLD_FIELDS = ('name', 'email', 'phone', 'website', 'vat', 'company_registry', 'lei', 'ref', 'contact_address')


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo merges contacts by SQL: records unique per contact are merged before it, confirmations end after it."""

    _inherit = 'base.partner.merge.automatic.wizard'

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Let users with full access merge contacts whose e-mails differ, unless one of them can log in.

        Odoo's check stays for contacts with a user, because a new password is sent to the e-mail of the contact.
        """
        if extra_checks and self.env.user.has_group('dealflow.group_manager'):
            # sudo - res.users: users of other companies count, too.
            partners_sudo = self.env['res.partner'].sudo().with_context(active_test=False).browse(partner_ids)
            extra_checks = bool(partners_sudo.user_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks=extra_checks)

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._dealflow_merge_roles(src_partners, dst_partner)
        self._dealflow_merge_phones(src_partners, dst_partner)
        mixin = 'dealflow.merge.mixin'
        models_with_answer = [self.env[name] for name in sorted(self.env.registry.descendants([mixin], '_inherit'))]
        models_with_answer = [model for model in models_with_answer if not model._abstract]
        for model in models_with_answer:
            model._merge_parties(src_partners, dst_partner)
        followers = self._dealflow_get_dependent_fields(src_partners)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        for field, records_sudo in followers:
            self.env.add_to_compute(field, records_sudo)
        for model in models_with_answer:
            model._after_merge(dst_partner)
        return result

    def _update_values(self, src_partners, dst_partner):
        names = ", ".join(src_partners.mapped('display_name'))
        # A refusal outweighs a consent, and both outweigh not having asked.
        consent = max((src_partners | dst_partner).mapped('mailing_consent'), key=CONSENTS.index)
        note = self._dealflow_prepare_merge_note(src_partners, dst_partner)
        values = self._dealflow_get_filled_values(src_partners, dst_partner)
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.write({**values, 'mailing_consent': consent})
        dst_partner._message_log(body=note)
        # SQL has moved the log rows of the merged contacts, whose fingerprints hold ids that no longer exist.
        dst_partner.invalidate_recordset(['requisite_log_ids'])
        # sudo - dealflow.requisite.log, res.partner: the confirmation ends, whichever user merges.
        partner_sudo = dst_partner.sudo()
        for field_name in ('requisites_state', 'requisites_confirmed_by_id', 'requisites_confirmed_on'):
            self.env.add_to_compute(partner_sudo._fields[field_name], partner_sudo)
        self.env.add_to_compute(partner_sudo._fields['business_partner_id'], partner_sudo)
        if partner_sudo.requisites_state in ('confirmed', 'changed'):
            self.env['dealflow.requisite.log']._append_entry(
                partner_sudo, 'voided', self.env._("Merged with %(contacts)s.", contacts=names)
            )
            partner_sudo._dealflow_revoke_unknown_account_trust()
        return result

    def _dealflow_get_filled_values(self, src_partners, dst_partner):
        """Return values of editable computed fields that the remaining contact lacks and Odoo does not take over.

        Examples are the registry number and the salesperson.
        """
        values = {}
        for name in dst_partner.fields_get(attributes=[]):
            field = dst_partner._fields[name]
            if field.store and field.compute and not field.readonly and field.type not in ('one2many', 'many2many'):
                for partner in src_partners:
                    if not dst_partner[name] and partner[name]:
                        values[name] = field.convert_to_write(partner[name], partner)
        return values

    def _dealflow_prepare_merge_note(self, src_partners, dst_partner):
        """Return a note with the values of the merged contacts that differ from those of the remaining one."""
        lines = Markup()
        for partner in src_partners:
            values = [
                self.env._(
                    "%(field)s: %(value)s",
                    field=partner._dealflow_get_field_label(name),
                    value=", ".join(str(partner[name]).split('\n')),
                )
                for name in TOLD_FIELDS
                if partner[name] and partner[name].strip() and partner[name] != dst_partner[name]
            ]
            lines += Markup('<li>%s</li>') % " · ".join(values)
        return Markup('<p>%s</p><ul>%s</ul>') % (self.env._("Contacts that were merged into this one:"), lines)

    def _dealflow_merge_roles(self, src_partners, dst_partner):
        """Set the role «both» if the roles differ, so that links and numbers of either role may stay."""
        if len(set((src_partners | dst_partner).mapped('counterparty_role'))) > 1:
            dst_partner.counterparty_role = 'both'

    def _dealflow_merge_phones(self, src_partners, dst_partner):
        """Keep the main phone numbers that Odoo drops because the remaining contact has one already."""
        phones = self.env['dealflow.partner.phone']
        known = {
            phones._get_search_digits(number) for number in [dst_partner.phone, *dst_partner.phone_ids.mapped('number')]
        }
        if not dst_partner.phone:
            return
        for partner in src_partners.filtered('phone'):
            digits = phones._get_search_digits(partner.phone)
            if digits not in known:
                known.add(digits)
                dst_partner.phone_ids = [Command.create({'number': partner.phone, 'kind': 'work'})]

    def _dealflow_get_dependent_fields(self, src_partners):
        """Return our computed fields, with their records, that depend on the contacts to delete: SQL triggers nothing.

        :rtype: list[tuple[Field, BaseModel]]
        """
        followers = []
        for name in sorted(self.env.registry):
            model = self.env[name].sudo().with_context(active_test=False)
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if (
                    'dealflow' not in field._modules
                    or not field.store
                    or not field.compute
                    or not field.readonly
                    or field.inverse
                ):
                    continue
                parties = {
                    path.partition('.')[0]
                    for path in self.env.registry.field_depends[field]
                    if (first := model._fields.get(path.partition('.')[0]))
                    and first.type == 'many2one'
                    and first.comodel_name == 'res.partner'
                    and first.store
                }
                for party in sorted(parties):
                    records = model.search([(party, 'in', src_partners.ids)])
                    if name == 'res.partner':
                        records -= src_partners.sudo()
                    if records:
                        followers.append((field, records))
        return followers

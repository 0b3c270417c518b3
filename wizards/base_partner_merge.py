from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Odoo merges contacts by SQL: their links are moved before that, and confirmations end after it."""

    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._move_entity_links(src_partners, dst_partner)
        # sudo - dealflow.partner.match: proposals about contacts that are about to vanish.
        self.env['dealflow.partner.match'].sudo().search(
            ['|', ('left_id', 'in', src_partners.ids), ('right_id', 'in', src_partners.ids)]
        ).unlink()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        names = ", ".join(src_partners.mapped('display_name'))
        result = super()._update_values(src_partners, dst_partner)
        # The rows of the merged contacts came along by SQL; the fingerprints in them hold ids that no longer exist.
        dst_partner.invalidate_recordset(['requisite_log_ids'])
        # sudo - dealflow.requisite.log, res.partner: whoever merges, the confirmation ends.
        partner_sudo = dst_partner.sudo()
        for field_name in ('requisites_state', 'requisites_confirmed_by_id', 'requisites_confirmed_on'):
            self.env.add_to_compute(partner_sudo._fields[field_name], partner_sudo)
        self.env.add_to_compute(partner_sudo._fields['business_partner_id'], partner_sudo)
        if partner_sudo.requisites_state in ('confirmed', 'changed'):
            self.env['dealflow.requisite.log']._record_event(
                partner_sudo, 'voided', self.env._("Merged with %(contacts)s.", contacts=names)
            )
            partner_sudo._distrust_unknown_accounts()
        return result

    def _move_entity_links(self, src_partners, dst_partner):
        """Move links with partners and entities to the remaining contact, leaving out what it has already."""
        # sudo - dealflow.entity.link: the links of all companies move with the contact.
        links_sudo = self.env['dealflow.entity.link'].sudo()
        for field_name, other_name in (('partner_id', 'entity_id'), ('entity_id', 'partner_id')):
            kept = links_sudo.search([(field_name, '=', dst_partner.id)])
            for link in links_sudo.search([(field_name, 'in', src_partners.ids)]):
                other = link[other_name]
                if (
                    other == dst_partner
                    or other in src_partners
                    or any(
                        link.role == sibling.role and link._overlaps(sibling)
                        for sibling in kept
                        if sibling[other_name] == other
                    )
                ):
                    link.unlink()
                else:
                    link.write({field_name: dst_partner.id, 'is_default': False})
                    kept |= link

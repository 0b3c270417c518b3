import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize_all

from ....tools.firm_matching import LEGAL_FORMS, normalize_name

# Only so many are shown; users who do not find theirs among them search the list.
SHOWN = 5
# At most so many contacts with a word in common are compared by their full names.
COMPARED = 100
# Shorter numbers are extensions.
SHORTEST_PHONE = 7


class ResPartner(models.Model):
    """Warns about probable duplicates while a new client is being entered (P08, C100)."""

    _inherit = 'res.partner'

    dealflow_duplicate_warning = fields.Html(
        compute='_compute_dealflow_duplicate_warning',
        sanitize=False,
        export_string_translation=False,
        groups='dealflow.group_user_own',
    )

    _dealflow_email_normalized_idx = models.Index('(email_normalized) WHERE email_normalized IS NOT NULL')

    @api.depends('name', 'email', 'phone', 'parent_id', 'dealflow_contact_email', 'dealflow_contact_phone')
    def _compute_dealflow_duplicate_warning(self):
        for partner in self:
            partner.dealflow_duplicate_warning = partner._dealflow_describe_duplicates()

    def _dealflow_describe_duplicates(self):
        duplicates = self._dealflow_find_duplicates()
        if not duplicates:
            return False
        rows = [
            Markup('<li><a href="/odoo/res.partner/%s" target="_blank">%s</a>: %s</li>')
            % (duplicate.id, duplicate.display_name, ", ".join(reasons))
            for duplicate, reasons in list(duplicates.items())[:SHOWN]
        ]
        if len(duplicates) > SHOWN:
            rows.append(Markup('<li>%s</li>') % self.env._("and %(count)s more", count=len(duplicates) - SHOWN))
        return Markup('<p class="mb-1">%s</p><ul class="mb-0">%s</ul>') % (
            self.env._("This client may already exist:"),
            Markup().join(rows),
        )

    def _dealflow_find_duplicates(self):
        """Return contacts with the same e-mail, phone or name, including archived ones, that the user may see.

        :return: what is the same, in words, by contact
        :rtype: dict[ResPartner, list[str]]
        """
        self.ensure_one()
        found = {}
        # People of one firm share its phone and e-mail.
        others = Domain('id', 'not in', (self._origin | self.parent_id).ids)
        others &= Domain('parent_id', 'not in', self.parent_id.ids)
        contacts = self.env['res.partner'].with_context(active_test=False)

        def note(partners, reason):
            for partner in partners:
                found.setdefault(partner, []).append(reason)

        # In the dialog, the first contact person of a client is entered with it.
        emails = email_normalize_all(f"{self.email or ''}, {self.dealflow_contact_email or ''}")
        if emails:
            note(contacts.search(others & Domain('email_normalized', 'in', emails)), self.env._("the same e-mail"))
        get_digits = self.env['dealflow.partner.phone']._get_digits
        phones = {
            phone for phone in (self.phone, self.dealflow_contact_phone) if len(get_digits(phone)) >= SHORTEST_PHONE
        }
        if phones:
            same_phone = Domain.OR(Domain('dealflow_phone_search', '=', phone) for phone in phones)
            note(contacts.search(others & same_phone), self.env._("the same phone"))
        note(self._dealflow_find_similar_names(contacts, others), self.env._("the same name"))
        for partner in found:
            if not partner.active:
                found[partner].append(self.env._("archived"))
        return found

    def _dealflow_find_similar_names(self, contacts, others):
        """Return the contacts whose names differ in spelling or legal form only."""
        words = sorted(
            (word for word in re.findall(r'\w{3,}', self.name or '') if word.lower() not in LEGAL_FORMS), key=len
        )
        if not words:
            return contacts
        name = normalize_name(self.name)
        candidates = contacts.search(
            others & Domain('complete_name', 'ilike', words[-1]), limit=COMPARED, order='id desc'
        )
        return candidates.filtered(lambda partner: normalize_name(partner.name) == name)

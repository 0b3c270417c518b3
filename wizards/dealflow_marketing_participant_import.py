import base64
import csv
import io
import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_tuples

from ..tools.public_methods import public_method

try:
    import vobject
except ImportError:  # as Odoo itself, which needs it for the same kind of file only
    vobject = None

# What people call the columns; the names of the contact's fields are understood in the language of the user too.
HEADINGS = {
    'name': ('name', 'contact', 'full name', 'имя', 'фио', 'контакт'),
    'email': ('email', 'e-mail', 'mail', 'почта', 'эл. почта'),
    'phone': ('phone', 'mobile', 'tel', 'telephone', 'телефон'),
    'company': ('company', 'firm', 'organization', 'organisation', 'компания', 'фирма', 'организация'),
}
PHONE = re.compile(r'^[+()\d][\d\s().\-/+]{5,}$')
ENCODINGS = ('utf-8-sig', 'cp1251')


class DealflowMarketingParticipantImport(models.TransientModel):
    """Brings a list of people to an event: pasted, from a CSV file or from a vCard file.

    People are looked for among the contacts by e-mail, then by phone; who is not found becomes a contact. Nothing is
    guessed: a row that fits several contacts, or says too little, is refused and said why.
    """

    _name = 'dealflow.marketing.participant.import'
    _description = "Import Participants"

    event_id = fields.Many2one('dealflow.marketing.event', string="Marketing Event", required=True, ondelete='cascade')
    state = fields.Selection(
        [('invited', "Invited"), ('confirmed', "Confirmed"), ('attended', "Attended"), ('absent', "Did not come")],
        string="They are",
        default='invited',
        required=True,
    )
    text = fields.Text(
        string="List",
        help="One person a line: name, e-mail, phone and company, parted by commas, semicolons or tabs.",
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    is_done = fields.Boolean()
    line_ids = fields.One2many('dealflow.marketing.participant.import.line', 'import_id', string="Result")
    created_count = fields.Integer(string="New Contacts", compute='_compute_counts')
    matched_count = fields.Integer(string="Found Contacts", compute='_compute_counts')
    refused_count = fields.Integer(string="Refused", compute='_compute_counts')

    @api.depends('line_ids.outcome')
    def _compute_counts(self):
        for record in self:
            for outcome in ('created', 'matched', 'refused'):
                record[f'{outcome}_count'] = len(
                    record.line_ids.filtered(lambda line, outcome=outcome: line.outcome == outcome),
                )

    @public_method(one=True)
    def action_import(self):
        """Import the list and show what became of each row.

        :raise UserError: there is nothing to import, the file cannot be read, or the list has come in already
        """
        if self.is_done:
            raise UserError(self.env._("This dialog has done its work already. Open it again for the next time."))
        self.event_id.check_access('write')
        people = self._read_people()
        if not people:
            raise UserError(self.env._("There is nobody to import. Paste a list, or choose a CSV or vCard file."))
        self._match_people(people)
        self._create_contacts(people)
        self._add_participants(people)
        self.line_ids = [Command.clear(), *(Command.create(self._prepare_line_values(person)) for person in people)]
        self.is_done = True
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Import Participants"),
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'context': {'dialog_size': 'large'},
        }

    # Reading

    def _read_people(self):
        """Return a dictionary for each person: name, e-mail, phone, company, and the row as it was given."""
        people = self._read_rows(self.text or '')
        if self.file:
            content = self._decode(base64.b64decode(self.file))
            is_vcard = (self.file_name or '').lower().endswith(('.vcf', '.vcard')) or 'BEGIN:VCARD' in content[:500]
            people += self._read_vcards(content) if is_vcard else self._read_rows(content)
        return people

    def _decode(self, content):
        for encoding in ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise UserError(
            self.env._(
                "The file %(file)s is neither text in UTF-8 nor in Windows-1251. Save it as CSV in UTF-8.",
                file=self.file_name,
            )
        )

    def _read_rows(self, text):
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines:
            return []
        delimiter = max(';\t,', key=lambda sign: sum(line.count(sign) for line in lines[:20]))
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        ]
        columns = self._read_headings(rows[0])
        return [self._read_row(row, columns) for row in (rows[1:] if columns else rows)]

    def _read_headings(self, row):
        """Return the field of each column, or nothing when the first row is a person already."""
        labels = {label.lower(): name for name, labels in HEADINGS.items() for label in labels} | {
            self.env['res.partner']._fields[name]._description_string(self.env).lower(): name
            for name in ('name', 'email', 'phone')
        }
        columns = [labels.get(cell.lower()) for cell in row]
        return columns if any(columns) else []

    def _read_row(self, row, columns):
        person = dict.fromkeys(HEADINGS, '') | {'row': ", ".join(cell for cell in row if cell)}
        if columns:
            person.update({name: cell for name, cell in zip(columns, row, strict=False) if name})
            return person
        for cell in filter(None, row):
            addresses = email_split_tuples(cell) if '@' in cell else []
            if '@' in cell:
                person['email'] = addresses[0][1] if addresses else cell
                person['name'] = person['name'] or (addresses[0][0] if addresses else '')
            elif PHONE.match(cell):
                person['phone'] = cell
            else:
                name = 'company' if person['name'] else 'name'
                person[name] = cell
        return person

    def _read_vcards(self, content):
        if vobject is None:
            raise UserError(
                self.env._(
                    "vCard files need the Python library vobject, which this server does not have. Save the contacts "
                    "as CSV, or ask the administrator.",
                )
            )
        try:
            return [self._read_vcard(card) for card in vobject.readComponents(content)]
        except vobject.base.ParseError as error:
            raise UserError(
                self.env._(
                    "The file %(file)s is no valid vCard: %(error)s. Export the contacts again.",
                    file=self.file_name,
                    error=error,
                )
            ) from error

    def _read_vcard(self, card):
        def read(name):
            return str(card.contents[name][0].value).strip() if card.contents.get(name) else ''

        company = card.contents['org'][0].value if card.contents.get('org') else ''
        person = {
            'name': read('fn'),
            'email': read('email'),
            'phone': read('tel'),
            'company': company[0] if isinstance(company, list) and company else str(company or ''),
        }
        return {**person, 'row': ", ".join(filter(None, person.values()))}

    # Matching

    def _match_people(self, people):
        """Give each person its ``partner``, or the reason why it is ``refused``; two queries for the whole list."""
        phones = self.env['dealflow.partner.phone']
        for person in people:
            person['email_key'] = email_normalize(person['email']) or ''
            digits = phones._get_search_digits(person['phone'])
            person['phone_key'] = digits if len(digits) >= 6 else ''
        by_email = self._find_by_email({person['email_key'] for person in people if person['email_key']})
        by_phone = self._find_by_phone({person['phone_key'] for person in people if person['phone_key']})
        seen = set()
        for person in people:
            partners = by_email.get(person['email_key']) or by_phone.get(person['phone_key']) or self.env['res.partner']
            key = person['email_key'] or person['phone_key']
            person['refused'] = self._get_refusal(person, partners, key in seen)
            person['partner'] = partners[:1] if not person['refused'] else self.env['res.partner']
            person['outcome'] = 'refused' if person['refused'] else 'matched' if partners else 'created'
            seen.add(key)

    def _get_refusal(self, person, partners, is_repeated):
        if person['email'] and not person['email_key']:
            return self.env._("“%(email)s” is no e-mail address.", email=person['email'])
        if not person['email_key'] and not person['phone_key']:
            return self.env._("Neither an e-mail nor a phone: it cannot be told who this is.")
        if is_repeated:
            return self.env._("Stands in the list twice.")
        if len(partners) > 1:
            return self.env._(
                "Fits several contacts: %(contacts)s. Merge them, or add the right one by hand.",
                contacts=", ".join(partners[:3].mapped('display_name')),
            )
        return False

    def _find_by_email(self, emails):
        found = defaultdict(self.env['res.partner'].browse)
        for partner in self._search_contacts([('email_normalized', 'in', list(emails))]):
            found[partner.email_normalized] |= partner
        return found

    def _find_by_phone(self, numbers):
        """Find contacts by the last digits of their own number or of one of their further numbers."""
        phones = self.env['dealflow.partner.phone']
        found = defaultdict(self.env['res.partner'].browse)
        if not numbers:
            return found
        self.env['res.partner'].flush_model(['phone'])
        phones.flush_model(['digits'])
        self.env.cr.execute(
            r"""SELECT id, digits FROM (
                    SELECT id, regexp_replace(phone, '\D', '', 'g') AS digits FROM res_partner WHERE phone IS NOT NULL
                     UNION ALL SELECT partner_id, digits FROM dealflow_partner_phone
                ) AS number
                 WHERE right(ltrim(digits, '0'), 9) IN %s""",
            [tuple(numbers)],
        )
        rows = self.env.cr.fetchall()
        allowed = self._search_contacts([('id', 'in', [partner_id for partner_id, _digits in rows])])
        for partner_id, digits in rows:
            if partner_id in allowed.ids:
                found[phones._get_search_digits(digits)] |= allowed.browse(partner_id)
        return found

    def _search_contacts(self, domain):
        return self.env['res.partner'].search(
            [
                *domain,
                ('company_id', 'in', [False, self.event_id.company_id.id]),
            ]
        )

    # Writing

    def _create_contacts(self, people):
        new = [person for person in people if person['outcome'] == 'created']
        if not new:
            return
        names = {person['company'] for person in new if person['company']}
        firms = {
            firm.name: firm
            for firm in self.env['res.partner'].search(
                [
                    ('name', 'in', list(names)),
                    ('is_company', '=', True),
                ]
            )
        }
        # sudo - res.partner: marketing adds people to its lists without the right to change contacts.
        partners = (
            self.env['res.partner']
            .sudo()
            .create(
                [
                    {
                        'name': person['name'] or person['email'] or person['phone'],
                        'email': person['email'],
                        'phone': person['phone'],
                        'parent_id': firms[person['company']].id if person['company'] in firms else False,
                        'company_name': person['company'] if person['company'] not in firms else False,
                    }
                    for person in new
                ]
            )
        )
        for person, partner in zip(new, partners, strict=True):
            person['partner'] = partner

    def _add_participants(self, people):
        """Make participants of the contacts; who is one already takes over the new status."""
        known = {participant.partner_id: participant for participant in self.event_id.participant_ids}
        partners = {person['partner'].id: person['partner'] for person in people if person['partner']}
        old = [known[partner] for partner in partners.values() if partner in known]
        self.env['dealflow.marketing.participant'].union(*old).write({'state': self.state})
        self.event_id.participant_ids = [
            Command.create({'partner_id': partner.id, 'state': self.state})
            for partner in partners.values()
            if partner not in known
        ]

    def _prepare_line_values(self, person):
        return {
            'row': person['row'],
            'outcome': person['outcome'],
            'partner_id': person['partner'].id,
            'reason': person['refused'],
        }

import base64
import codecs
import contextlib
import csv
import re
from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import email_split_tuples

from odoo.addons.phone_validation.tools.phone_validation import phone_format

from ..tools import vcards
from ..tools.public_methods import public_method

# Usual headings of columns in English, Russian, Ukrainian, Bulgarian and Polish; the labels of the contact's fields in
# the language of the user are understood, too.
HEADINGS = {
    'name': (
        *('name', 'contact', 'full name', 'имя', 'фио', 'имя и фамилия', 'контакт', "ім'я", 'ім’я', 'піб'),
        *('име', 'име и фамилия', 'imię i nazwisko', 'nazwisko i imię', 'kontakt'),
    ),
    'email': (
        *('email', 'e-mail', 'mail', 'email address', 'e-mail address', 'почта', 'эл. почта', 'электронная почта'),
        *('пошта', 'ел. пошта', 'електронна пошта', 'поща', 'ел. поща', 'имейл', 'адрес e-mail', 'adres e-mail'),
    ),
    'phone': ('phone', 'mobile', 'tel', 'tel.', 'telephone', 'телефон', 'тел.', 'мобильный', 'мобільний', 'telefon'),
    'company': (
        *('company', 'firm', 'organization', 'organisation', 'компания', 'фирма', 'организация'),
        *('компанія', 'фірма', 'організація', 'firma', 'organizacja'),
    ),
}
PHONE = re.compile(r'^[+()\d][\d\s().\-/+]{5,}$')
# Byte order marks, and the encodings that they declare.
MARKED_ENCODINGS = {
    codecs.BOM_UTF8: 'utf-8-sig',
    codecs.BOM_UTF16_LE: 'utf-16',
    codecs.BOM_UTF16_BE: 'utf-16',
}


class DealflowMarketingParticipantImport(models.TransientModel):
    """Imports a list of people into a marketing event: pasted, from a CSV file or from a vCard file.

    People are matched with contacts by e-mail, then by phone; others become contacts. Nothing is guessed: a row
    that fits several contacts, or has too little data, is refused with a reason.
    """

    _name = 'dealflow.marketing.participant.import'
    _description = "Import Participants"

    event_id = fields.Many2one('dealflow.marketing.event', string="Marketing Event", required=True, ondelete='cascade')
    state = fields.Selection(
        [('invited', "Invited"), ('confirmed', "Confirmed"), ('attended', "Attended"), ('absent', "Did not come")],
        string="Status of the People",
        default='invited',
        required=True,
    )
    text = fields.Text(
        string="List",
        help="One person a line: name, e-mail, phone and company, separated by commas, semicolons or tabs.",
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

        :raise UserError: there is nothing to import, the file cannot be read, or the list was imported already
        """
        if self.is_done:
            raise UserError(self.env._("This dialog has already been used. Open it again."))
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
        """Return a dictionary for each person: name, e-mail, phone, company, and the original row."""
        people = self._read_rows(self.text or '')
        if self.file:
            content = self._decode(base64.b64decode(self.file))
            is_vcard = (self.file_name or '').lower().endswith(('.vcf', '.vcard')) or 'BEGIN:VCARD' in content[:500]
            people += self._read_vcards(content) if is_vcard else self._read_rows(content)
        return people

    def _decode(self, content):
        """Return the text of a file, if its encoding is certain.

        Files in a Windows code page do not say in which one: Polish names could become Cyrillic letters, and nobody
        would notice.
        """
        encoding = next((name for mark, name in MARKED_ENCODINGS.items() if content.startswith(mark)), 'utf-8')
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            raise UserError(
                self.env._(
                    "It is not certain in which alphabet the file %(file)s is written, because it is not in UTF-8. "
                    "Save it again as “CSV UTF-8”, or export the cards in UTF-8.",
                    file=self.file_name or '',
                )
            ) from error

    def _read_rows(self, text):
        lines = [line for line in text.splitlines() if line.strip()]
        if not lines:
            return []
        delimiter = max(';\t,', key=lambda sign: sum(line.count(sign) for line in lines[:20]))
        rows = [[cell.strip() for cell in row] for row in self._read_cells(lines, delimiter)]
        columns = self._read_headings(rows)
        return [self._read_row(row, columns) for row in (rows[1:] if columns else rows)]

    def _read_cells(self, lines, delimiter):
        """Return the cells of each row.

        :raise UserError: an unclosed quotation mark has pulled the rows below it into one cell
        """
        # Read as a row of its own only if every cell above it is closed.
        end = "\N{END OF TEXT}"
        reader = csv.reader([*(f"{line}\n" for line in lines), end], delimiter=delimiter)
        rows, begin = [], 0
        # A cell of more than 128 KiB is an error for the reader: it has swallowed the rows below it.
        with contextlib.suppress(csv.Error):
            for row in reader:
                if row == [end]:
                    return rows
                rows.append(row)
                # The next row begins here: at the end, this is the one that is never closed.
                begin = reader.line_num if reader.line_num < len(lines) else begin
        raise UserError(
            self.env._(
                "The line “%(line)s” opens a quotation mark that is never closed, so everything below it would be "
                "lost. Close it, or remove it.",
                line=lines[begin],
            )
        )

    def _read_headings(self, rows):
        """Return the field of each column, or an empty list if the first row is a person already.

        :raise UserError: the first row has headings, but the data below some of them would be lost
        """
        labels = {label.lower(): name for name, labels in HEADINGS.items() for label in labels} | {
            self.env['res.partner']._dealflow_get_field_label(name).lower(): name for name in ('name', 'email', 'phone')
        }
        first, later = rows[0], rows[1:]
        columns = [labels.get(cell.lower()) for cell in first]
        if not any(columns):
            if not self._has_address(first) and any(self._has_address(row) for row in later):
                raise UserError(
                    self.env._(
                        "The first row, “%(row)s”, is not a person, and none of its headings is known. Call the "
                        "columns “Name”, “E-mail”, “Phone” and “Company”, or remove the row.",
                        row=", ".join(filter(None, first)),
                    )
                )
            return []
        filled = [any(len(row) > number and row[number] for row in later) for number in range(len(first))]
        unknown = [
            cell or str(number)
            for number, (cell, name, is_filled) in enumerate(zip(first, columns, filled, strict=True), start=1)
            if is_filled and not name
        ]
        if unknown:
            raise UserError(
                self.env._(
                    "These headings are not understood, and what is below them would be lost: %(headings)s. Call the "
                    "columns “Name”, “E-mail”, “Phone” and “Company”, put first name and surname into one, and "
                    "take out the others.",
                    headings=", ".join(f"“{heading}”" for heading in unknown),
                )
            )
        counts = Counter(name for name, is_filled in zip(columns, filled, strict=True) if is_filled)
        doubled = [first[number] for number, name in enumerate(columns) if counts[name] > 1]
        if doubled:
            raise UserError(
                self.env._(
                    "Only one column each is read for name, e-mail, phone and company, but these say the same: "
                    "%(headings)s. Take out all but one of them.",
                    headings=", ".join(f"“{heading}”" for heading in doubled),
                )
            )
        return columns

    @api.model
    def _has_address(self, row):
        return any('@' in cell or PHONE.match(cell) for cell in row)

    def _read_row(self, row, columns):
        person = dict.fromkeys((*HEADINGS, 'unreadable'), '') | {'row': ", ".join(cell for cell in row if cell)}
        if columns:
            person.update({name: cell for name, cell in zip(columns, row, strict=False) if name and cell})
            if any(row[len(columns) :]):
                person['unreadable'] = self.env._("Has more cells than there are headings.")
            return person
        for cell in filter(None, row):
            addresses = email_split_tuples(cell) if '@' in cell else []
            if '@' in cell:
                name, cell = addresses[0] if addresses else ('', cell)
                person['name'] = person['name'] or name
                kind = 'email'
            elif PHONE.match(cell):
                kind = 'phone'
            else:
                kind = 'company' if person['name'] else 'name'
            if person[kind]:
                person['unreadable'] = self.env._(
                    "The row has more than a name, an e-mail, a phone and a company. Name the columns in a first row."
                )
            person[kind] = cell
        return person

    def _read_vcards(self, content):
        if vcards.vobject is None:
            raise UserError(
                self.env._(
                    "vCard files need the Python library vobject, which this server does not have. Save the contacts "
                    "as CSV, or ask the administrator.",
                )
            )
        people = [self._read_vcard(card) for card in vcards.split_cards(content)]
        if people and all(person['unreadable'] for person in people):
            raise UserError(
                self.env._(
                    "The file %(file)s is not a valid vCard: %(error)s. Export the contacts again.",
                    file=self.file_name,
                    error=people[0]['unreadable'],
                )
            )
        return people

    def _read_vcard(self, card):
        person = dict.fromkeys((*HEADINGS, 'unreadable'), '')
        try:
            person |= vcards.read_card(card)
        except ValueError as error:
            return {
                **person,
                'row': vcards.get_title(card),
                'unreadable': self.env._("The card cannot be read: %(error)s", error=error),
            }
        return {**person, 'row': ", ".join(filter(None, person.values()))}

    # Matching

    def _match_people(self, people):
        """Set the ``partner`` of each person, or the reason why it is ``refused``; two queries for the whole list."""
        phones = self.env['dealflow.partner.phone']
        for person in people:
            person['email_key'] = email_normalize(person['email']) or ''
            digits = phones._get_search_digits(person['phone'])
            person['phone_key'] = digits if len(digits) >= 6 else ''
        by_email = self._find_by_email({person['email_key'] for person in people if person['email_key']})
        by_phone = self._find_by_phone({person['phone_key'] for person in people if person['phone_key']})
        seen = set()
        for person in people:
            partners = by_email.get(person['email_key'], self.env['res.partner'])
            doubt = False
            if not partners and person['phone_key'] in by_phone:
                partners, doubt = self._match_by_phone(person, by_phone[person['phone_key']])
            key = person['email_key'] or self._get_full_number(person['phone'], self.event_id.company_id.country_id)
            person['refused'] = self._get_refusal(person, partners, key in seen) or doubt
            person['partner'] = partners[:1] if not person['refused'] else self.env['res.partner']
            person['outcome'] = 'refused' if person['refused'] else 'matched' if partners else 'created'
            seen.add(key)

    def _match_by_phone(self, person, numbers):
        """Return the contacts with the phone of a person, and the reason for doubt if a number only looks like it.

        The last digits can be the same in several countries: the full number has to match, and the contact must not
        have another e-mail.

        :param numbers: the numbers of the contacts with these digits, by contact
        """
        country = self.event_id.company_id.country_id
        wanted = self._get_full_number(person['phone'], country)
        same = self.env['res.partner'].union(
            *(
                partner
                for partner, known in numbers.items()
                if any(wanted == self._get_full_number(number, partner.country_id or country) for number in known)
            )
        )
        if person['email_key']:
            same = same.filtered(lambda partner: partner.email_normalized in (False, '', person['email_key']))
        if same or person['email_key']:
            # A person with an e-mail that no contact has is a new contact, even if they share a phone with another.
            return same, False
        partner = next(iter(numbers))
        return same, self.env._(
            "The phone looks like that of %(contact)s, %(number)s, but it is not certain that it is the same person. "
            "Write the number with “+” and the country, give an e-mail, or add the person by hand.",
            contact=partner.display_name,
            number=numbers[partner][0],
        )

    @api.model
    def _get_full_number(self, number, country):
        """Return a phone number in international format, or only its digits if the country is not known."""
        number = re.sub(r"^\s*00", '+', number or '')
        full = phone_format(number, country.code, country.phone_code, force_format='E164', raise_exception=False)
        return '+' + re.sub(r"\D", '', full) if (full or '').startswith('+') else re.sub(r"\D", '', number)

    def _get_refusal(self, person, partners, is_repeated):
        if person['unreadable']:
            return person['unreadable']
        if person['email'] and not person['email_key']:
            return self.env._("“%(email)s” is not an e-mail address.", email=person['email'])
        if not person['email_key'] and not person['phone_key']:
            return self.env._("Neither an e-mail nor a phone, so this person cannot be identified.")
        if is_repeated:
            return self.env._("Is in the list twice.")
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
        """Find contacts by the last digits of their main or another phone number.

        :return: the numbers as written, by contact, by last digits
        """
        phones = self.env['dealflow.partner.phone']
        found = defaultdict(lambda: defaultdict(list))
        if not numbers:
            return found
        self.env['res.partner'].flush_model(['phone'])
        phones.flush_model(['digits', 'number'])
        self.env.cr.execute(
            r"""SELECT id, digits, number FROM (
                    SELECT id, regexp_replace(phone, '\D', '', 'g') AS digits, phone AS number
                      FROM res_partner WHERE phone IS NOT NULL
                     UNION ALL SELECT partner_id, digits, number FROM dealflow_partner_phone
                ) AS numbers
                 WHERE right(ltrim(digits, '0'), 9) IN %s""",
            [tuple(numbers)],
        )
        rows = self.env.cr.fetchall()
        allowed = self._search_contacts([('id', 'in', [partner_id for partner_id, _digits, _number in rows])])
        partners = {partner.id: partner for partner in allowed}
        for partner_id, digits, number in rows:
            if partner_id in partners:
                found[phones._get_search_digits(digits)][partners[partner_id]].append(number)
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
        # sudo - res.partner: marketing users may add participants without the right to create contacts.
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
        """Add the contacts as participants; existing participants get the new status."""
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

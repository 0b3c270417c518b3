import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .marketing_common import MarketingCommon

CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:{email}\nEND:VCARD\n"


@tagged('post_install', '-at_install')
class TestParticipantImport(MarketingCommon):
    """The import of participants is safe: it refuses what is ambiguous and says why (P46, P53, X05)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref('base.no')

    def _import(self, text=False, file=None, file_name='guests.csv'):
        values = {'event_id': self.fair.id, 'text': text}
        if file:
            values |= {'file': base64.b64encode(file), 'file_name': file_name}
        wizard = self.env['dealflow.marketing.participant.import'].with_user(self.marketer).create(values)
        wizard.action_import()
        return wizard

    # Alphabets

    def test_only_certain_alphabets_are_read(self):
        """«Łukasz» from a Polish Windows reads as «Јukasz» in a Russian one, and the file does not say which it is."""
        row = "Łukasz Żak;lukasz@example.com\n"
        for encoding in ('cp1250', 'iso8859-2'):
            for content, name in ((row, 'guests.csv'), (CARD.format(name="Łukasz", email='l@example.com'), 'g.vcf')):
                with (
                    self.subTest(encoding=encoding, file=name),
                    self.assertRefused(UserError, f"in which alphabet the file {name} is written"),
                ):
                    self._import(file=content.encode(encoding), file_name=name)
        with self.assertRefused(UserError, "in which alphabet"):
            self._import(file="Анна;anna.new@example.com".encode('cp1251'))
        self.assertFalse(self.fair.participant_ids)
        for number, encoding in enumerate(('utf-8', 'utf-8-sig', 'utf-16')):
            self._import(file=f"Łukasz Żak;lukasz{number}@example.com\n".encode(encoding))
        self.assertEqual(set(self.fair.participant_ids.partner_id.mapped('name')), {"Łukasz Żak"})

    # Headings

    def test_headings_lose_nothing_without_a_word(self):
        for text, message in (
            ("Surname;E-mail;Name\nBerg;b@example.com;Anna", "not understood.*“Surname”"),
            ("Name;Adres mailowy;Phone\nAnna;b@example.com;+47 22 33 44 56", "not understood.*“Adres mailowy”"),
            ("Name;;Email\nAnna;+47 22 33 44 56;b@example.com", "not understood.*“2”"),
            ("Nazwisko;Numer\nBerg;b@example.com", "first row, “Nazwisko, Numer”, is not a person"),
            ("Name;Phone;Mobile\nAnna;+47 22 33 44 56;+47 99 88 77 66", "say the same: “Phone”, “Mobile”"),
        ):
            with self.subTest(text=text), self.assertRefused(UserError, message):
                self._import(text)
        self.assertFalse(self.fair.participant_ids)

    def test_an_open_quotation_mark_swallows_nobody(self):
        """The reader takes all lines after an open quotation mark as one cell: they would become a company name."""
        rows = "Clara;clara.new@example.com;Dahl\n" * 3
        for text in (
            f'Name;Email;Company\nAnna;anna.new@example.com;"Berg\n{rows}',
            f'Name;"Email\nAnna;anna.new@example.com\n{rows}',
            f'{rows}Anna;anna.new@example.com;"Berg',
            f'Name;Email;Company\nAnna;anna.new@example.com;"Berg\n{rows * 5000}',
        ):
            line = next(line for line in text.splitlines() if '"' in line)
            with (
                self.subTest(line=line, length=len(text)),
                self.assertRefused(UserError, f"line “{line}” opens a quotation mark"),
            ):
                self._import(text)
        self.assertFalse(self.fair.participant_ids)
        self._import('Name;Email;Company\nAnna;anna.new@example.com;"Berg ""and""\nSons"\nBo;bo.new@example.com;"Dahl"')
        people = self.fair.participant_ids.partner_id.sorted('name')
        self.assertEqual(people.mapped('company_name'), ['Berg "and"\nSons', "Dahl"])

    def test_headings_in_five_languages_and_empty_columns(self):
        for number, headings in enumerate(
            (
                "Name;E-mail;Phone",
                "ФИО;Почта;Телефон",
                "ПІБ;Пошта;Телефон",
                "Име;Имейл;Телефон",
                "Kontakt;E-mail;Telefon",
            )
        ):
            self._import(f"{headings};Notes\nPerson {number};p{number}@example.com;+47 2233440{number};")
        people = self.fair.participant_ids.partner_id.sorted('name')
        self.assertEqual(people.mapped('name'), [f"Person {number}" for number in range(5)])
        self.assertEqual(people.mapped('phone'), [f'+47 2233440{number}' for number in range(5)])
        # One of two phone columns may be empty.
        self._import("Name;Phone;Mobile\nSixth;;+47 22 33 44 06")
        self.assertIn('+47 22 33 44 06', self.fair.participant_ids.partner_id.mapped('phone'))

    def test_rows_that_say_more_than_fits_are_refused(self):
        wizard = self._import("Name;Email\nAnna New;a@example.com\nBoris;b@example.com;+47 22 33 44 57")
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['created', 'refused'])
        self.assertIn("more cells than there are headings", wizard.line_ids[1].reason)
        wizard = self._import(
            "Carla, Berg, c@example.com, Berg AS\nDora, d@example.com\nEva, e@example.com, f@example.com"
        )
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['refused', 'created', 'refused'])

    # Phones

    def test_a_number_of_another_country_is_another_number(self):
        """Equal last nine digits with another country code do not match a participant."""
        pole = self._new_contact("Piotr", self.beta, phone='+48 601 234 567')
        wizard = self._import("Name;Phone\nIgor;+7 960 123-45-67\nJan;+380 60 1234567")
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['refused', 'refused'])
        for line in wizard.line_ids:
            self.assertIn(f"looks like that of {pole.display_name}, +48 601 234 567", line.reason)
        self.assertNotIn(pole, self.fair.participant_ids.partner_id)

    def test_the_same_number_in_any_spelling_is_the_same_person(self):
        pole = self._new_contact("Piotr", self.beta, phone='601 234 567', country_id=self.env.ref('base.pl').id)
        wizard = self._import("Name;Phone\nArno;0047 22 33 44 55\nPiotr;0048 601-234-567")
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['matched', 'matched'])
        self.assertEqual(self.fair.participant_ids.partner_id, self.arno | pole)

    def test_who_has_another_email_is_another_person(self):
        """Colleagues may share a phone number."""
        self.arno.email = 'arno@alpha.example.com'
        wizard = self._import("Name;Email;Phone\nNew;new@alpha.example.com;+47 22 33 44 55")
        self.assertEqual(wizard.line_ids.outcome, 'created')
        self.assertNotIn(self.arno, self.fair.participant_ids.partner_id)

    # Cards

    def test_one_bad_card_does_not_refuse_the_file(self):
        cards = [
            CARD.format(name="Good one", email='one@example.com'),
            "BEGIN:VCARD\nVERSION:3.0\nFN:Broken line\nnonsense without a colon\nEND:VCARD\n",
            "BEGIN:VCARD\nVERSION:3.0\nFN:Never closed\nEMAIL:never@example.com\n",
            "BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=B:Odd encoding\nEMAIL:odd@example.com\nEND:VCARD\n",
            "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=none;ENCODING=QUOTED-PRINTABLE:=D0\nEND:VCARD\n",
            CARD.format(name="Good two", email='two@example.com'),
        ]
        wizard = self._import(file=''.join(cards).encode(), file_name='guests.vcf')
        self.assertEqual(
            wizard.line_ids.mapped('outcome'), ['created', 'refused', 'refused', 'refused', 'refused', 'created']
        )
        self.assertEqual(wizard.line_ids[1:5].mapped('row'), ["Broken line", "Never closed", "Odd encoding", "=D0"])
        for line in wizard.line_ids[1:5]:
            self.assertIn("The card cannot be read", line.reason)
        self.assertEqual(sorted(self.fair.participant_ids.partner_id.mapped('name')), ["Good one", "Good two"])

    def test_cards_of_phones_and_of_outlook(self):
        cards = (
            "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90=D0=BD=D0=BD=\n=D0=B0\n"
            "EMAIL:soft@example.com\nEND:VCARD\n"
            "BEGIN:VCARD\nVERSION:2.1\nFN:Berg, Ole\nORG:Berg, Lie & Co;Sales\nEMAIL:comma@example.com\nEND:VCARD\n"
            "BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=8BIT:Plain\nEMAIL:plain@example.com\nEND:VCARD\n"
        )
        wizard = self._import(file=cards.encode(), file_name='guests.vcf')
        self.assertEqual(wizard.line_ids.mapped('outcome'), ['created'] * 3)
        people = self.fair.participant_ids.partner_id.sorted('email')
        self.assertEqual(people.mapped('name'), ["Berg, Ole", "Plain", "Анна"])
        self.assertEqual(people[0].company_name, "Berg, Lie & Co")

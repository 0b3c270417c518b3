from email.message import EmailMessage

from lxml import html

from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.mail.tests.common import MailCommon

from .common import DealflowCommon

OURS = "The new chairs left our stock on Monday with the number 4711."
OURS_2 = "Kind regards from the quality department of the factory"
ANSWER = "Nothing has come until today."
AFTER = "PS: call me, please."

# Headers that email programs put above quoted text; {address} is our own address.
GMAIL = {
    'en': "On Wed, Mar 4, 2026 at 10:00 AM Quality &lt;<a href='mailto:{address}'>{address}</a>&gt; wrote:",
    'ru': "ср, 4 мар. 2026 г. в 10:00, Quality &lt;<a href='mailto:{address}'>{address}</a>&gt;:",
    'uk': "ср, 4 бер. 2026 р. о 10:00 Quality &lt;<a href='mailto:{address}'>{address}</a>&gt; пише:",
    'bg': "На ср, 4.03.2026 г. в 10:00 Quality &lt;<a href='mailto:{address}'>{address}</a>&gt; написа:",
    'pl': "śr., 4 mar 2026 o 10:00 Quality &lt;<a href='mailto:{address}'>{address}</a>&gt; napisał(a):",
}
YANDEX = {
    'en': "04.03.2026, 10:00, \"Quality\" &lt;{address}&gt;:",
    'ru': "04.03.2026, 10:00, \"Quality\" &lt;{address}&gt;:",
    'uk': "04.03.2026, 10:00, «Quality» &lt;{address}&gt;:",
    'bg': "4.03.2026, 10:00, Quality &lt;{address}&gt;:",
    'pl': "4.03.2026 o 10:00, Quality &lt;{address}&gt; pisze:",
}
OUTLOOK = {
    'en': ("From:", "Sent:", "To:", "Subject:", "Original Message"),
    'ru': ("От:", "Отправлено:", "Кому:", "Тема:", "Исходное сообщение"),
    'uk': ("Від:", "Надіслано:", "Кому:", "Тема:", "Оригінальне повідомлення"),
    'bg': ("От:", "Изпратено:", "До:", "Относно:", "Оригинално съобщение"),
    'pl': ("Od:", "Wysłano:", "Do:", "Temat:", "Wiadomość oryginalna"),
}
PLAIN = {
    'en': "On Wed, Mar 4, 2026 at 10:00 AM Quality of the factory\n<{address}> wrote:",
    'ru': "ср, 4 мар. 2026 г. в 10:00, Quality of the factory <{address}>:",
    'uk': "04.03.26 10:00, Quality пише:",
    'bg': "На 4.03.26 г. в 10:00, Quality написа:",
    'pl': "W dniu 4.03.2026 o 10:00, Quality pisze:",
}
LANGUAGES = tuple(GMAIL)


@tagged('post_install', '-at_install')
class TestClaimHistory(DealflowCommon, MailCommon):
    """Emails of clients lose the history that their program quotes below, and nothing that the client wrote (B48)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env['dealflow.claim.desk'].create({'name': "Quality", 'alias_name': 'test.history'})
        cls.address = f'test.history@{cls.desk.alias_domain}'

    def _receive(self, body, answers=None, subject="Re: Broken chairs", subtype='html'):
        """Process an incoming email of the client; return its claim and its message."""
        letter = EmailMessage()
        letter['From'], letter['To'], letter['Subject'] = '"Anna" <anna@example.com>', self.address, subject
        letter['Message-ID'] = f'<{self.id()}.{self.env["mail.message"].search_count([])}@example.com>'
        letter['Date'] = 'Wed, 04 Mar 2026 12:00:00 +0000'
        if answers:
            letter['In-Reply-To'] = answers.message_id
        letter.set_content(body, subtype=subtype)
        with self.mock_mail_gateway():
            self.env['mail.thread'].message_process('dealflow.claim', letter.as_string())
        message = self.env['mail.message'].search([('message_id', '=', letter['Message-ID'])])
        return self.env['dealflow.claim'].browse(message.res_id), message

    def _get_visible(self, message):
        """Return what the chatter shows of a message before the user clicks «more»."""
        body = message.body
        self.assertIn("4711", html2plaintext(body), "what is cut stays readable")
        root = html.fragment_fromstring(str(body), create_parent='div')
        for element in root.xpath('.//*[@data-o-mail-quote]'):
            if element.getparent() is not None:
                element.drop_tree()
        return ' '.join(root.text_content().split())

    def _write_to_client(self):
        claim = self.env['dealflow.claim'].create(
            {'name': "Broken chairs", 'contact_id': self.contact.id, 'user_id': self.rep_north.id}
        )
        with self.mock_mail_gateway():
            answer = claim.with_user(self.rep_north).message_post(
                body=f"{OURS}\n{OURS_2}",
                message_type='comment',
                subtype_xmlid='mail.mt_comment',
                partner_ids=self.contact.ids,
            )
        return claim, answer

    def _check_both_ways(self, body, expected, subtype='html'):
        """Check the email as an answer to a claim, and as one that opens a claim and quotes another conversation."""
        _claim, answer = self._write_to_client()
        _claim, message = self._receive(body, answer, subtype=subtype)
        self.assertEqual(self._get_visible(message), expected)
        opened, message = self._receive(body, subtype=subtype)
        self.assertEqual(self._get_visible(message), expected)
        self.assertEqual(' '.join(html2plaintext(opened.description).split()), expected)

    def test_gmail(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                head = GMAIL[language].format(address=self.address)
                self._check_both_ways(
                    f'<div dir="ltr">{ANSWER}</div><br><div class="gmail_quote gmail_quote_container">'
                    f'<div dir="ltr" class="gmail_attr">{head}<br></div>'
                    f'<blockquote class="gmail_quote"><div><p>{OURS}<br>{OURS_2}</p></div></blockquote></div>',
                    ANSWER,
                )

    def test_yandex(self):
        """Yandex puts no block around the header, and text below the quotation is kept."""
        for language in LANGUAGES:
            with self.subTest(language=language):
                head = YANDEX[language].format(address=self.address)
                self._check_both_ways(
                    f'<div>{ANSWER}</div><div> </div><div>{head}</div><blockquote><p>{OURS}<br />{OURS_2}</p>'
                    f'</blockquote><div>{AFTER}</div>',
                    f"{ANSWER} {AFTER}",
                )

    def _get_outlook_letter(self, language, history):
        sender, sent, to, subject, _separator = OUTLOOK[language]
        return (
            f'<div class="WordSection1"><p class="MsoNormal">{ANSWER}<o:p></o:p></p><p class="MsoNormal">&nbsp;</p>'
            '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f'<p class="MsoNormal"><b><span>{sender}</span></b><span> Quality &lt;{self.address}&gt; <br>'
            f'<b>{sent}</b> Wednesday, 4 March 2026 10:00<br><b>{to}</b> anna@example.com<br>'
            f'<b>{subject}</b> RE: Broken chairs<o:p></o:p></span></p></div></div>{history}</div>'
        )

    def test_outlook(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                history = f'<p class="MsoNormal">{OURS}</p><p class="MsoNormal">{OURS_2}</p>'
                self._check_both_ways(self._get_outlook_letter(language, history), ANSWER)

    def test_words_between_the_lines_of_outlook_stay(self):
        """Outlook marks nothing below its header: text that is not in the earlier message is new text of the client."""
        for language in LANGUAGES:
            with self.subTest(language=language):
                _claim, answer = self._write_to_client()
                history = f'<p>{OURS}</p><p>{AFTER}</p><p>{OURS_2}</p>'
                _claim, message = self._receive(self._get_outlook_letter(language, history), answer)
                self.assertEqual(self._get_visible(message), f"{ANSWER} {AFTER}")

    def test_plain_text(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                head = PLAIN[language].format(address=self.address)
                self._check_both_ways(
                    f"{ANSWER}\n\n{head}\n\n> {OURS}\n> {OURS_2}\n\n{AFTER}\n", f"{ANSWER} {AFTER}", subtype='plain'
                )
                sender, sent, to, subject, separator = OUTLOOK[language]
                self._check_both_ways(
                    f"{ANSWER}\n\n-----{separator}-----\n{sender} Quality [mailto:{self.address}]\n"
                    f"{sent} 4 March 2026\n{to} Anna\n{subject} Broken chairs\n\n{OURS}\n{OURS_2}\n",
                    ANSWER,
                    subtype='plain',
                )

    def _check_untouched(self, body, subject="Re: Broken chairs"):
        opened, message = self._receive(body, subject=subject)
        for text in (opened.description, message.body):
            self.assertIn("4711", html2plaintext(text))
        self.assertIn("4711", self._get_visible(message))
        self.assertNotIn('data-dealflow-history', message.body)

    def test_what_is_passed_on_is_what_the_client_wants_to_say(self):
        forwarded = self._get_outlook_letter('ru', f'<p>{OURS}</p>')
        self._check_untouched(forwarded, "FW: Broken chairs")
        self._check_untouched(forwarded.replace(ANSWER, ''))
        self._check_untouched(forwarded.replace(self.address, 'customer@elsewhere.example.com'))
        opened, _message = self._receive(
            f'<div>{ANSWER}</div><div class="gmail_quote"><div class="gmail_attr">--- Пересылаемое сообщение ---<br>'
            f'04.03.2026, 10:00, "Client" &lt;{self.address}&gt;:</div><blockquote>{OURS}</blockquote></div>'
        )
        self.assertIn("4711", html2plaintext(opened.description))

    def test_words_that_look_like_a_head_stay(self):
        """Text that looks like a header is kept when nothing is quoted below it or it is not an email header."""
        for text in (
            f"<p>On Monday at 10:00 your driver wrote:</p><p>{OURS}</p>",
            f"<p>От: склада<br>Кому: нам</p><p>{OURS}</p>",
            f"<p>{OURS}</p>",
        ):
            with self.subTest(text=text):
                self._check_untouched(text)

    def test_quotation_alone_is_not_emptied(self):
        opened, _message = self._receive(f'<blockquote><p>{OURS}</p></blockquote>')
        self.assertIn("4711", html2plaintext(opened.description))

from odoo.tests import tagged

from odoo.addons.dealflow.tools.amounts_in_words import say_amount

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestPaymentCode(DealflowCommon):
    """Codes that banking applications read, and amounts in words (C78)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env['res.company'].create({'name': "Gdańska Fabryka Mebli | Okrętowych sp. z o.o."})
        cls.company.partner_id.write({'country_id': cls.env.ref('base.pl').id, 'vat': 'PL5260250274'})
        cls.zloty, cls.euro = cls.env.ref('base.PLN'), cls.env.ref('base.EUR')
        (cls.zloty | cls.euro).active = True
        cls.account = cls._new_account('PL61 1090 1014 0000 0712 1981 2874')

    @classmethod
    def _new_account(cls, number, **values):
        return cls.env['res.partner.bank'].create(
            {'acc_number': number, 'partner_id': cls.company.partner_id.id, **values}
        )

    def _get_code(self, amount, title="Proforma S00042", account=None, currency=None, **values):
        """Return what the chosen code says, by its method; empty if none fits."""
        account, currency = account or self.account, currency or self.zloty
        chosen = account._build_qr_code_vals(amount, title, '', currency, self.partner)
        if not chosen:
            return None, ''
        return chosen['qr_method'], account._get_qr_code_generation_params(**chosen)['value']

    def test_code_of_polish_banks(self):
        method, code = self._get_code(1234.5)
        self.assertEqual(method, 'dealflow_zbp')
        self.assertEqual(
            code, "5260250274|PL|61109010140000071219812874|123450|Gdańska Fabryka Mebl|Proforma S00042|||"
        )
        self.assertLessEqual(len(code), 160)
        self.assertTrue(
            self.account.build_qr_code_base64(1234.5, "S1", '', self.zloty, self.partner).startswith('data:image/png')
        )

    def test_amounts_keep_six_places(self):
        for amount, grosz in ((0.07, '000007'), (19.99, '001999'), (9999.99, '999999')):
            with self.subTest(amount):
                self.assertEqual(self._get_code(amount)[1].split('|')[3], grosz)
        for amount in (0, -5, 10000):
            with self.subTest(amount):
                self.assertEqual(self._get_code(amount), (None, ''))

    def test_other_accounts_and_currencies_have_no_polish_code(self):
        self.assertEqual(self._get_code(5, currency=self.env.ref('base.USD')), (None, ''))
        german = self._new_account('DE89 3704 0044 0532 0130 00')
        self.assertEqual(self._get_code(5, account=german), (None, ''))
        wrong = self._new_account('61 1090 1014 0000 0712 1981 2875')
        self.assertEqual(self._get_code(5, account=wrong), (None, ''))
        plain = self._new_account('61109010140000071219812874', partner_id=self.partner.id)
        self.assertEqual(self._get_code(5, account=plain)[1].split('|')[:3], ['', 'PL', plain.acc_number])

    def test_titles_have_no_bars_and_fit(self):
        title = self._get_code(5, title="One | two\nthree " + "x" * 50)[1].split('|')
        self.assertEqual(len(title), 9)
        self.assertEqual(title[5], ("One two three " + "x" * 50)[:32])

    def test_european_code_keeps_its_limits(self):
        if 'sct_qr' not in dict(self.env['res.partner.bank'].get_available_qr_methods_in_sequence()):
            self.skipTest("Odoo's module for SEPA codes is not installed")
        account = self._new_account('DE89 3704 0044 0532 0130 00', acc_holder_name="Рога и Копыта " * 20)
        method, code = self._get_code(1000000.1, title="Оплата по счёту " * 20, account=account, currency=self.euro)
        self.assertEqual(method, 'sct_qr')
        lines = code.split('\n')
        self.assertEqual(lines[:2], ['BCD', '002'])
        self.assertEqual(lines[7], 'EUR1000000.10')
        self.assertLessEqual(len(lines[5]), 70)
        self.assertLessEqual(len(code.encode()), 331)
        self.assertTrue(lines[10].startswith("Оплата по счёту"))

    def test_proforma_has_account_code_and_words(self):
        company = self.env.company
        company.write({'qr_code': True, 'dealflow_amount_in_words': True})
        self.account.partner_id = company.partner_id
        pricelist = self.env['product.pricelist'].create({'name': "Zloty", 'currency_id': self.zloty.id})
        order = self._new_order(self.partner, self.product, pricelist_id=pricelist.id)
        order.order_line.write({'price_unit': 1234.5, 'tax_ids': False})
        self.assertEqual(order.currency_id, self.zloty)
        self.assertEqual(order._dealflow_get_bank_account(), self.account)
        for lang, words in (
            ('en_US', "One thousand, two hundred and thirty-four zlotys, fifty groszy"),
            ('pl_PL', "Tysiąc dwieście trzydzieści cztery złote, pięćdziesiąt groszy"),
            ('bg_BG', None),
        ):
            self.env['res.lang']._activate_lang(lang)
            self.partner.lang = lang
            with self.subTest(lang):
                html = self._print(order, 'sale.report_saleorder_pro_forma')
                self.assertIn(self.account.acc_number, html)
                payment = html.partition('name="dealflow_payment"')[2].partition('</table>')[0]
                self.assertIn('data:image/png', payment)
                self.assertEqual('dealflow_amount_in_words' in html, bool(words))
                self.assertIn(words or '', html)
        self.partner.lang = 'en_US'
        self.assertNotIn(self.account.acc_number, self._print(order, 'sale.report_saleorder'), "Only on a proforma.")
        company.write({'qr_code': False, 'dealflow_amount_in_words': False})
        html = self._print(order, 'sale.report_saleorder_pro_forma')
        self.assertNotIn('data:image/png', html.partition('name="dealflow_payment"')[2].partition('</table>')[0])
        self.assertIn(self.account.acc_number, html)
        self.assertNotIn("zlotys", html)

    def _print(self, order, report):
        return self.env['ir.actions.report']._render_qweb_html(report, order.ids)[0].decode().replace('&#39;', "'")

    def test_words_only_where_they_are_right(self):
        for amount, currency, language, words in (
            (21.02, 'RUB', 'ru_RU', "Двадцать один рубль, две копейки"),
            (1, 'EUR', 'en_US', "One euro, zero cents"),
            (2000.05, 'UAH', 'uk_UA', "Дві тисячі гривень, п'ять копійок"),
            (1000000, 'UAH', 'uk_UA', "Один мільйон гривень, нуль копійок"),
            (2, 'PLN', 'pl_PL', "Dwa złote, zero groszy"),
            (1000000, 'UAH', 'ru_RU', ""),
            (5, 'CNY', 'ru_RU', ""),
            (5, 'EUR', 'bg_BG', ""),
            (5, 'KZT', 'en_US', ""),
            (-5, 'EUR', 'en_US', ""),
        ):
            with self.subTest(f'{amount} {currency} {language}'):
                self.assertEqual(say_amount(amount, currency, language), words)

import re

from stdnum.exceptions import ValidationError as NumberError
from stdnum.iso7064 import mod_97_10
from stdnum.pl import nip

from odoo import api, models

ZBP = 'dealflow_zbp'
# The recommendation of the Polish Bank Association on two-dimensional codes has so many places for each.
ZBP_LARGEST_GROSZ = 999999
ZBP_NAME = 20
ZBP_TITLE = 32
# The code of the European Payments Council.
EPC = 'sct_qr'
EPC_NAME = 70
EPC_COMMENT = 140
EPC_BYTES = 331


class ResPartnerBank(models.Model):
    """The payment code of Polish banks, and limits of the European one that Odoo does not keep (C78)."""

    _inherit = 'res.partner.bank'

    @api.model
    def _get_available_qr_methods(self):
        methods = super()._get_available_qr_methods()
        methods.append((ZBP, self.env._("Payment code of Polish banks"), 30))
        return methods

    def _get_error_messages_for_qr(self, qr_method, debtor_partner, currency):
        if qr_method != ZBP:
            return super()._get_error_messages_for_qr(qr_method, debtor_partner, currency)
        if currency.name != 'PLN':
            return self.env._(
                "The payment code of Polish banks is for złoty only, not for %(currency)s.", currency=currency.name
            )
        if not self._dealflow_get_polish_number():
            return self.env._(
                "The payment code of Polish banks needs a Polish account: “%(account)s” is none. Correct the number, "
                "or choose another account.",
                account=self.acc_number,
            )
        return None

    def _check_for_qr_code_errors(
        self, qr_method, amount, currency, debtor_partner, free_communication, structured_communication
    ):
        if qr_method == ZBP:
            if not 0 < self._dealflow_get_grosz(amount) <= ZBP_LARGEST_GROSZ:
                return self.env._("The payment code of Polish banks holds amounts up to 9,999.99 PLN.")
            if not self._dealflow_get_holder():
                return self.env._("The account %(account)s has no holder. Enter the name.", account=self.acc_number)
        return super()._check_for_qr_code_errors(
            qr_method, amount, currency, debtor_partner, free_communication, structured_communication
        )

    def _get_qr_vals(self, qr_method, amount, currency, debtor_partner, free_communication, structured_communication):
        if qr_method == ZBP:
            return [
                self._dealflow_get_polish_tax_number(),
                'PL',
                self._dealflow_get_polish_number(),
                f'{self._dealflow_get_grosz(amount):06d}',
                _fit(self._dealflow_get_holder(), ZBP_NAME),
                _fit(structured_communication or free_communication, ZBP_TITLE),
                '',
                '',
                '',
            ]
        values = super()._get_qr_vals(
            qr_method, amount, currency, debtor_partner, free_communication, structured_communication
        )
        if qr_method == EPC:
            self._dealflow_keep_epc_limits(values, amount, currency)
        return values

    def _get_qr_code_generation_params(
        self, qr_method, amount, currency, debtor_partner, free_communication, structured_communication
    ):
        if qr_method != ZBP:
            return super()._get_qr_code_generation_params(
                qr_method, amount, currency, debtor_partner, free_communication, structured_communication
            )
        values = self._get_qr_vals(
            qr_method, amount, currency, debtor_partner, free_communication, structured_communication
        )
        return {
            'barcode_type': 'QR',
            'quiet': 0,
            'width': 128,
            'height': 128,
            'humanreadable': 1,
            'value': '|'.join(values),
        }

    @api.model
    def _dealflow_keep_epc_limits(self, values, amount, currency):
        """Shorten names and comments in other scripts than Latin: the code has room for 331 bytes, not letters."""
        values[5] = _fit(values[5], EPC_NAME)
        values[7] = f'{currency.name}{amount:.2f}'
        values[10] = _fit(values[10], EPC_COMMENT)
        for place in (10, 5):
            surplus = len('\n'.join(values).encode()) - EPC_BYTES
            if surplus > 0:
                values[place] = (
                    values[place].encode()[: max(0, len(values[place].encode()) - surplus)].decode(errors='ignore')
                )

    @api.model
    def _dealflow_get_grosz(self, amount):
        return round(amount * 100)

    def _dealflow_get_holder(self):
        self.ensure_one()
        return self.acc_holder_name or self.partner_id.name or ''

    def _dealflow_get_polish_tax_number(self):
        """Return the ten digits of the holder's NIP; an empty text for holders without one."""
        try:
            return nip.validate((self.partner_id.vat or '').upper().removeprefix('PL'))
        except NumberError:
            return ''

    def _dealflow_get_polish_number(self):
        """Return the 26 digits of a Polish account whose check digits are right; an empty text for others."""
        self.ensure_one()
        number = (self.sanitized_acc_number or '').removeprefix('PL')
        # ``stdnum.iban`` cannot be imported inside of Odoo, which loads ``stdnum`` in its own way.
        is_right = re.fullmatch(r'\d{26}', number) and mod_97_10.is_valid(f'{number[2:]}PL{number[:2]}')
        return number if is_right else ''


def _fit(text, length):
    """Return a text in one line without the mark that divides the code, and no longer than a number of letters."""
    return ' '.join((text or '').replace('|', ' ').split())[:length].strip()

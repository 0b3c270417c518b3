from odoo import api, models

# A change of one of these makes it a different account, which nobody has verified.
ACCOUNT_IDENTITY_FIELDS = ('acc_number', 'sanitized_acc_number', 'partner_id', 'bank_id', 'clearing_number')


class ResPartnerBank(models.Model):
    _inherit = 'res.partner.bank'

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.partner_id._dealflow_log_requisite_changes()
        return accounts

    def write(self, vals):
        before = {account: account._dealflow_get_identity() for account in self if account.allow_out_payment}
        holders = self.partner_id
        result = super().write(vals)
        if not vals.get('allow_out_payment'):
            changed = self.browse(
                account.id
                for account, identity in before.items()
                if account.allow_out_payment and account._dealflow_get_identity() != identity
            )
            if changed:
                # sudo - res.partner.bank: withdrawing trust from a changed account does not need the right to grant it.
                changed.sudo().allow_out_payment = False
        if vals.keys() - {'allow_out_payment', 'sequence', 'note'}:
            (holders | self.partner_id)._dealflow_log_requisite_changes()
        return result

    def unlink(self):
        holders = self.partner_id
        result = super().unlink()
        holders.exists()._dealflow_log_requisite_changes()
        return result

    def _dealflow_get_number(self):
        """Return the account number as banks compare it, without spaces and in capitals."""
        self.ensure_one()
        return self.sanitized_acc_number

    def _dealflow_get_identity(self):
        self.ensure_one()
        return tuple(self[field_name] for field_name in ACCOUNT_IDENTITY_FIELDS)

    def _dealflow_get_requisite_text(self):
        """Return the account as one line, with everything that decides where money goes."""
        self.ensure_one()
        return " · ".join(
            filter(
                None,
                (
                    self._dealflow_get_number(),
                    self.bank_id.bic,
                    self.clearing_number,
                    self.acc_holder_name,
                ),
            )
        )

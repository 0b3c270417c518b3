from odoo import models

# It neither breaks a line nor looks like a decimal point.
THOUSANDS_SEPARATOR = '\N{NO-BREAK SPACE}'
# Those of our languages that Odoo ships without a thousands separator.
SPACED = ('bg_BG', 'pl_PL')


class ResLang(models.Model):
    """Gives Polish and Bulgarian the thousands separator that Odoo's data lack: nobody writes 1234567,89.

    A language applies to the whole database, including printed invoices. So only a language that nobody has used yet
    gets the separator automatically, when it is activated; for those in use the settings offer it.
    """

    _inherit = 'res.lang'

    def write(self, vals):
        unseen = self.filtered(lambda lang: not lang.active and lang.code in SPACED)
        result = super().write(vals)
        if ungrouped := unseen.filtered(lambda lang: lang.active and not lang.thousands_sep):
            ungrouped.thousands_sep = THOUSANDS_SEPARATOR
        return result

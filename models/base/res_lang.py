from odoo import models

# It neither breaks a line nor looks like a decimal point.
THOUSANDS_SEPARATOR = '\N{NO-BREAK SPACE}'
# Those of our languages to which Odoo gives nothing between the thousands.
SPACED = ('bg_BG', 'pl_PL')


class ResLang(models.Model):
    """Polish and Bulgarian come with Odoo as 1234567,89; nobody who writes them writes sums like that.

    The record of a language is for the whole database, printed invoices included. So only a language that nobody has
    seen yet gets its space by itself, when it is switched on; for those in use the settings offer it.
    """

    _inherit = 'res.lang'

    def write(self, vals):
        unseen = self.filtered(lambda lang: not lang.active and lang.code in SPACED)
        result = super().write(vals)
        if ungrouped := unseen.filtered(lambda lang: lang.active and not lang.thousands_sep):
            ungrouped.thousands_sep = THOUSANDS_SEPARATOR
        return result

import re
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Links that a browser opens by itself, or hands over to the app of the messenger.
SCHEMES = ('https', 'skype', 'viber', 'tg', 'sip', 'xmpp', 'msteams')
PLACEHOLDERS = {'account', 'digits'}


class DealflowMessengerKind(models.Model):
    """A messenger, such as Telegram or WhatsApp, and the link that opens a conversation in it (B42, B11)."""

    _name = 'dealflow.messenger.kind'
    _description = "Messenger"
    _inherit = ['dealflow.register.mixin', 'dealflow.code.mixin']

    link_pattern = fields.Char(
        string="Link",
        help="Opens a conversation: {account} stands for the account, {digits} for its digits alone. "
        "Empty means that the messenger has no such link.",
    )

    _code_uniq = models.UniqueIndex('(code)', "Another messenger has this code: codes are unique.")

    @api.constrains('link_pattern')
    def _check_link_pattern(self):
        for kind in self.filtered('link_pattern'):
            scheme, colon, rest = kind.link_pattern.partition(':')
            names = set(re.findall(r'\{(.*?)\}', rest))
            if not colon or scheme not in SCHEMES or not names or names - PLACEHOLDERS:
                raise ValidationError(
                    self.env._(
                        "The link “%(link)s” of the messenger %(messenger)s cannot be opened. It begins with one of "
                        "%(schemes)s, and has {account} or {digits} in it, as in https://t.me/{account}.",
                        link=kind.link_pattern,
                        messenger=kind.name,
                        schemes=", ".join(f"{each}:" for each in SCHEMES),
                    )
                )

    def _get_link(self, account):
        """Return the link to an account; empty if the messenger has none, or the account no digits that it needs."""
        self.ensure_one()
        pattern, account = self.link_pattern or '', (account or '').strip()
        if account.startswith('https://') and pattern.startswith('https://'):
            # Pasted from the browser: the account is what the link ends with.
            account = account.rstrip('/').rpartition('/')[2]
        digits = re.sub(r'\D', '', account)
        if not pattern or not account or '{digits}' in pattern and not digits:
            return ''
        account = quote(account.removeprefix('@'), safe='+@._-')
        return pattern.replace('{account}', account).replace('{digits}', digits)

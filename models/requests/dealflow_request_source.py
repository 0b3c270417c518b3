import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

from ...tools.bearer_keys import get_hash
from ...tools.phone_numbers import get_first_e164
from ...tools.public_methods import public_method

MOST_FILES = 5
TEXT = 256
LONG_TEXT = 20000
MEGABYTE = 1024 * 1024
MINUTE = timedelta(minutes=1)
# What a request says of itself, by the names of the texts in it.
TEXTS = ('subject', 'contact', 'company', 'email', 'phone', 'city', 'product', 'category', 'language', 'country')
ORIGINS = {'source': 'source_id', 'medium': 'medium_id', 'campaign': 'campaign_id'}
# What only robots fill, because people do not see it.
TRAP = 'trap'
REQUEST_KEYS = {*TEXTS, *ORIGINS, TRAP, 'message', 'amount', 'files'}


class DealflowRequestSource(models.Model):
    """A site or program that hands in requests with a key of its own (X04, X16, C54).

    Of the key only a hash is kept. The same request sent twice is one request; a client who has an open opportunity
    gets no second one.
    """

    _name = 'dealflow.request.source'
    _description = "Source of Requests"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'name, id'
    _check_company_auto = True
    _dealflow_code_only_fields = ('key_hash', 'key_made_on')

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company, ondelete='restrict'
    )
    country_id = fields.Many2one(
        'res.country',
        required=True,
        default=lambda self: self.env.company.country_id,
        ondelete='restrict',
        help="It decides what a phone number without a country code means.",
    )
    source_id = fields.Many2one('utm.source', help="Of requests that do not say it themselves.", ondelete='restrict')
    medium_id = fields.Many2one('utm.medium', help="Of requests that do not say it themselves.", ondelete='restrict')
    campaign_id = fields.Many2one(
        'utm.campaign', help="Of requests that do not say it themselves.", ondelete='restrict'
    )
    is_joined = fields.Boolean(
        string="Join Open Opportunities",
        default=True,
        help="A request of a client who has an open opportunity is added to it, with a note to its salesperson.",
    )
    rate_limit = fields.Integer(
        string="Requests a Minute", default=60, help="More are refused, and told when to come again."
    )
    file_limit = fields.Integer(string="Largest File, MB", default=5, help="0 takes no files.")
    key_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    key_made_on = fields.Datetime(string="Key Made", readonly=True, copy=False)
    arrival_ids = fields.One2many(
        'dealflow.request.arrival', 'request_source_id', string="What Came In", groups='dealflow.group_manager'
    )

    _check_rate_limit = models.Constraint(
        'CHECK (rate_limit > 0)', "At least one request a minute is taken. Withdraw the key to take none."
    )
    _check_file_limit = models.Constraint(
        'CHECK (file_limit BETWEEN 0 AND 20)', "Files of a request have 0 to 20 MB. Larger ones are sent by a link."
    )

    # The key

    @public_method(one=True)
    def action_new_key(self):
        """Make a new key for the one source; the former one is worth nothing from then on.

        :return: the action of the dialog that shows it, once
        """
        self.check_access('write')
        secret = secrets.token_urlsafe(32)
        # sudo - dealflow.request.source: nobody reads the hash, and who may change the source may replace it.
        self.sudo()._dealflow_set_derived({'key_hash': get_hash(secret), 'key_made_on': fields.Datetime.now()})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Key of “%(name)s”", name=self.name),
            'res_model': 'dealflow.request.key',
            'view_mode': 'form',
            'views': [(self.env.ref('dealflow.dealflow_request_key_view_form').id, 'form')],
            'target': 'new',
            'context': {'default_key': f'{self.id}-{secret}'},
        }

    @public_method()
    def action_withdraw_key(self):
        """Withdraw the keys: who shows one of them is refused from now on."""
        self.check_access('write')
        # sudo - dealflow.request.source: see above.
        self.sudo()._dealflow_set_derived({'key_hash': False, 'key_made_on': False})

    @api.model
    def _find_by_key(self, key):
        """Return the source with a key in use, or none; hashes are compared in constant time."""
        number, _dash, secret = (key or '').partition('-')
        source = (
            self.browse(int(number)).exists() if number.isascii() and number.isdigit() and len(number) < 10 else self
        )
        source = source.filtered('active')
        # Compared for a source that is not there too, so that the time does not tell.
        expected = source.key_hash or get_hash('')
        is_right = hmac.compare_digest(expected.encode(), get_hash(secret).encode())
        return source if is_right and secret and source.key_hash else self.browse()

    def _get_largest_body(self):
        """Return the size in bytes of what the one source takes: its files in base64, and the texts."""
        return MOST_FILES * self.file_limit * MEGABYTE * 4 // 3 + MEGABYTE

    # What comes in

    def _get_wait(self):
        """Return after how many seconds the one source may hand in the next request; 0 when it may now."""
        now = fields.Datetime.now()
        recent = self.arrival_ids.search(
            [('request_source_id', '=', self.id), ('date', '>', now - MINUTE)],
            order='date desc, id desc',
            limit=1,
            offset=self.rate_limit - 1,
        )
        return max(1, int((recent.date + MINUTE - now).total_seconds())) if recent else 0

    def _get_answer(self, key, body):
        """Return what was answered to the request with an idempotency key before, or ``None``.

        :raise ValidationError: the key belongs to another request
        """
        known = key and self.arrival_ids.search([('request_source_id', '=', self.id), ('key', '=', key)], limit=1)
        if not known:
            return None
        if known.fingerprint != _get_fingerprint(body):
            raise ValidationError(
                self.env._(
                    "The idempotency key “%(key)s” belongs to another request. Make a new key for each request, and "
                    "keep it when you send the same one again.",
                    key=key,
                )
            )
        return known._get_answer()

    def _take_in(self, body, key):
        """Make an opportunity of a request, or add it to the open one of the client.

        :param dict body: as docs/api.md describes it
        :param str key: the idempotency key, if there is one
        :rtype: dict
        :return: ``id`` of the opportunity, and whether the request was ``joined`` to one that was open
        :raise ValidationError: something of the request is not understood; nothing is kept then
        """
        self.ensure_one()
        arrival = self.env['dealflow.request.arrival']._begin(self, key, _get_fingerprint(body))
        if str(body.get(TRAP) or '').strip():
            arrival.state = 'trap'
            return arrival._get_answer()
        values, files = self._read_request(body)
        leads = self.env['crm.lead'].with_company(self.company_id)
        lead, is_joined = leads._dealflow_take_in(values, self.country_id, self.is_joined)
        lead._dealflow_set_derived({'dealflow_request_source_id': self.id})
        self._keep_files(lead, files, values if is_joined else {})
        arrival.write({'lead_id': lead.id, 'state': 'joined' if is_joined else 'new'})
        return arrival._get_answer()

    def _keep_files(self, lead, files, values):
        """Attach files to an opportunity; with values, what was asked for now is told its salesperson."""
        if values:
            lead._dealflow_note_request(values, files)
        elif files:
            lead.message_post(body=self.env._("Files of the request"), attachments=files, subtype_xmlid='mail.mt_note')

    def _read_request(self, body):
        """Return the values of an opportunity and the files, or refuse the request in a sentence that names the key."""
        texts = {name: self._read_text(name, body.get(name), TEXT) for name in (*TEXTS, *ORIGINS)}
        country = self._read_country(texts['country'])
        email = texts['email']
        if email and not email_normalize(email):
            raise ValidationError(self.env._("“email” is no address: %(value)s.", value=email))
        message = self._read_text('message', body.get('message'), LONG_TEXT)
        values = {
            'type': 'opportunity',
            'name': texts['subject'],
            'contact_name': texts['contact'],
            'partner_name': texts['company'],
            'email_from': email,
            'phone': self._read_phone(texts['phone'], country),
            'city': texts['city'],
            'description': message and Markup('<p>%s</p>') % Markup('<br/>').join(map(escape, message.splitlines())),
            'country_id': country.id,
            'lang_id': self._read_language(texts['language']).id,
            'expected_revenue': self._read_amount(body.get('amount')),
            'company_id': self.company_id.id,
            'user_id': False,
            **self._read_origin(texts),
            **self._read_product(texts),
        }
        values = {name: value for name, value in values.items() if value or name == 'user_id'}
        if not values.keys() & {'name', 'contact_name', 'partner_name', 'email_from', 'phone', 'description'}:
            raise ValidationError(
                self.env._("The request is empty: it has neither a subject nor a message, a name, an email or a phone.")
            )
        return values, self._read_files(body.get('files'))

    def _read_text(self, key, value, length):
        if value in (None, False):
            return ''
        if not isinstance(value, str) or len(value) > length or '\0' in value:
            raise ValidationError(
                self.env._("“%(key)s” must be a text of at most %(length)s characters.", key=key, length=length)
            )
        # A program that cuts a text in the middle of an emoji sends half of it, which no database keeps.
        return value.encode(errors='replace').decode().strip()

    def _read_phone(self, phone, country):
        """Return a number in international form where it is one, else as it was written."""
        codes = dict.fromkeys(filter(None, (country.code, self.country_id.code)))
        return get_first_e164(phone, *codes) or phone

    def _read_amount(self, amount):
        if amount in (None, False, ''):
            return 0
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < 1e12:
            raise ValidationError(self.env._("“amount” must be a number that is not negative."))
        return amount

    def _read_country(self, code):
        country = self.env['res.country']
        if code:
            country = country.search([('code', '=', code.upper())], limit=1)
            if not country:
                raise ValidationError(
                    self.env._("“country” must be a code of two letters, such as PL: %(value)s.", value=code)
                )
        return country

    def _read_language(self, code):
        """Return the language of a code such as «pl» or «pl_PL»; one that Odoo does not speak is no mistake."""
        languages = self.env['res.lang']
        if code:
            wanted = code.replace('-', '_').lower()
            for language in languages.search([]):
                if wanted in (language.code.lower(), language.iso_code.lower(), language.code.split('_')[0].lower()):
                    return language
        return languages

    def _read_origin(self, texts):
        """Return source, medium and campaign: those that the request names, which are made where missing, or ours."""
        origin = {}
        for key, name in ORIGINS.items():
            model = self._fields[name].comodel_name
            if texts[key]:
                origin[name] = self.env['utm.mixin']._find_or_create_record(model, texts[key]).id
            else:
                origin[name] = self[name].id
        return origin

    def _read_product(self, texts):
        """Return the requested product by its reference, barcode or name, and the category by its name."""
        companies = [('company_id', 'in', [False, *self.company_id.parent_ids.ids])]
        products = self.env['product.product']
        if texts['product']:
            for field in ('default_code', 'barcode', 'name'):
                products = products.search([(field, '=', texts['product']), *companies], limit=1)
                if products:
                    break
        category = self.env['product.category']
        if texts['category']:
            category = category.search(
                ['|', ('complete_name', '=', texts['category']), ('name', '=', texts['category'])], limit=1
            )
        return {'dealflow_product_id': products.id, 'dealflow_category_id': category.id}

    def _read_files(self, files):
        """Return the names and contents of the files."""
        if not files:
            return []
        if not isinstance(files, list) or len(files) > MOST_FILES:
            raise ValidationError(self.env._("“files” must be a list of at most %(count)s files.", count=MOST_FILES))
        read = []
        for file in files:
            if not isinstance(file, dict) or file.keys() != {'name', 'content'}:
                raise ValidationError(self.env._("Each file has a “name”, and a “content” in base64."))
            name = self._read_text('name', file['name'], TEXT) or self.env._("File")
            try:
                content = base64.b64decode(file['content'], validate=True)
            except (TypeError, ValueError, binascii.Error):
                raise ValidationError(self.env._("The content of “%(file)s” is not base64.", file=name)) from None
            if len(content) > self.file_limit * MEGABYTE:
                raise UserError(self._explain_file_limit(name))
            read.append((name, content))
        return read

    def _explain_file_limit(self, name):
        return self.env._("“%(file)s” is larger than %(size)s MB.", file=name, size=self.file_limit)

    def _find_too_large(self, body):
        """Return the name of a file of a request that is larger than the one source takes, or an empty string."""
        files = body.get('files')
        for file in files if isinstance(files, list) else ():
            content = file.get('content') if isinstance(file, dict) else None
            if (
                isinstance(content, str)
                and len(content) * 3 // 4 - content[-2:].count('=') > self.file_limit * MEGABYTE
            ):
                return str(file.get('name') or '')[:TEXT] or self.env._("File")
        return ''


def _get_fingerprint(body):
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize, plaintext2html

from ...dealflow_rule_action import AUTOMATIC_HEADERS

# The contact of a record, the best one first.
CONTACT_FIELDS = {
    'crm.lead': ('partner_id',),
    'dealflow.deal': ('contact_ids', 'business_partner_id'),
    'sale.order': ('dealflow_contact_id', 'partner_id'),
    'account.move': ('partner_id',),
    'dealflow.receipt': ('legal_entity_id', 'business_partner_id'),
    'dealflow.claim': ('partner_id',),
    'calendar.event': ('client_contact_id', 'business_partner_id'),
}
# What a record knows of who wrote or called, before there is a contact.
OWN_FIELDS = {'crm.lead': {'email': 'email_normalized', 'phone': 'phone'}}


class DealflowRuleAction(models.Model):
    """Letters and text messages (C42, C43, C44)."""

    _inherit = 'dealflow.rule.action'

    kind = fields.Selection(
        selection_add=[
            ('email', "Send an e-mail"),
            ('sms_client', "Send an SMS to the client"),
            ('sms_person', "Send an SMS to a colleague"),
        ],
        ondelete={kind: 'cascade' for kind in ('email', 'sms_client', 'sms_person')},
    )
    recipient = fields.Selection(
        [('contact', "the contact"), ('person', "a colleague"), ('address', "an address")],
        string="To",
        default='contact',
    )
    email_to = fields.Char(string="Address")
    template_id = fields.Many2one(
        'mail.template',
        string="E-mail Template",
        ondelete='restrict',
        index='btree_not_null',
        domain="[('model', '=', model_name)]",
        help="Empty: the subject and the text of the action.",
    )
    subject = fields.Char(translate=True)

    @api.depends('recipient', 'email_to', 'template_id', 'subject')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('recipient', 'email_to', 'template_id', 'subject', 'kind')
    def _check_letter(self):
        self._check_complete()

    def _get_problem_email(self):
        if not self.recipient:
            return self.env._("choose to whom it goes.")
        if self.recipient == 'address' and not email_normalize(self.email_to or '', strict=False):
            return self.env._("enter the address.")
        if self.recipient == 'person' and (problem := self._get_problem_of_person()):
            return problem
        # sudo - mail.template: people whose save sets off the rule may not read it.
        template_sudo = self.template_id.sudo()
        if template_sudo and template_sudo.model != self.rule_id._get_model_name():
            return self.env._("the template is for something else. Choose another one.")
        if not template_sudo and not (self.subject and self.text):
            return self.env._("choose a template, or write the subject and the text.")
        return ''

    def _get_problem_sms_client(self):
        return self._get_problem_of_sms() or ('' if self.text else self.env._("write the message."))

    def _get_problem_sms_person(self):
        return self._get_problem_sms_client() or self._get_problem_of_person()

    def _get_problem_of_sms(self):
        if self._has_sms_provider():
            return ''
        return self.env._("there is no SMS provider here. Install Odoo's app SMS, or the app of your provider, first.")

    @api.model
    def _has_sms_provider(self):
        """Return whether messages can be sent; the module of a provider overrides this and :meth:`_send_sms`."""
        return 'sms.sms' in self.env

    def _describe_email(self):
        if self.recipient == 'address':
            return self.email_to
        if self.recipient == 'person':
            return self._describe_person()
        return self._dealflow_get_value_label('recipient')

    def _describe_sms_person(self):
        return self.env._("SMS to %(person)s", person=self._describe_person())

    def _get_contact(self, record, field_name):
        """Return the contact of a record that has a value in a field, such as an e-mail address.

        :return: nobody, if the record has the value itself: a request of somebody whom nobody has entered yet
        :raise UserError: there is none
        :rtype: res.partner
        """
        candidates = record if record._name == 'res.partner' else record.env['res.partner']
        for name in CONTACT_FIELDS.get(record._name, ()):
            candidates |= record[name]
        for contact in candidates:
            if contact[field_name]:
                return contact
        if self._get_own_value(record, field_name):
            return candidates.browse()
        raise UserError(
            self.env._(
                "“%(record)s” has no contact with “%(field)s”.",
                record=record.display_name,
                field=candidates._fields[field_name]._description_string(self.env),
            )
        )

    @api.model
    def _get_own_value(self, record, field_name):
        name = OWN_FIELDS.get(record._name, {}).get(field_name)
        return name and record[name]

    def _run_email(self, record):
        partner = self._get_contact(record, 'email') if self.recipient == 'contact' else record.env['res.partner']
        if self.recipient == 'address' or self.recipient == 'contact' and not partner:
            address = self.email_to if self.recipient == 'address' else self._get_own_value(record, 'email')
            letter = self._prepare_letter(record)
            # sudo - ir.attachment: Odoo would run a command of the e-mail with the rights of whoever set off the rule.
            files_sudo = (
                record.env['ir.attachment']
                .sudo()
                .create(
                    [
                        {'name': name, 'raw': content, 'res_model': 'mail.message'}
                        for name, content in letter['attachments']
                    ]
                )
            )
            # sudo - mail.mail: the queue is for administrators; the owner writes as in the composer.
            record.env['mail.mail'].sudo().create(
                {
                    'email_to': email_normalize(address, strict=False),
                    'email_from': record.env.user.email_formatted,
                    'subject': letter['subject'],
                    'body_html': letter['body'],
                    'model': record._name,
                    'res_id': record.id,
                    'author_id': record.env.user.partner_id.id,
                    # The trace on the record is for colleagues.
                    'is_internal': True,
                    'subtype_id': record.env.ref('mail.mt_note').id,
                    'headers': repr(AUTOMATIC_HEADERS),
                    'attachment_ids': [Command.set(files_sudo.ids)],
                }
            )
            return self.env._("E-mail to %(recipient)s", recipient=address)
        if self.recipient == 'person':
            partner = self._get_person(record).partner_id
            if not partner.email:
                raise UserError(self.env._("%(person)s has no e-mail address.", person=partner.name))
        letter = self.with_context(lang=partner.lang or self.env.lang)._prepare_letter(record)
        record.message_post(
            **letter,
            partner_ids=partner.ids,
            message_type='comment',
            # What goes to a colleague is a note: a client who follows the record finds it nowhere.
            subtype_xmlid='mail.mt_note' if self.recipient == 'person' else 'mail.mt_comment',
            notify_skip_followers=True,
            notify_author_mention=True,
            mail_headers=AUTOMATIC_HEADERS,
        )
        return self.env._("E-mail to %(recipient)s", recipient=partner.email_formatted)

    def _prepare_letter(self, record):
        """Return subject, body and attachments of the letter about a record."""
        if not self.template_id:
            return {
                'subject': self.subject,
                'body': plaintext2html(self.text),
                'attachments': [],
            }
        template = self.template_id.with_env(record.env)
        rendered = template._generate_template(
            record.ids, {'attachment_ids', 'body_html', 'report_template_ids', 'subject'}
        )[record.id]
        return {
            'subject': rendered['subject'],
            'body': rendered['body_html'],
            'attachments': [
                *((name, b64decode(content)) for name, content in rendered.get('attachments', [])),
                # sudo - ir.attachment: the files of a template go along with each letter.
                *((file.name, file.raw) for file in template.sudo().attachment_ids),
            ],
        }

    def _run_sms_client(self, record):
        if contact := self._get_contact(record, 'phone'):
            return self._send_sms(record, contact)
        return self._send_sms(record, contact, self._get_own_value(record, 'phone'))

    def _run_sms_person(self, record):
        person = self._get_person(record).partner_id
        if not person.phone:
            raise UserError(self.env._("%(person)s has no phone number.", person=person.name))
        return self._send_sms(record, person)

    def _send_sms(self, record, partner, phone=None):
        """Send the text of the action to a contact; the module of a provider may override this.

        :param record: in the environment of the owner of the rule
        :param partner: a contact with a phone number, or nobody
        :param str phone: the number of the record itself, where it has no contact yet
        :return: what was done, in words
        """
        name = partner.name or record.display_name
        number = partner._phone_format(fname='phone') if partner else record._phone_format(number=phone)
        if not number:
            raise UserError(
                self.env._(
                    "The number %(phone)s of %(person)s cannot be dialled.",
                    phone=phone or partner.phone,
                    person=name,
                )
            )
        # sudo - sms.sms: the queue is for administrators.
        record.env['sms.sms'].sudo().create({'number': number, 'body': self.text, 'partner_id': partner.id})
        return self.env._("SMS to %(person)s", person=name)

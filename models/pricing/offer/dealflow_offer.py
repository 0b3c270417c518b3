from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ....tools.public_methods import public_method

# The seconds for which a letter is withheld, so that it can be taken back.
UNDO_SECONDS = 10

KINDS = [
    ('offer', "Commercial offer"),
    ('proforma', "Invoice to pay (proforma)"),
    ('invoice', "Posted invoice"),
]
NEXT_STEP = 'dealflow.mail_activity_type_offer'
# The report that is attached, the template of the letter and the context of Odoo's own dialog, by kind.
TEMPLATES = {
    'offer': 'dealflow.mail_template_sale_order_offer',
    'proforma': 'dealflow.mail_template_sale_order_proforma',
}


class DealflowOffer(models.Model):
    """One use of the price form: from opening it to the letter in the client's mailbox (C15, C24 to C26).

    The row is made when the form is opened, so that forms left without an offer count in the report too. Only the price
    form writes these rows. An offer whose letter has not left is found by the filter «Letter not sent».
    """

    _name = 'dealflow.offer'
    _description = "Commercial Offer"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'opened_on desc, id desc'
    _check_company_auto = True
    _rec_name = 'order_id'

    user_id = fields.Many2one('res.users', string="Salesperson", required=True, index=True, ondelete='restrict')
    team_id = fields.Many2one('crm.team', string="Sales Team", index='btree_not_null', ondelete='set null')
    company_id = fields.Many2one('res.company', required=True, index=True, ondelete='cascade')
    business_partner_id = fields.Many2one(
        'res.partner', string="Partner", index='btree_not_null', ondelete='set null', help="The client of the offer."
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        index='btree_not_null',
        ondelete='set null',
        help="To whom the order is made out.",
    )
    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', ondelete='set null')
    order_id = fields.Many2one('sale.order', index='btree_not_null', ondelete='cascade')
    invoice_id = fields.Many2one('account.move', index='btree_not_null', ondelete='set null')
    amount = fields.Monetary(related='order_id.amount_total', string="Total")
    currency_id = fields.Many2one(related='order_id.currency_id')
    kind = fields.Selection(KINDS, help="What the client gets.")
    state = fields.Selection(
        [
            ('left', "No offer made"),
            ('waiting', "Letter not sent"),
            ('queued', "Sent"),
        ],
        default='left',
        required=True,
        index=True,
        string="Status",
    )
    opened_on = fields.Datetime(
        string="Form Opened", required=True, default=lambda self: self.env.cr.now(), help="When the form was opened."
    )
    ordered_on = fields.Datetime(string="Order Made", help="When the order was made.")
    queued_on = fields.Datetime(string="Sent", help="When the letter went into the queue of outgoing mail.")
    seconds = fields.Integer(
        string="Seconds to Letter",
        compute='_compute_seconds',
        store=True,
        aggregator='avg',
        help="From opening the form to the letter in the queue. Of several offers, the median of those sent.",
    )
    sent_count = fields.Integer(string="Offers Sent", compute='_compute_seconds', store=True)
    key = fields.Char(
        export_string_translation=False, help="Names a form for its caller: opened again under it, it is the same form."
    )
    # A dialog of Odoo's, which is deleted after some time, so there is no foreign key to it.
    letter_number = fields.Integer(aggregator=None, export_string_translation=False)
    message_id = fields.Many2one('mail.message', index='btree_not_null', ondelete='set null')
    has_marked_order = fields.Boolean(
        export_string_translation=False, help="Sending turned the quotation from draft to sent."
    )
    has_failed = fields.Boolean(
        string="Letter Not Delivered", compute='_compute_has_failed', search='_search_has_failed'
    )

    @api.depends('opened_on', 'queued_on')
    def _compute_seconds(self):
        for offer in self:
            passed = offer.queued_on - offer.opened_on if offer.queued_on else timedelta()
            offer.seconds = passed.total_seconds()
            offer.sent_count = 1 if offer.queued_on else 0

    def _read_group_select(self, aggregate_spec, query):
        """Compute the median of the offers sent instead of a mean: one form left open over lunch would spoil it."""
        if aggregate_spec != 'seconds:avg':
            return super()._read_group_select(aggregate_spec, query)
        seconds = self._field_to_sql(self._table, 'seconds', query)
        queued_on = self._field_to_sql(self._table, 'queued_on', query)
        return SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s) FILTER (WHERE %s IS NOT NULL)", seconds, queued_on)

    @api.depends('message_id.notification_ids.notification_status')
    def _compute_has_failed(self):
        for offer in self:
            # sudo - mail.message: whether the mail server has refused the letter concerns all who see the offer.
            notifications = offer.sudo().message_id.notification_ids
            offer.has_failed = any(
                notification.notification_status in ('exception', 'bounce') for notification in notifications
            )

    @api.model
    def _search_has_failed(self, operator, value):
        if operator != 'in':
            return NotImplemented
        failed = Domain('message_id.notification_ids.notification_status', 'in', ['exception', 'bounce'])
        return failed if True in value else ~failed

    _key_unique = models.UniqueIndex("(user_id, key) WHERE key IS NOT NULL", "A form is opened once under its key.")

    # Odoo's names of records

    @api.depends('order_id', 'kind')
    def _compute_display_name(self):
        labels = self._dealflow_get_value_labels('kind')
        for offer in self:
            offer.display_name = " ".join(filter(None, (labels.get(offer.kind), offer.order_id.name))) or self.env._(
                "Price form"
            )

    def _record(self, **values):
        """Write what the price form has done: nobody writes these rows by hand."""
        # sudo - dealflow.offer: the caller has checked what the person may do.
        self.sudo().write(values)

    # The letter

    def _serialize(self):
        """Let one transaction at a time go on with an offer: a second click waits, and finds what the first one did."""
        self.env.cr.execute(SQL("UPDATE dealflow_offer SET write_date = write_date WHERE id IN %s", tuple(self.ids)))
        self.invalidate_recordset()

    def _get_template(self):
        self.ensure_one()
        return self.env.ref(TEMPLATES[self.kind])

    def _prepare_letter(self):
        """Render the letter with its PDF and return it for the screen, in the language of its recipient.

        Odoo's own dialog for e-mails does the work, so what other modules add to quotations stays.

        :return: ``id`` of the ``mail.compose.message``, ``recipients``, ``subject``, ``body``, ``attachments`` and
            ``warnings``
        :rtype: dict
        """
        self.ensure_one()
        composer = self._find_letter()
        if not composer:
            self._get_document()._dealflow_put_stamps()
            composer = self.env['mail.compose.message'].with_context(**self._get_composer_context()).create({})
            self._record(letter_number=composer.id)
        order = self.order_id
        return {
            'id': composer.id,
            'offer_id': self.id,
            'order_id': order.id,
            'order': order.name,
            'recipients': [
                {'id': partner.id, 'name': partner.display_name, 'email': partner.email_normalized or False}
                for partner in composer.partner_ids
            ],
            'subject': composer.subject or '',
            'body': composer.body or '',
            'attachments': [{'id': attachment.id, 'name': attachment.name} for attachment in composer.attachment_ids],
            'warnings': [warning for warning in (order.requisites_warning, order.partner_credit_warning) if warning],
        }

    def _find_letter(self):
        """Return the letter that was rendered for this person before, if nothing has changed since."""
        letter = self.env['mail.compose.message'].browse(self.letter_number or ()).exists()
        document = self._get_document()
        changed = max([document.write_date, *self.order_id.order_line.mapped('write_date')])
        is_valid = letter and letter.create_uid == self.env.user and letter.create_date >= changed
        return letter if is_valid else letter.browse()

    def _get_document(self):
        return self.invoice_id or self.order_id

    def _get_composer_context(self):
        """Return the context of Odoo's dialog for e-mails, with the template of the price form."""
        if self.kind == 'invoice':
            receiver = self.order_id.dealflow_contact_id or self.invoice_id.partner_id
            return {
                'default_model': 'account.move',
                'default_res_ids': self.invoice_id.ids,
                'default_composition_mode': 'comment',
                'default_template_id': self.invoice_id._get_mail_template().id,
                'default_attachment_ids': [Command.set(self.invoice_id.invoice_pdf_report_id.ids)],
                'default_partner_ids': [Command.set(receiver.ids)],
            }
        order = self.order_id.with_context(proforma=self.kind == 'proforma')
        # Odoo asks an administrator for the layout of documents first; the price form does not.
        context = order.with_context(check_document_layout=False).action_quotation_send()['context']
        return {**context, 'default_template_id': self._get_template().id, 'mark_so_as_sent': True}

    def _send_letter(self, composer, values):
        """Post the letter on the order; it leaves after :data:`UNDO_SECONDS` and can be withheld until then.

        Sent twice, it leaves once.

        :param composer: the ``mail.compose.message`` of :meth:`_prepare_letter`
        :param dict values: ``subject``, ``body`` (HTML) and ``recipient_ids``, if the person has changed them
        :raise UserError: nobody can receive it, or the letter belongs to another order
        """
        self.ensure_one()
        self._serialize()
        if self.state == 'queued':
            return
        document = self._get_document()
        if composer.model != document._name or composer._evaluate_res_ids() != document.ids:
            raise UserError(
                self.env._(
                    "This letter does not belong to %(order)s. Close it, and send the offer from the order.",
                    order=document.name,
                )
            )
        if composer != self._find_letter():
            raise UserError(
                self.env._(
                    "%(order)s was changed after this letter was written. Look at the new letter, and send that one.",
                    order=document.name,
                )
            )
        self._take_over(composer, values)
        self._check_recipients(composer.partner_ids)
        was_draft = self.order_id.state == 'draft'
        now = self.env.cr.now().replace(microsecond=0)
        composer.scheduled_date = fields.Datetime.to_string(now + timedelta(seconds=UNDO_SECONDS))
        _mails, message = composer.with_context(**self._get_composer_context())._action_send_mail()
        self._record(
            state='queued',
            queued_on=now,
            message_id=message.id,
            has_marked_order=was_draft and self.order_id.state == 'sent',
        )
        self._plan_next_step()

    def _take_over(self, composer, values):
        for name in ('subject', 'body'):
            if values.get(name):
                composer[name] = values[name]
        if values.get('recipient_ids'):
            composer.partner_ids = [Command.set(values['recipient_ids'])]

    def _check_recipients(self, partners):
        """Refuse to send a letter that would not arrive anywhere.

        :raise UserError: there is no recipient, or one has no e-mail
        """
        if not partners:
            raise UserError(
                self.env._("Nobody receives the offer %(order)s. Choose a contact.", order=self.order_id.name)
            )
        for partner in partners:
            if not partner.email_normalized:
                raise UserError(
                    self.env._(
                        "%(contact)s has no valid e-mail: “%(email)s”. Correct it on the contact, or choose another "
                        "one.",
                        contact=partner.display_name,
                        email=partner.email or '',
                    )
                )

    def _plan_next_step(self):
        """Plan to ask the client about the offer: one task for each deal, moved when another offer is sent."""
        days = self.company_id.dealflow_offer_follow_up_days
        if days <= 0:
            return
        record = self.deal_id if self.deal_id.has_access('write') else self.order_id
        record = record or self.order_id
        day = self.user_id._dealflow_get_today() + timedelta(days=days)
        day = self.company_id._dealflow_get_next_working_day(day)
        summary = self._get_next_step_summary()
        planned = record.activity_search([NEXT_STEP], user_id=self.user_id.id)
        if planned:
            planned.write({'summary': summary, 'date_deadline': day})
        else:
            record.activity_schedule(NEXT_STEP, day, summary=summary, user_id=self.user_id.id)

    def _get_next_step_summary(self):
        return self.env._("Ask about the offer %(order)s", order=self.order_id.name)

    def _drop_next_step(self):
        """Take back the plan to ask about an offer that was withheld."""
        for record in (self.deal_id, self.order_id):
            # sudo - mail.activity: the step that the letter has planned, for the person who sent it.
            steps = record.sudo().activity_search([NEXT_STEP], user_id=self.user_id.id) if record else ()
            for step in steps:
                if step.summary == self._get_next_step_summary():
                    step.unlink()

    def _get_schedule(self):
        # sudo - mail.message.schedule: the queue belongs to the system; the offer is this user's.
        return self.env['mail.message.schedule'].sudo().search([('mail_message_id', 'in', self.message_id.ids)])

    @public_method(one=True)
    def action_withhold(self):
        """Take a letter back that has not left yet (C24); the order stays, and keeps its number.

        Calling it twice withholds it once.

        :raise UserError: the letter has left
        """
        self._check_own()
        self._serialize()
        if self.state == 'waiting':
            return
        schedule = self._get_schedule()
        if not schedule:
            raise UserError(
                self.env._(
                    "The letter of %(order)s has left already. Write to the client, or send a corrected offer.",
                    order=self.order_id.name,
                )
            )
        # sudo - mail.message: the letter was never delivered to anybody.
        message = self.sudo().message_id
        was_marked = self.has_marked_order
        # The files of the letter go with it.
        self._record(state='waiting', queued_on=False, message_id=False, has_marked_order=False, letter_number=False)
        schedule.unlink()
        # The PDF of a posted invoice is the invoice's own, and stays.
        (message.attachment_ids - self.sudo().invoice_id.invoice_pdf_report_id).unlink()
        message.unlink()
        if was_marked and self.order_id.state == 'sent':
            self.order_id.with_context(tracking_disable=True).state = 'draft'
        self._drop_next_step()
        self.order_id._message_log(body=self.env._("The letter with the offer was withheld."))

    @public_method(one=True)
    def action_release(self):
        """Let a letter leave now, after the time in which it can be withheld; the queue does it later otherwise."""
        self._check_own()
        schedule = self._get_schedule()
        if schedule and schedule.scheduled_datetime <= fields.Datetime.now():
            schedule.force_send()

    def _check_own(self):
        """Refuse what only the writer of an offer, or somebody who may change its order, may do."""
        self.order_id.check_access('write')

    @public_method(one=True)
    def action_open(self):
        """Open the order of the offer.

        :raise UserError: the form was left before an order was made
        """
        if not self.order_id:
            raise UserError(
                self.env._("The price form was left before an order was made, so there is nothing to open.")
            )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'sale.order',
            'view_mode': 'form',
            'res_id': self.order_id.id,
        }

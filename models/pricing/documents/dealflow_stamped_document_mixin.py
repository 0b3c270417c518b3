import hashlib
import json
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Command

from ....tools.amounts_in_words import say_amount

# Documents that are being sent in this transaction, and the stamps on them. It lives with the cursor, so that no client
# and no context can name a document here.
SENDING = 'dealflow_documents_being_sent'


class DealflowStampedDocumentMixin(models.AbstractModel):
    """A document that carries stamps and signatures of its company once it has been sent (C25).

    Who sends it puts those that they have the right to. They hold for exactly the content that was sent: after a change
    the document is printed without them, until it is sent again.
    """

    _name = 'dealflow.stamped.document.mixin'
    _description = "Document with Stamps"
    _inherit = 'dealflow.derived.values.mixin'
    _dealflow_code_only_fields = ('dealflow_stamp_ids', 'dealflow_stamp_fingerprint')

    dealflow_stamp_ids = fields.Many2many(
        'dealflow.stamp',
        string="Stamps and Signatures",
        copy=False,
        readonly=True,
        groups='base.group_user',
        help="Put by who sent the document. They are printed as long as it stays as it was sent.",
    )
    dealflow_stamp_fingerprint = fields.Char(
        copy=False, readonly=True, prefetch='dealflow', groups='base.group_user', export_string_translation=False
    )
    dealflow_stamp_names = fields.Char(
        string="Stamped",
        compute='_compute_dealflow_stamp_names',
        compute_sudo=True,
        groups='base.group_user',
        help="What is printed on the document now. A change of its content takes it away until it is sent again.",
    )

    @api.depends('dealflow_stamp_ids', 'dealflow_stamp_fingerprint', 'state')
    def _compute_dealflow_stamp_names(self):
        for document in self:
            document.dealflow_stamp_names = ', '.join(document._dealflow_get_valid_stamps().mapped('name'))

    @api.model
    def _dealflow_get_stamped_models(self):
        """Return the names of the models whose documents are stamped."""
        return ['sale.order', 'account.move']

    def _dealflow_is_issued(self):
        """Return whether the document has left the state of a draft and is not cancelled."""
        raise NotImplementedError

    def _dealflow_is_cancelled(self):
        self.ensure_one()
        return self.state == 'cancel'

    def _dealflow_get_stamped_content(self):
        """Return what the stamps of the document certify, as data that JSON can hold."""
        raise NotImplementedError

    def _dealflow_get_content_fingerprint(self):
        self.ensure_one()
        content = json.dumps(self._dealflow_get_stamped_content(), sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()

    def _dealflow_put_stamps(self):
        """Put the stamps and signatures that the current user may use on documents that are about to be sent (C25).

        Call it right before the PDF is rendered, in the same transaction: until its end the documents show them, even
        while they are still drafts. Afterwards a draft shows none. Who may use none leaves those that stand on
        unchanged documents already.
        """
        # sudo - sale.order, account.move: whoever may send a document need not be allowed to change it.
        for document in self.sudo():
            if document._dealflow_is_cancelled():
                continue
            stamps = document._dealflow_get_stamps_to_send()
            fingerprint = bool(stamps) and document._dealflow_get_content_fingerprint()
            if document._dealflow_read_stamps() != stamps or document.dealflow_stamp_fingerprint != fingerprint:
                document._dealflow_set_derived(
                    {'dealflow_stamp_ids': [Command.set(stamps.ids)], 'dealflow_stamp_fingerprint': fingerprint}
                )
            self._dealflow_get_sending()[document._name, document.id] = stamps._ids

    @contextmanager
    def _dealflow_sending(self):
        """Render documents inside as they would be sent by the current user; nothing is written.

        For letters that the user still looks at, and may throw away.
        """
        sending = self._dealflow_get_sending()
        before = dict(sending)
        for document in self:
            sending[document._name, document.id] = document._dealflow_get_stamps_to_send()._ids
        try:
            yield
        finally:
            sending.clear()
            sending.update(before)

    @api.model
    def _dealflow_get_sending(self):
        """Return the ids of the stamps of the documents that are being sent, by name of the model and id."""
        return self.env.cr.cache.setdefault(SENDING, {})

    def _dealflow_get_stamps_to_send(self):
        """Return the stamps that the document gets when the current user sends it, with elevated rights."""
        self.ensure_one()
        usable = self.env['dealflow.stamp']._get_usable(self.company_id)
        return usable or self._dealflow_get_stamps_of_content()

    def _dealflow_get_stamps_of_content(self):
        """Return the stamps that were put on the document as it is now, with elevated rights."""
        self.ensure_one()
        document_sudo = self.sudo()
        stamps = document_sudo._dealflow_read_stamps().filtered('active')
        if stamps and document_sudo.dealflow_stamp_fingerprint != document_sudo._dealflow_get_content_fingerprint():
            return stamps.browse()
        return stamps

    def _dealflow_read_stamps(self):
        """Return all stamps of the document; the cache may hold only those that its reader may see."""
        self.ensure_one()
        self.invalidate_recordset(['dealflow_stamp_ids'])
        return self.dealflow_stamp_ids

    def _dealflow_get_valid_stamps(self):
        """Return the stamps that a print of the document shows, with elevated rights: none on drafts."""
        self.ensure_one()
        if self._dealflow_is_issued():
            return self._dealflow_get_stamps_of_content()
        return self.env['dealflow.stamp'].sudo()

    def _dealflow_get_shown_stamps(self):
        """Return the stamps for the PDF, with elevated rights: also those of a document that is just being sent."""
        self.ensure_one()
        stamp_ids = self._dealflow_get_sending().get((self._name, self.id))
        if stamp_ids is not None and not self._dealflow_is_cancelled():
            # sudo - dealflow.stamp: who gets the document sees its stamps.
            return self.env['dealflow.stamp'].sudo().browse(stamp_ids)
        return self._dealflow_get_valid_stamps()

    def _dealflow_get_amount_in_words(self):
        """Return the total in words, in the language of the environment; empty where the company wants none.

        It is empty as well where the words would be wrong, see :mod:`tools.amounts_in_words`.
        """
        self.ensure_one()
        # sudo - res.company: a setting; clients who print the document may not read it.
        if not self.company_id.sudo().dealflow_amount_in_words:
            return ''
        return say_amount(self.amount_total, self.currency_id.name, self.env.lang or 'en_US')

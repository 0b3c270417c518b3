import logging

from markupsafe import Markup

from odoo import api, models
from odoo.tools import email_normalize_all, email_split, html2plaintext
from odoo.tools.mail import decode_message_header

from ...tools.quoted_history import mark_history

_logger = logging.getLogger(__name__)

# Local parts of addresses that only programs send from.
MACHINES = ('mailer-daemon', 'postmaster')
# Headers that mark automatic replies, besides Auto-Submitted (RFC 3834).
MACHINE_HEADERS = ('X-Autoreply', 'X-Autorespond', 'X-Autoresponder', 'X-Failed-Recipients')


class MailThread(models.AbstractModel):
    """Keeps automatic e-mails from changing claims and setting off rules, and hides the quoted history of all others.

    Context switches: ``dealflow_automatic_email``: the incoming e-mail was sent by a program.
    """

    _inherit = 'mail.thread'

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Attach automatic e-mails to the record that they answer, and open no claim for the rest.

        An absence note, a request to verify the sender or a failed delivery is not a claim, and answering it
        automatically would never end.
        """
        claims = [route for route in routes or () if route[0] == 'dealflow.claim']
        if routes and self._dealflow_is_automatic_email(message, message_dict):
            self = self.with_context(dealflow_automatic_email=True)
            opening = [route for route in claims if not route[1]]
            if opening:
                _logger.info(
                    'Ignored mail from %s with Message-Id %s: sent by a program, it opens no claim',
                    message_dict.get('email_from'),
                    message_dict.get('message_id'),
                )
                routes = [route for route in routes if route not in opening]
        elif claims:
            # The earlier messages of the claim show which part of an answer is quoted history.
            claim = self.env['dealflow.claim'].browse([route[1] for route in claims if route[1]][:1])
            self._dealflow_mark_quoted_history(message_dict, claim)
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _dealflow_is_automatic_email(self, message, message_dict):
        """Return whether an e-mail was sent by a program, as far as its headers and its sender show."""

        def read(header):
            return (decode_message_header(message, header) or '').strip().lower()

        sender = (email_split(message_dict.get('email_from') or '') or [''])[0].lower()
        return (
            read('Auto-Submitted').split(';')[0].strip() not in ('', 'no')
            or read('Precedence') in ('bulk', 'junk', 'auto_reply')
            # Failed deliveries and other e-mails not to be answered have an empty return path (RFC 5321).
            or read('Return-Path') == '<>'
            or any(header in message for header in MACHINE_HEADERS)
            or sender.partition('@')[0] in MACHINES
        )

    @api.model
    def _dealflow_mark_quoted_history(self, message_dict, claim):
        """Mark the quoted history in an incoming e-mail, which the thread then shows behind «more».

        :param dict message_dict: the e-mail as parsed by Odoo
        :param claim: the claim that it answers; empty when it opens one
        """
        # sudo - mail.message: incoming e-mails have no user.
        messages = claim.sudo().message_ids
        known = [html2plaintext(body, include_references=False) for body in messages.mapped('body') if body]
        body = mark_history(
            message_dict.get('body'),
            message_dict.get('subject'),
            [claim.sudo().name, *known, *self._dealflow_get_email_layout_texts()] if claim else None,
            lambda line: self._dealflow_is_own_sender_line(line, messages),
        )
        # Odoo has sanitized the body, and would escape a plain string.
        message_dict['body'] = body and Markup(body)  # noqa: S704

    @api.model
    def _dealflow_get_email_layout_texts(self):
        """Return the texts that Odoo puts around outgoing e-mails, which need not be read again."""
        companies = self.env['res.company'].sudo().search([])
        around = [text for each in companies for text in (each.name, each.email, each.website, each.phone)]
        return [text for text in around if text] + ["Powered by Odoo"]

    @api.model
    def _dealflow_is_own_sender_line(self, line, messages):
        """Return whether the line «From: …» of a quoted e-mail names our address, or a user who has written here."""
        addresses = email_normalize_all(line)
        if addresses:
            domains = self.env['mail.alias.domain'].sudo().search([]).mapped('name')
            users = self.env['res.users'].sudo().with_context(active_test=False)
            of_user = [('share', '=', False), ('partner_id.email_normalized', 'in', addresses)]
            return any(address.partition('@')[2] in domains for address in addresses) or bool(
                users.search_count(of_user, limit=1)
            )
        names = messages.author_id.filtered(lambda author: not author.partner_share).mapped('name')
        return any(name and name in line for name in names)

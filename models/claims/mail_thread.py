import logging

from odoo import api, models
from odoo.tools import email_split
from odoo.tools.mail import decode_message_header

_logger = logging.getLogger(__name__)

# Senders that no person writes as.
MACHINES = ('mailer-daemon', 'postmaster')
# Headers by which the programs tell that answer by themselves, beside Auto-Submitted (RFC 3834).
MACHINE_HEADERS = ('X-Autoreply', 'X-Autorespond', 'X-Autoresponder', 'X-Failed-Recipients')


class MailThread(models.AbstractModel):
    """Letters that no person has written do nothing to claims.

    Context switches: ``dealflow_letter_of_machine``: the letter that comes in was sent by a program.
    """

    _inherit = 'mail.thread'

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Keep what programs write with the claim that it answers, and open no claim for the rest.

        An absence note, a challenge to prove that one is a person or a failed delivery is no claim, and a claim that
        answers it by itself would go on for ever.
        """
        claims = [route for route in routes or () if route[0] == 'dealflow.claim']
        if claims and self._is_letter_of_machine(message, message_dict):
            self = self.with_context(dealflow_letter_of_machine=True)
            opening = [route for route in claims if not route[1]]
            if opening:
                _logger.info(
                    'Ignored mail from %s with Message-Id %s: sent by a program, it opens no claim',
                    message_dict.get('email_from'),
                    message_dict.get('message_id'),
                )
                routes = [route for route in routes if route not in opening]
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _is_letter_of_machine(self, message, message_dict):
        """Whether a program has sent a letter, as far as the letter tells."""

        def read(header):
            return (decode_message_header(message, header) or '').strip().lower()

        sender = (email_split(message_dict.get('email_from') or '') or [''])[0].lower()
        return (
            read('Auto-Submitted').split(';')[0].strip() not in ('', 'no')
            or read('Precedence') in ('bulk', 'junk', 'auto_reply')
            # Failed deliveries, and whatever else is not to be answered, come from nobody (RFC 5321).
            or read('Return-Path') == '<>'
            or any(header in message for header in MACHINE_HEADERS)
            or sender.partition('@')[0] in MACHINES
        )

from odoo import api, models
from odoo.exceptions import UserError

from .....tools.public_methods import TEXT, id_of, ids_of, option_keys, public_method
from ..dealflow_offer import UNDO_SECONDS


class DealflowPriceForm(models.AbstractModel):
    """The letter with the offer and its PDF, withheld for ten seconds (C25, C26)."""

    _inherit = 'dealflow.price.form'

    def _get_letter_kinds(self):
        """Return the kinds of the values of :meth:`send_letter`, by key."""
        return {'subject': TEXT, 'body': TEXT, 'recipient_ids': ids_of('res.partner')}

    @api.model
    @public_method(order_id=id_of('sale.order'))
    def get_letter(self, order_id):
        """Return the letter of an order whose offer has not left: it was not sent, was withheld or came back.

        :return: ``offer_id``, ``id`` of the letter, ``order``, ``recipients``, ``subject``, ``body`` (HTML),
            ``attachments`` and ``warnings``
        :rtype: dict
        :raise UserError: the order has no such offer
        """
        order = self.env['sale.order'].browse(order_id)
        order.check_access('write')
        offer = order.dealflow_offer_ids.sorted('id')[-1:]
        if offer.has_failed:
            offer._record(state='waiting', queued_on=False, message_id=False)
        if offer.state != 'waiting':
            raise UserError(
                self.env._(
                    "There is no unsent offer on %(order)s. Open the price form for a new one.", order=order.name
                )
            )
        return offer._prepare_letter()

    @api.model
    @public_method(
        offer_id=id_of('dealflow.offer'),
        letter_id=id_of('mail.compose.message'),
        values=option_keys('_get_letter_kinds'),
    )
    def send_letter(self, offer_id, letter_id, values=None):
        """Send the letter of an offer; it leaves after ten seconds and can be withheld until then (C24, C26).

        Called twice, it is sent once.

        :param int letter_id: ``id`` of the letter
        :param dict values: ``subject``, ``body`` (HTML) and ``recipient_ids``, where the person has changed them
        :return: ``order``, ``seconds`` from opening the form to now, and ``undo_seconds``
        :rtype: dict
        :raise UserError: a recipient has no e-mail, or a rule of the company refuses the order
        """
        return self._send(self._browse_own(offer_id), letter_id, values or {})

    def _send(self, offer, letter_id, values):
        offer._send_letter(self.env['mail.compose.message'].browse(letter_id), values)
        return {
            'is_sent': True,
            'order': offer.order_id.name,
            'seconds': offer.seconds,
            'undo_seconds': UNDO_SECONDS,
        }

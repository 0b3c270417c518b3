from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ....tools.public_methods import TEXT, id_of, public_method


class DealflowReceipt(models.Model):
    """Questions about receipts: activities of the users who are asked, whose answers stay on the receipt (E39)."""

    _inherit = 'dealflow.receipt'

    question_ids = fields.One2many(
        'mail.activity',
        'res_id',
        string="Questions",
        context={'active_test': False},
        domain=lambda self: self._get_questions_domain(),
    )

    @public_method(user_id=id_of('res.users'), question=TEXT)
    def action_ask_question(self, user_id, question):
        """Ask a user about the receipts: they get an activity with the question, the answer stays on the receipt (E39).

        :param int user_id: id of the ``res.users`` who should answer
        :param str question: the question
        :return: True
        :raise UserError: no question, no user, the user may not see the receipt, or has the same question already
        """
        user = self.env['res.users'].browse(user_id or ())
        if not user:
            raise UserError(self.env._("Choose whom to ask."))
        if not (question or '').strip():
            raise UserError(self.env._("Write the question for %(user)s.", user=user.name))
        # With the companies of the user who is asked, not those of the user who asks.
        if not self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids).has_access('read'):
            raise UserError(
                self.env._(
                    "%(user)s may not see the receipt “%(receipt)s” and could not answer. "
                    "Ask somebody who works on the deal.",
                    user=user.name,
                    receipt=self[:1].name,
                )
            )
        self.check_access('read')
        self._check_not_asked(user, question.strip())
        # sudo - mail.activity: users who see a receipt may ask about it, even if they may not change it.
        for receipt_sudo in self.sudo():
            receipt_sudo.activity_schedule(
                'dealflow.mail_activity_type_receipt_question',
                date_deadline=user._dealflow_get_today(),
                summary=question.strip().splitlines()[0][:100],
                note=question.strip(),
                user_id=user.id,
            )
        # The user who asks gets the answer through the chatter.
        self.sudo().message_subscribe(partner_ids=self.env.user.partner_id.ids)
        return True

    def _check_not_asked(self, user, question):
        """Refuse a question that the user already has and has not answered yet.

        :raise UserError: the same question is still open
        """
        asked_sudo = (
            self.env['mail.activity']
            # sudo - mail.activity: all open questions on the receipts, also those that the user may not see.
            .sudo()
            .search([*self._get_questions_domain(), ('res_id', 'in', self.ids), ('user_id', '=', user.id)])
        )
        for activity_sudo in asked_sudo:
            if html2plaintext(activity_sudo.note or '').split() == question.split():
                raise UserError(
                    self.env._(
                        "%(user)s has this question about the receipt “%(receipt)s” already, and has not answered yet.",
                        user=user.name,
                        receipt=activity_sudo.res_name,
                    )
                )

    @public_method()
    def action_open_question(self):
        return self._get_dialog_action('dealflow.dealflow_receipt_question_action')

    @api.model
    def _get_questions_domain(self):
        question_type = self.env.ref('dealflow.mail_activity_type_receipt_question', raise_if_not_found=False)
        return [('res_model', '=', self._name), ('activity_type_id', '=', question_type.id if question_type else 0)]

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

# What a client writes beside the signature is a remark, no document.
LONGEST_WORDS = 2000
# What may stop an order that the client has accepted: the gates, and whatever other modules demand of orders.
REFUSALS = (UserError, RedirectWarning)


class SaleOrder(models.Model):
    """Keeps what a client accepts online, whether or not the order can be confirmed at once (C78).

    An expired offer and one that a gate refuses wait for the salesperson, with the signature of the client.
    """

    _inherit = 'sale.order'
    _dealflow_code_only_fields = ('dealflow_acceptance_words', 'dealflow_acceptance_problem')

    dealflow_acceptance_words = fields.Text(
        string="Client's Words",
        copy=False,
        readonly=True,
        prefetch='dealflow',
        groups='base.group_user',
        help="What the client wrote when accepting the offer online.",
    )
    dealflow_acceptance_problem = fields.Text(
        string="Accepted, but",
        copy=False,
        readonly=True,
        prefetch='dealflow',
        groups='base.group_user',
        help="Why the order was not confirmed when the client accepted it.",
    )

    def action_draft(self):
        result = super().action_draft()
        self._dealflow_forget_acceptance()
        return result

    def _dealflow_forget_acceptance(self):
        accepted = self.filtered(lambda order: order.dealflow_acceptance_problem or order.dealflow_acceptance_words)
        accepted._dealflow_set_derived({'dealflow_acceptance_problem': False, 'dealflow_acceptance_words': False})

    def _dealflow_can_be_accepted_late(self):
        """Return whether the client may still accept the offer although it has expired: then the order waits."""
        self.ensure_one()
        return bool(
            self.state in ('draft', 'sent')
            and self.is_expired
            and (self.require_signature or self.require_payment)
            and not self.signature
            and self.order_line
        )

    def _dealflow_is_acceptance_waiting(self):
        """Return whether the client has accepted the offer and the salesperson has still to confirm it."""
        self.ensure_one()
        return self.state in ('draft', 'sent') and bool(self.sudo().dealflow_acceptance_problem)

    def _dealflow_takes_late_acceptance(self):
        """Return whether an expired offer has been accepted, or still can be: then Odoo's refusal would be untrue."""
        self.ensure_one()
        return self._dealflow_is_acceptance_waiting() or self._dealflow_can_be_accepted_late()

    def _dealflow_explain_expiry(self):
        """Return why an order waits that the client accepted too late."""
        self.ensure_one()
        env = self._dealflow_with_acceptance_lang().env
        return env._("The offer was valid until %(date)s only.", date=format_date(env, self.validity_date))

    def _dealflow_with_acceptance_lang(self):
        """Return the order in the language of whoever works on it: the page of the client may be in another."""
        self.ensure_one()
        return self.with_context(lang=self._dealflow_get_acceptance_user().lang or self.env.lang)

    def _dealflow_explain_refusal(self, error):
        """Return why the order cannot be confirmed, in the language of whoever works on it.

        :param Exception error: the refusal, in the language of the client
        :rtype: str
        """
        order = self._dealflow_with_acceptance_lang()
        if order.env.lang == self.env.lang:
            return error.args[0]
        try:
            with self.env.cr.savepoint():
                order._validate_order()
                # What was refused once stays refused, and is undone.
                raise error
        except REFUSALS as refusal:
            return refusal.args[0]

    def _dealflow_keep_words(self, words):
        """Keep what the client writes beside the signature; what is too long is cut."""
        self.ensure_one()
        self._dealflow_set_derived({'dealflow_acceptance_words': str(words or '').strip()[:LONGEST_WORDS]})

    def _dealflow_keep_acceptance(self, problem, name=None, signature=None):
        """Keep the acceptance of an order that is not confirmed, and ask the salesperson to do it.

        :param str problem: why the order is not confirmed, for people inside
        :param str name: who signed, if the client signed
        :param signature: the picture of the signature, in base64
        :raise TypeError, binascii.Error: the signature is no picture
        """
        self.ensure_one()
        if signature:
            self.write({'signed_by': name, 'signed_on': fields.Datetime.now(), 'signature': signature})
            # The client learns at once if the picture cannot be read.
            self.flush_recordset()
            if not self.signature:
                raise TypeError("The signature is empty.")
        is_first = not self.dealflow_acceptance_problem
        self._dealflow_set_derived({'dealflow_acceptance_problem': problem})
        if not is_first:
            return
        order = self._dealflow_with_acceptance_lang()
        order._dealflow_tell_acceptance()
        order._dealflow_plan_acceptance(
            order.env._("%(order)s: the client has accepted, please confirm", order=self.name),
            order.env._(
                "%(client)s has accepted the offer %(order)s, but it could not be confirmed: %(problem)s",
                client=name or self.partner_id.name,
                order=self.name,
                problem=problem,
            ),
        )

    def _dealflow_follow_acceptance(self):
        """Post the client's words, and move the deal of a confirmed order as the rules of its stages allow.

        The acceptance holds in every case: if the deal cannot move, the responsible person gets an activity.
        """
        for order in self.filtered(lambda order: order.state == 'sale'):
            person = order._dealflow_get_acceptance_user()
            order = order.with_context(lang=person.lang or self.env.lang)
            order._dealflow_tell_acceptance()
            stage = order.deal_id.funnel_id.stage_ids.filtered('takes_accepted_offers')[:1]
            if not stage or order.deal_id.state != 'open' or not order._dealflow_is_before(stage):
                continue
            try:
                with self.env.cr.savepoint():
                    # In the name of the responsible person, whose rights decide; the superuser stands in for nobody.
                    deal = order.deal_id.with_user(person or SUPERUSER_ID)
                    deal.action_move_stage(
                        stage.id, order._dealflow_get_acceptance_comment(), order.env._("Offer accepted")
                    )
            except REFUSALS as error:
                order._dealflow_plan_acceptance(
                    order.env._("%(order)s is accepted, but its deal did not move", order=order.name),
                    order.env._(
                        "The deal %(deal)s could not move to “%(stage)s”: %(problem)s",
                        deal=order.deal_id.name,
                        stage=stage.name,
                        problem=error.args[0],
                    ),
                )

    def _dealflow_is_before(self, stage):
        """Return whether the deal of the order stands before a stage of its funnel."""
        self.ensure_one()
        ordered = stage._get_ordered_ids(stage.funnel_id.id)
        present = self.deal_id.stage_id.id
        return present not in ordered or ordered.index(present) < ordered.index(stage.id)

    def _dealflow_get_acceptance_comment(self):
        self.ensure_one()
        values = {'client': self.signed_by or self.partner_id.name, 'order': self.name}
        if self.dealflow_acceptance_words:
            return self.env._(
                "%(client)s accepted the offer %(order)s: “%(words)s”", words=self.dealflow_acceptance_words, **values
            )
        return self.env._("%(client)s accepted the offer %(order)s.", **values)

    def _dealflow_get_acceptance_user(self):
        """Return who works on what the client has accepted: of the deal, else of the order, else who leads the team."""
        self.ensure_one()
        people = (self.deal_id.user_id, self.user_id, self.deal_id.team_id.user_id, self.team_id.user_id)
        return next((person for person in people if person.active), self.env['res.users'])

    def _dealflow_tell_acceptance(self):
        """Post the words of the client, in the client's name."""
        self.ensure_one()
        if not self.dealflow_acceptance_words:
            return
        author = self.partner_id if self.env.user._is_public() or not self.env.user.share else self.env.user.partner_id
        self.message_post(
            body=self.dealflow_acceptance_words,
            author_id=author.id,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )

    def _dealflow_plan_acceptance(self, summary, note):
        self.ensure_one()
        person = self._dealflow_get_acceptance_user()
        if not person:
            self._message_log(body=note)
            return
        self.activity_schedule(
            'mail.mail_activity_data_todo',
            date_deadline=person._dealflow_get_today(),
            summary=summary,
            note=note,
            user_id=person.id,
        )

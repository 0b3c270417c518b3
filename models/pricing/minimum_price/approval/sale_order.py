from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from .....tools.public_methods import TEXT, public_method

REQUEST = 'dealflow.mail_activity_type_price_approval'


class SaleOrder(models.Model):
    """Prices below the minimum are approved by the head, where the company wants it (C19, C76).

    An approval holds for what was approved: the product, its unit of measure and currency, at this price or a higher
    one, for this quantity or a smaller one.
    """

    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.derived.values.mixin']

    _dealflow_code_only_fields = ('dealflow_price_approval',)

    # ``requested`` and ``approved``: what is asked for and what was approved, by id of the line, as
    # ``_dealflow_describe_prices`` has it.
    dealflow_price_approval = fields.Json(
        string="Approved Prices", copy=False, groups='dealflow.group_viewer', export_string_translation=False
    )
    dealflow_price_step = fields.Selection(
        [('request', "Ask for the approval"), ('wait', "Waiting for the approval"), ('decide', "Approve or refuse")],
        string="Next Step for the Price",
        compute='_compute_dealflow_price_step',
        groups='base.group_user',
        export_string_translation=False,
    )

    @api.depends('dealflow_price_problem', 'user_id', 'team_id', 'activity_ids')
    @api.depends_context('uid')
    def _compute_dealflow_price_step(self):
        self.dealflow_price_step = False
        waiting = self.filtered(
            lambda order: order.dealflow_price_problem and order._dealflow_get_price_policy() == 'approval'
        )
        requested = waiting._dealflow_find_price_requests().mapped('res_id') if waiting else []
        for order in waiting:
            if order._dealflow_may_approve_prices():
                order.dealflow_price_step = 'decide'
            else:
                order.dealflow_price_step = 'wait' if order._origin.id in requested else 'request'

    def _dealflow_find_price_requests(self):
        # sudo - mail.activity: the request to somebody else counts too.
        kind = self.env.ref(REQUEST, raise_if_not_found=False)
        domain = [('res_model', '=', self._name), ('res_id', 'in', self._origin.ids)]
        return (
            self.env['mail.activity'].sudo().search([*domain, ('activity_type_id', '=', kind.id)] if kind else domain)
        )

    @api.depends('dealflow_price_approval')
    def _compute_dealflow_price_problem(self):
        super()._compute_dealflow_price_problem()

    def _dealflow_filter_refused(self, rows):
        rows = super()._dealflow_filter_refused(rows)
        if not rows or self._dealflow_get_price_policy() != 'approval':
            return rows
        # sudo - sale.order: a client who confirms may not read what was approved.
        approved = (self.sudo().dealflow_price_approval or {}).get('approved', {})
        return [row for row in rows if not self._dealflow_is_covered(row, approved)]

    def _dealflow_get_price_way_out(self):
        if self._dealflow_get_price_policy() != 'approval':
            return super()._dealflow_get_price_way_out()
        if not self.id:
            return self.env._("Raise the prices, or give the reason and ask for their approval.")
        return self.env._(
            "Raise the prices, or ask for their approval with the button of the quotation. One that was sent has to be "
            "cancelled and set back to a quotation before."
        )

    def _dealflow_describe_prices(self, rows):
        """Return what an approval of these lines holds for, as plain data by the id of the line."""
        return {
            str(line.id): {
                'product': line.product_id.id,
                'uom': line.product_uom_id.id,
                'currency': self.currency_id.id,
                'quantity': line.product_uom_qty,
                'price': price,
            }
            for line, price, _minimum in rows
        }

    def _dealflow_is_covered(self, row, prices):
        """Return whether a line is sold as described before, or better."""
        line, price, _minimum = row
        before = prices.get(str(line._origin.id))
        if not before:
            return False
        now = self._dealflow_describe_prices([row])[str(line.id)]
        digits = self.env['decimal.precision'].precision_get
        return (
            all(now[key] == before[key] for key in ('product', 'uom', 'currency'))
            and float_compare(price, before['price'], precision_digits=digits('Product Price')) >= 0
            and float_compare(now['quantity'], before['quantity'], precision_digits=digits('Product Unit')) <= 0
        )

    @public_method(one=True, reason=TEXT)
    def action_dealflow_request_price_approval(self, reason=None):
        """Ask the head to approve the prices below the minimum: one activity, however often it is called (C19).

        The leader of the order's team is asked, else somebody with the right to approve prices, but never the person
        whose order it is.

        :param str reason: why the prices are so low; by default what the order says already
        :raise UserError: the company does not work with approvals, no price needs one, the reason is missing, or nobody
            may approve
        :return: ``True``
        """
        self.check_access('write')
        rows = self._dealflow_get_rows_to_approve()
        reason = (reason or self.dealflow_price_reason or '').strip()
        if not reason:
            raise UserError(
                self.env._(
                    "“Reason for the Price” of %(order)s is empty. Say why the prices are below the minimum, and ask "
                    "again.",
                    order=self.name,
                )
            )
        approver = self._dealflow_find_price_approver()
        # People with the right see the orders of their teams and those that they follow.
        self.message_subscribe(partner_ids=approver.partner_id.ids)
        if reason != self.dealflow_price_reason:
            self.dealflow_price_reason = reason
        approval = dict(self.sudo().dealflow_price_approval or {}, requested=self._dealflow_describe_prices(rows))
        self.sudo()._dealflow_set_derived({'dealflow_price_approval': approval})
        note = self._dealflow_describe_low_prices(rows, self.env._("To approve, below the minimum price:"))
        if requests := self._dealflow_find_price_requests():
            requests.note = note
            return True
        self.activity_schedule(
            REQUEST,
            user_id=approver.id,
            summary=self.env._("Approve the prices of %(order)s", order=self.name),
            note=note,
        )
        return True

    @public_method(one=True)
    def action_dealflow_approve_prices(self):
        """Approve the prices below the minimum as they are now (C19).

        Whoever sells or has entered an order does not approve it, because then nobody would have looked at the price;
        people with full access may, because they can change the rules as well.

        :raise AccessError: the user lacks the right, or the order is his own
        :raise UserError: no price needs an approval, or the prices are lower than when the approval was asked for
        :return: ``True``
        """
        self._dealflow_check_price_approver()
        rows = self._dealflow_get_rows_to_approve()
        # sudo - sale.order: whoever approves need not have the right to change orders.
        order_sudo = self.sudo()
        approval = order_sudo.dealflow_price_approval or {}
        requested = approval.get('requested')
        if requested and any(not self._dealflow_is_covered(row, requested) for row in rows):
            raise UserError(
                self.env._(
                    "The prices of %(order)s have changed since the approval was asked for. The sales rep has to ask "
                    "again.",
                    order=self.name,
                )
            )
        approved = dict(approval.get('approved', {}), **self._dealflow_describe_prices(rows))
        order_sudo._dealflow_set_derived({'dealflow_price_approval': {'approved': approved}})
        self._dealflow_finish_price_request(
            self._dealflow_describe_low_prices(
                rows, self.env._("%(user)s has approved, below the minimum price:", user=self.env.user.name)
            )
        )
        return True

    @public_method(one=True, reason=TEXT)
    def action_dealflow_refuse_prices(self, reason=None):
        """Refuse the prices below the minimum, and take back what was approved; without a reason, ask for it (C19).

        Refused again for the same reason, the sales rep is told once.

        :param str reason: what the sales rep is told
        :raise AccessError: the user lacks the right, or the order is his own
        :return: ``True``, or the action of the dialog
        """
        self._dealflow_check_price_approver()
        if not (reason or '').strip():
            return self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_price_refuse_action')
        # sudo - sale.order: see above.
        order_sudo = self.sudo()
        if (order_sudo.dealflow_price_approval or {}) == {'refused': reason}:
            return True
        order_sudo._dealflow_set_derived({'dealflow_price_approval': {'refused': reason}})
        self._dealflow_finish_price_request(
            Markup('<p>%s</p><p>%s</p>')
            % (self.env._("%(user)s has refused the prices:", user=self.env.user.name), reason)
        )
        return True

    def _dealflow_get_rows_to_approve(self):
        """Return the lines that need an approval.

        :raise UserError: there are none
        """
        self.ensure_one()
        if self._dealflow_get_price_policy() != 'approval':
            raise UserError(
                self.env._(
                    "%(company)s does not work with approvals of prices. The settings of Dealflow say what happens "
                    "below the minimum price.",
                    company=self.company_id.name,
                )
            )
        rows = self._dealflow_filter_refused(self._dealflow_find_lines_below_minimum())
        if not rows:
            raise UserError(self.env._("No price of %(order)s needs an approval.", order=self.name))
        return rows

    def _dealflow_finish_price_request(self, note):
        """Tell the sales rep the answer, and take the request away."""
        # sudo - sale.order: see above; the user stays the author.
        self.sudo().with_context(mark_so_as_sent=False).message_post(
            body=note, subtype_xmlid='mail.mt_note', partner_ids=(self.user_id - self.env.user).partner_id.ids
        )
        self._dealflow_find_price_requests().unlink()

    def _dealflow_is_own_price(self, user):
        """Return whether the user sells or has entered the order."""
        return user in self.user_id | self.create_uid

    def _dealflow_may_approve_prices(self):
        self.ensure_one()
        user = self.env.user
        if user._is_superuser():
            return True
        if self._dealflow_is_own_price(user):
            return user.has_group('dealflow.group_manager')
        # sudo - crm.team: the leader is asked for, whoever may read the team.
        return user.has_group('dealflow.group_price_approver') or user == self.sudo().team_id.user_id

    def _dealflow_check_price_approver(self):
        """Check that the user may approve or refuse the prices of the order, by button, activity or RPC.

        :raise AccessError: names the right, or says that it is his own order
        """
        self.ensure_one()
        self.check_access('read')
        if self._dealflow_may_approve_prices():
            return
        words = {
            'order': self.name,
            # sudo - res.groups: the name of the right explains the refusal.
            'right': self.env.ref('dealflow.group_price_approver').sudo().display_name,
        }
        if self._dealflow_is_own_price(self.env.user):
            raise AccessError(
                self.env._(
                    "%(order)s is your own order. Somebody else with the right “%(right)s” has to look at its prices.",
                    **words,
                )
            )
        raise AccessError(
            self.env._(
                "The prices of %(order)s are approved and refused by the leader of its team, or by people with the "
                "right “%(right)s”.",
                **words,
            )
        )

    def _dealflow_find_price_approver(self):
        """Return the user who is asked: the leader of the team, else a person with the right who may see the order.

        :raise UserError: there is nobody
        """
        # sudo - res.users, crm.team: colleagues are looked up for the sales rep.
        order_sudo = self.sudo()
        holders = self.env.ref('dealflow.group_price_approver').sudo().all_user_ids.sorted('id')
        for user in order_sudo.team_id.user_id | holders:
            if (
                user.active
                and not user.share
                and not user._is_superuser()
                and self.company_id in user.company_ids
                and (not self._dealflow_is_own_price(user) or user.has_group('dealflow.group_manager'))
                and user != self.env.user
                and (user in holders or self.with_user(user).has_access('read'))
            ):
                return user
        raise UserError(
            self.env._(
                "Nobody can approve the prices of %(order)s. The team needs a leader, or somebody the right "
                "“%(right)s”.",
                order=self.name,
                right=self.env.ref('dealflow.group_price_approver').sudo().display_name,
            )
        )

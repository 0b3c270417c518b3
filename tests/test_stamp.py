import base64
import io

from PIL import Image

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.dealflow.models.pricing.documents.dealflow_stamped_document_mixin import SENDING

from .common import DealflowCommon

REPORT = 'sale.report_saleorder'


def make_picture(width=60, height=30, color=(0, 0, 255, 120), kind='PNG'):
    """Return a picture as the field takes it: a filled rectangle in a transparent margin."""
    picture = Image.new('RGBA', (width, height), (0, 0, 0, 0) if color[3] < 255 else color)
    picture.paste(color, (5, 5, width - 5, height - 5))
    content = io.BytesIO()
    (picture if kind == 'PNG' else picture.convert('RGB')).save(content, kind)
    return base64.b64encode(content.getvalue())


class StampCommon(DealflowCommon):
    """A stamp that the northern rep may put, and a signature of the head that the head's group may put."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stamp = cls._new_stamp("Round stamp", user_ids=[Command.set(cls.rep_north.ids)])

    @classmethod
    def _new_stamp(cls, name, **values):
        return cls.env['dealflow.stamp'].create({'name': name, 'image': make_picture(), **values})

    def _end_transaction(self):
        """Forget what is being sent, as the end of a request does."""
        self.env.cr.cache.pop(SENDING, None)

    def _print(self, order, report=REPORT):
        html = self.env['ir.actions.report']._render_qweb_html(report, order.ids)[0].decode()
        return html

    def _count_stamps(self, order, report=REPORT):
        return self._print(order, report).count(self.stamp._get_picture_uri())


@tagged('post_install', '-at_install')
class TestStamp(StampCommon):
    def test_sent_quotation_carries_the_stamp_of_its_sender(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        self.assertEqual(self._count_stamps(order), 1)
        order.state = 'sent'
        self._end_transaction()
        self.assertEqual(self._count_stamps(order), 1)
        self.assertEqual(self._count_stamps(order, 'sale.report_saleorder_pro_forma'), 1)
        self.assertEqual(order.dealflow_stamp_names, "Round stamp")
        order.action_confirm()
        self.assertEqual(self._count_stamps(order), 1)

    def test_drafts_and_cancelled_orders_show_none(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        self._end_transaction()
        self.assertEqual(order.state, 'draft')
        self.assertEqual(self._count_stamps(order), 0)
        order.state = 'sent'
        self.assertEqual(self._count_stamps(order), 1)
        order._action_cancel()
        order.with_user(self.rep_north)._dealflow_put_stamps()
        self.assertEqual(self._count_stamps(order), 0)
        self.assertFalse(order.dealflow_stamp_names)

    def test_odoos_own_sending_puts_it(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_north.id).with_user(self.rep_north)
        action = order.action_quotation_send()
        composer = Form(self.env['mail.compose.message'].with_user(self.rep_north).with_context(**action['context']))
        wizard = composer.save()
        self.assertIn(self.stamp._get_picture_uri(), wizard.attachment_ids.raw.decode())
        self.assertFalse(order.dealflow_stamp_ids, "Nothing is sent yet.")
        self.assertEqual(self._count_stamps(order), 0)
        wizard._action_send_mail()
        self._end_transaction()
        self.assertEqual(order.state, 'sent')
        self.assertEqual(self._count_stamps(order), 1)

    def test_who_has_no_right_sends_without(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_south.id).with_user(self.rep_south)
        action = order.action_quotation_send()
        composer = self.env['mail.compose.message'].with_user(self.rep_south).with_context(**action['context'])
        wizard = Form(composer).save()
        self.assertNotIn(self.stamp._get_picture_uri(), wizard.attachment_ids.raw.decode())
        wizard._action_send_mail()
        self._end_transaction()
        self.assertEqual((order.state, self._count_stamps(order)), ('sent', 0))

    def test_a_change_takes_it_away_until_the_order_is_sent_again(self):
        changes = {
            'price': lambda order: order.order_line.write({'price_unit': 77}),
            'quantity': lambda order: order.order_line.write({'product_uom_qty': 5}),
            'name': lambda order: order.order_line.write({'name': "Something else"}),
            'line': lambda order: order.write({'order_line': [Command.create({'product_id': self.product.id})]}),
            'day': lambda order: order.write({'validity_date': '2030-01-01'}),
            'customer': lambda order: order.write({'partner_id': self.other_partner.id}),
        }
        for name, change in changes.items():
            with self.subTest(name):
                order = self._new_order(self.partner, self.product, user_id=self.rep_north.id)
                order.with_user(self.rep_north)._dealflow_put_stamps()
                order.state = 'sent'
                self._end_transaction()
                change(order)
                self.assertEqual(self._count_stamps(order), 0)
                order.with_user(self.rep_south)._dealflow_put_stamps()
                self.assertEqual(self._count_stamps(order), 0)
                order.with_user(self.rep_north)._dealflow_put_stamps()
                self._end_transaction()
                self.assertEqual(self._count_stamps(order), 1)

    def test_a_colleague_without_the_right_sends_an_unchanged_order_again(self):
        order = self._new_order(self.partner, self.product)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        order.state = 'sent'
        order.with_user(self.rep_south)._dealflow_put_stamps()
        self._end_transaction()
        self.assertEqual(self._count_stamps(order), 1)

    def test_invoicing_a_part_keeps_it(self):
        order = self._new_order(self.partner, self.product)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        order.action_confirm()
        self._end_transaction()
        payment = self.env['sale.advance.payment.inv'].with_context(active_ids=order.ids, active_model='sale.order')
        payment.create({'advance_payment_method': 'percentage', 'amount': 30}).create_invoices()
        self.assertTrue(order.order_line.filtered('is_downpayment'))
        self.assertEqual(self._count_stamps(order), 1)

    def test_nobody_sets_it_by_hand(self):
        order = self._new_order(self.partner, self.product).with_user(self.manager)
        names = {'dealflow_stamp_ids': [Command.set(self.stamp.ids)], 'dealflow_stamp_fingerprint': "x"}
        for name, value in names.items():
            with self.subTest(name), self.assertRefused(AccessError, "Dealflow sets it by itself"):
                order.write({name: value})
            with self.subTest(name, create=True), self.assertRefused(AccessError, "Dealflow sets it by itself"):
                self._new_order(self.partner, self.product, user=self.manager, **{name: value})
            defaults = {f'default_{name}': value}
            new = self.env['sale.order'].with_context(**defaults).create({'partner_id': self.partner.id})
            self.assertFalse(new[name])
        with self.assertRefused(AccessError, "Dealflow sets it by itself"):
            order.sudo().write({'dealflow_stamp_ids': [Command.link(self.stamp.id)]})
        loaded = order.load(['.id', 'dealflow_stamp_ids/.id'], [[str(order.id), str(self.stamp.id)]])
        self.assertTrue(loaded['messages'])
        order.with_user(self.rep_north).sudo()._dealflow_put_stamps()
        self.assertFalse(order.copy().dealflow_stamp_ids)

    def test_only_those_who_may_put_it_read_it(self):
        granted = self.stamp.with_user(self.rep_north)
        self.assertEqual(granted.search([]), self.stamp)
        self.assertTrue(granted.image)
        other = self.stamp.with_user(self.rep_south)
        self.assertFalse(other.search([]))
        with self.assertRaises(AccessError):
            other.read(['image'])
        attachment = self.env['ir.attachment'].search(
            [('res_model', '=', 'dealflow.stamp'), ('res_id', '=', self.stamp.id), ('res_field', '=', 'image')]
        )
        self.assertTrue(attachment.with_user(self.rep_north).raw)
        with self.assertRaises(AccessError):
            attachment.with_user(self.rep_south).read(['raw'])
        with self.assertRaises(AccessError):
            # What /web/image asks before it sends a picture.
            self.env['ir.binary'].with_user(self.rep_south)._find_record(
                res_model='dealflow.stamp', res_id=self.stamp.id, field='image'
            )
        for user in (self.rep_north, self.rep_south):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.stamp.with_user(user).write({'user_ids': [Command.link(self.rep_south.id)]})

    def test_a_group_gives_the_right_also_by_what_it_implies(self):
        self.stamp.write({'user_ids': False, 'group_ids': [Command.set(self.env.ref('dealflow.group_user_own').ids)]})
        order = self._new_order(self.partner, self.product)
        self.assertEqual(self.stamp.with_user(self.head_north).search([]), self.stamp)
        order.with_user(self.head_north)._dealflow_put_stamps()
        self.assertEqual(order.dealflow_stamp_ids, self.stamp)

    def test_neither_programs_nor_other_companies_put_it(self):
        self.stamp.group_ids = self.env.ref('base.group_user')
        order = self._new_order(self.partner, self.product)
        foreigner = self._new_foreigner()
        for user in (self.env['res.users'].browse(SUPERUSER_ID), foreigner):
            order.with_user(user).sudo()._dealflow_put_stamps()
            self.assertFalse(order.dealflow_stamp_ids)
        self.assertFalse(self.stamp.with_user(foreigner).search([]))

    def test_who_sees_an_order_need_not_see_its_stamp(self):
        order = self._new_order(self.partner, self.product, user_id=self.rep_south.id)
        order.with_user(self.rep_north).sudo()._dealflow_put_stamps()
        order.state = 'sent'
        self.env.invalidate_all()
        seen = order.with_user(self.rep_south)
        fields = seen.get_views([(False, 'form')])['models']['sale.order']['fields']
        seen.web_read({name: {} for name in fields})
        self.assertEqual(seen.dealflow_stamp_names, "Round stamp")
        self.env.invalidate_all()
        self.assertFalse(seen.dealflow_stamp_ids, "Its record is not his to read.")
        self._end_transaction()
        html = self.env['ir.actions.report'].with_user(self.rep_south)._render_qweb_html(REPORT, seen.ids)[0]
        self.assertIn(self.stamp._get_picture_uri(), html.decode())

    def test_pictures_are_looked_at(self):
        for name, picture, words in (
            ('jpeg', make_picture(kind='JPEG'), "it is not a PNG file"),
            ('text', base64.b64encode(b"<svg onload='alert(1)'/>"), "it is not a PNG file"),
            ('opaque', make_picture(color=(0, 0, 0, 255)), "not transparent"),
            ('large', make_picture(width=2100), "2100 by 30 pixels"),
            ('heavy', base64.b64encode(b'x' * (1024 * 1024 + 10)), "larger than 1 MB"),
        ):
            with self.subTest(name), self.assertRefused(ValidationError, words):
                self._new_stamp("Bad", image=picture)
        with self.assertRefused(ValidationError, "has no signatory"):
            self._new_stamp("Nobody", kind='signature')

    def test_signatures_stand_with_the_name(self):
        self.head_north.partner_id.function = "Head of Sales"
        self._new_stamp(
            "Signature", kind='signature', user_id=self.head_north.id, user_ids=[Command.set(self.rep_north.ids)]
        )
        order = self._new_order(self.partner, self.product)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        html = self._print(order)
        self.assertIn("Head of Sales", html)
        self.assertEqual(order.dealflow_stamp_names, "", "A draft shows none.")
        self.assertEqual(len(order.dealflow_stamp_ids), 2)

    def test_a_stamp_in_use_is_archived_and_then_gone(self):
        order = self._new_order(self.partner, self.product)
        order.with_user(self.rep_north)._dealflow_put_stamps()
        order.state = 'sent'
        self._end_transaction()
        with self.assertRefused(UserError, "stands on"):
            self.stamp.unlink()
        self.stamp.active = False
        self.assertEqual(self._count_stamps(order), 0)

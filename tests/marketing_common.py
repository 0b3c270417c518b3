from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class MarketingCommon(AccountTestInvoicingCommon):
    """A company that keeps its books in dollars, a fair and a webinar.

    ::

        marketer (marketing, sees deals)      rep (own deals)      clerk (an employee with no right here)
        fair     1-3 March 2024               webinar 1 May 2024
        Alpha -> Anna, Arno                   Beta -> Berta
        1 foreign unit = 0.5 dollars until the end of March 2024, 0.4 dollars from April on
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.marketer = new_test_user(
            cls.env, 'test_marketer', groups='base.group_user,dealflow.group_marketing', company_id=cls.company.id,
        )
        cls.rep = new_test_user(
            cls.env, 'test_marketing_rep', groups='dealflow.group_user_own', company_id=cls.company.id,
        )
        cls.clerk = new_test_user(cls.env, 'test_marketing_clerk', groups='base.group_user', company_id=cls.company.id)
        cls.env.user.group_ids |= cls.env.ref('dealflow.group_manager') | cls.env.ref('dealflow.group_stage_override') \
            | cls.env.ref('dealflow.group_marketing') | cls.env.ref('dealflow.group_receipts')
        cls.foreign = cls.setup_other_currency('GBP', rates=[('2020-01-01', 2.0), ('2024-04-01', 2.5)])
        cls.alpha, cls.beta = cls.env['res.partner'].create([
            {'name': "Alpha", 'is_company': True}, {'name': "Beta", 'is_company': True},
        ])
        cls.anna, cls.arno, cls.berta = cls.env['res.partner'].create([
            {'name': "Anna", 'parent_id': cls.alpha.id, 'email': 'anna@alpha.example.com'},
            {'name': "Arno", 'parent_id': cls.alpha.id, 'phone': '+47 22 33 44 55'},
            {'name': "Berta", 'parent_id': cls.beta.id, 'email': 'berta@beta.example.com'},
        ])
        cls.fair = cls._create_event("Spring fair", date_start=date(2024, 3, 1), date_end=date(2024, 3, 3))
        cls.webinar = cls._create_event("Chair webinar", date_start=date(2024, 5, 1))

    @classmethod
    def _create_event(cls, title, **values):
        return cls.env['dealflow.marketing.event'].create({'title': title, **values})

    @classmethod
    def _create_lead(cls, name="Chairs", **values):
        return cls.env['crm.lead'].create({'name': name, 'type': 'opportunity', **values})

    @classmethod
    def _create_deal(cls, amount=1000, **values):
        return cls.env['dealflow.deal'].create({
            'name': "Chairs", 'amount': amount, 'opened_on': date(2024, 3, 10), **values,
        })

    @classmethod
    def _win(cls, deal, day):
        """Win the deal on a day, as an import of a history does."""
        deal.with_context(import_file=True).write({
            'stage_id': deal.funnel_id.stage_ids.filtered('is_won').sorted('sequence')[:1].id,
            'closed_on': day, 'move_comment': "They signed", 'short_status': "Won",
        })

    @classmethod
    def _attend(cls, event, partner, **values):
        return cls.env['dealflow.marketing.participant'].create({
            'event_id': event.id, 'partner_id': partner.id, 'state': 'attended', **values,
        })

    def _create_bill(self, lines, day, currency=None, move_type='in_invoice', post=True):
        """Return a vendor bill without taxes, with one line for each amount."""
        bill = self.env['account.move'].create({
            'move_type': move_type, 'partner_id': self.partner_a.id, 'invoice_date': day, 'date': day,
            'currency_id': (currency or self.company.currency_id).id,
            'invoice_line_ids': [
                Command.create({'name': name, 'quantity': 1, 'price_unit': amount, 'tax_ids': []})
                for name, amount in lines
            ],
        })
        if post:
            bill.action_post()
        return bill

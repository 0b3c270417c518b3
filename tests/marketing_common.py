from datetime import date

from .accounting_common import AccountingCommon


class MarketingCommon(AccountingCommon):
    """Test case with a company that keeps its books in dollars, a fair and a webinar.

    ::

        marketer (marketing, sees deals)      rep (own deals)      clerk (an employee without Dealflow rights)
        fair     1-3 March 2024               webinar 1 May 2024
        Alpha -> Anna, Arno                   Beta -> Berta
        1 foreign unit = 0.5 dollars until the end of March 2024, 0.4 dollars from April on
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('dealflow.group_marketing')
        cls.marketer = cls._new_user('marketer', 'dealflow.group_marketing')
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.clerk = cls._new_user('clerk', 'base.group_user')
        cls.foreign = cls.setup_other_currency('GBP', rates=[('2020-01-01', 2.0), ('2024-04-01', 2.5)])
        cls.alpha, cls.beta = cls._new_partner("Alpha"), cls._new_partner("Beta")
        cls.anna = cls._new_contact("Anna", cls.alpha, email='anna@alpha.example.com')
        cls.arno = cls._new_contact("Arno", cls.alpha, phone='+47 22 33 44 55')
        cls.berta = cls._new_contact("Berta", cls.beta, email='berta@beta.example.com')
        cls.fair = cls._new_marketing_event("Spring fair", date_start=date(2024, 3, 1), date_end=date(2024, 3, 3))
        cls.webinar = cls._new_marketing_event("Chair webinar", date_start=date(2024, 5, 1))
        cls.deal_values = {'opened_on': date(2024, 3, 10)}

    @classmethod
    def _new_marketing_event(cls, title, **values):
        return cls._new('dealflow.marketing.event', None, {'title': title, **values})

    @classmethod
    def _new_bill(cls, amounts, day, post=True, **values):
        """Return a vendor bill with the given amounts by line name."""
        return cls._new_invoice(cls.partner_a, amounts, day, post, **{'move_type': 'in_invoice', **values})

    @classmethod
    def _win(cls, deal, day):
        """Mark the deal as won on the given day, as an import of history does."""
        deal.with_context(import_file=True).write(
            {
                'stage_id': deal.funnel_id.stage_ids.filtered('is_won').sorted('sequence')[:1].id,
                'closed_on': day,
                'move_comment': "They signed",
                'short_status': "Won",
            }
        )

    @classmethod
    def _attend(cls, event, partner, **values):
        return cls.env['dealflow.marketing.participant'].create(
            {
                'event_id': event.id,
                'partner_id': partner.id,
                'state': 'attended',
                **values,
            }
        )

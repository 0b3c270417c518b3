from odoo.tests import tagged

from .tour_common import TourCommon

DEALS = '/odoo/dealflow-deals'


@tagged('post_install', '-at_install')
class TestSearchTours(TourCommon):
    """A rep finds clients and deals from wherever he is (X10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('searcher', 'dealflow.group_user_own')
        cls.client = cls._new_partner("Тюльпан Tour", phone="+7 (916) 555-44-33")
        cls.deal = cls._new_deal(cls.rep, name="Tour Greenhouse", business_partner_id=cls.client.id)

    def test_by_keys(self):
        """Ctrl-K, the name on the wrong keyboard, an arrow, Enter."""
        self._start_tour('dealflow_search_keys', self.rep, DEALS)

    def test_by_the_field(self):
        """The field of the menu bar, the phone in another spelling, and a new event beside the hit."""
        self._start_tour('dealflow_search_field', self.rep, DEALS)


@tagged('post_install', '-at_install')
class TestSearchOnPhone(TestSearchTours):
    """The same on a phone, where the field is an icon."""

    browser_size = '390x844'
    touch_enabled = True
    # A phone has no Ctrl.
    test_by_keys = None

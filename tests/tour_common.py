from odoo.tests import HttpCase

from .common import DealflowCase


class TourCommon(DealflowCase, HttpCase):
    """Tours of daily work in a real browser, with the least rights needed."""

    def _start_tour(self, name, user, url='/odoo'):
        # The first page of a run waits for the asset bundles.
        self.start_tour(url, name, login=user.login, timeout=300)

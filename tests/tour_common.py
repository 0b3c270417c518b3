from odoo.tests import HttpCase

from .common import DealflowCase


class TourCommon(DealflowCase, HttpCase):
    """Daily work in a real browser, with no more rights than it takes."""

    def _start_tour(self, name, user, url='/odoo'):
        # The first page of a run waits until the bundles are built.
        self.start_tour(url, name, login=user.login, timeout=300)

import unittest

from odoo.tests import HttpCase, tagged
from odoo.tools import config

from .common import DealflowCommon


@tagged('click_all', '-standard', 'post_install', '-at_install')
@unittest.skipUnless('click_all' in (config['test_tags'] or ''), "Takes minutes; scripts/test-upstream runs it.")
class TestClickEverywhere(DealflowCommon, HttpCase):
    """Odoo's click-everywhere robot opens every menu, view and filter of Dealflow (E03)."""

    # Some menus open a form.
    allow_end_on_form = True

    def test_head_of_sales_clicks_everywhere(self):
        user = self._new_user(
            'head', 'dealflow.group_manager,dealflow.group_receipts,dealflow.group_marketing', tour_enabled=False
        )
        self._new_deal(user_id=user.id)
        self.browser_js(
            '/odoo',
            "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
            ".startClickEverywhere('dealflow.menu_dealflow_root');",
            "odoo.isReady === true",
            login=user.login,
            timeout=1200,
            success_signal="clickbot test succeeded",
        )

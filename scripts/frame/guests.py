"""Addons of others to test with: Odoo apps, and pinned OCA addons that are downloaded from PyPI into the cache."""

from frame.environment import get_packages
from frame.paths import CHECKOUT

REQUIREMENTS = CHECKOUT / 'scripts' / 'requirements-guests.txt'
# Odoo apps used by trading and service companies.
APPS = """
    account_edi_ubl_cii auth_ldap auth_oauth calendar_sms contacts crm_iap_enrich crm_iap_mine crm_livechat delivery
    event_crm event_sale fleet google_calendar hr hr_expense hr_holidays im_livechat l10n_bg l10n_de l10n_pl l10n_ua
    loyalty lunch maintenance mass_mailing_sms microsoft_calendar mrp point_of_sale project purchase purchase_stock
    repair sale_management sale_margin sale_project sale_stock sale_timesheet stock survey website website_crm
    website_event website_sale
""".split()
# Addons that need a library Odoo does not require.
NEED_LIBRARY = {'auth_ldap'}


def get():
    """Download the listed addons and return their folders, by name; what they require is Odoo and each other."""
    found = get_packages(REQUIREMENTS).glob('odoo/addons/*/__manifest__.py')
    return {path.parent.name: path.parent for path in sorted(found)}

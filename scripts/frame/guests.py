"""Addons of others to test with: Odoo apps, and pinned OCA addons that are downloaded from PyPI into the cache."""

import shutil

from frame.console import step
from frame.locks import only_one
from frame.paths import CHECKOUT, cache_folder, short_hash
from frame.processes import run_quietly

REQUIREMENTS = CHECKOUT / 'scripts' / 'requirements-guests.txt'
# Odoo apps used by trading and service companies.
APPS = [
    'account_edi_ubl_cii',
    'auth_ldap',
    'auth_oauth',
    'calendar_sms',
    'contacts',
    'crm_iap_enrich',
    'crm_iap_mine',
    'crm_livechat',
    'delivery',
    'event_crm',
    'event_sale',
    'fleet',
    'google_calendar',
    'hr',
    'hr_expense',
    'hr_holidays',
    'im_livechat',
    'l10n_bg',
    'l10n_de',
    'l10n_pl',
    'l10n_ua',
    'loyalty',
    'lunch',
    'maintenance',
    'mass_mailing_sms',
    'microsoft_calendar',
    'mrp',
    'point_of_sale',
    'project',
    'purchase',
    'purchase_stock',
    'repair',
    'sale_management',
    'sale_margin',
    'sale_project',
    'sale_stock',
    'sale_timesheet',
    'stock',
    'survey',
    'website',
    'website_crm',
    'website_event',
    'website_sale',
]
# Addons that need a library Odoo does not require.
NEED_LIBRARY = {'auth_ldap'}


def get(python):
    """Download the listed addons and return their folders, by name.

    They are installed without their requirements, which are Odoo itself and each other.
    """
    place = cache_folder() / 'guests' / short_hash(REQUIREMENTS.read_text())
    complete = place / 'complete'
    with only_one('guests'):
        if not complete.exists():
            with step("Getting the addons of scripts/requirements-guests.txt"):
                shutil.rmtree(place, ignore_errors=True)
                run_quietly(
                    [
                        python,
                        *('-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps'),
                        *('--no-compile', '--target', place, '-r', REQUIREMENTS),
                    ],
                    f"Getting the addons of scripts/{REQUIREMENTS.name} failed. The last words of pip:",
                )
                complete.touch()
    return {path.parent.name: path.parent for path in sorted(place.glob('odoo/addons/*/__manifest__.py'))}

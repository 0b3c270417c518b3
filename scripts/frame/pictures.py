"""scripts/pictures: takes the pictures of the documentation again from the demo data."""

import argparse
import base64
import json
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from frame import machine
from frame.axe import Looker
from frame.browser import Browser
from frame.console import complain, say, step
from frame.databases import add_option
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.processes import run_quietly
from frame.screens import DEALS, DIALOG, OURS, PARTNERS, PRICES, RECEIPTS, Screen, button, tab
from frame.serve import serve_demo
from frame.workbench import Workbench

FOLDER = CHECKOUT / 'docs' / 'pictures'
SHOP = CHECKOUT / 'static' / 'description'
WIDE, TABLET, PHONE = (1400, 900), (1024, 900), (390, 844)
BY_TITLE = {screen.title: screen for screen in OURS}
FORM = '.o_form_renderer'
SEARCHED = Screen("Search", DEALS, clicks=('.o_dealflow_search_field',), shows='.o_command_palette')
TREE = Screen(
    "Tree of filters",
    PARTNERS,
    clicks=('.o_dealflow_tree_row[aria-level="2"]',),
    shows='.o_dealflow_tree_value',
    login='head',
)
LOG_A_CALL = '.o_dealflow_my_day button.o_dealflow_log_call'
# The navigation bar shows the menu of the application, wherever the screen was opened from. Cursor and closing elements
# are hidden.
CALM = """(async () => {
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    menu.setCurrentMenu(menu.getApps().find((app) => app.xmlid === 'dealflow.menu_dealflow_root'));
    document.activeElement?.blur();
    document.querySelectorAll('.o_notification, .o_popover').forEach((node) => node.remove());
    await new Promise((resolve) => setTimeout(resolve, 500));
})()"""


# Types into the search over all, and waits for what it finds.
SEARCH = """(async () => {
    const input = document.querySelector('.o_command_palette_search input');
    input.value = '=%s';
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    for (let turn = 0; turn < 100 && !document.querySelector('.o_dealflow_search_hit'); turn++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
})()"""
# Activates a language that the database does not have yet.
ACTIVATE = """
    const languages = await orm.search('res.lang', [['code', '=', '%s'], ['active', '=', false]]);
    if (languages.length) {
        const [wizard] = await orm.create('base.language.install', [{lang_ids: [[6, 0, languages]]}]);
        await orm.call('base.language.install', 'lang_install', [wizard]);
    }
"""


@dataclass(frozen=True)
class Picture:
    """A file and the screen that it shows."""

    name: str
    screen: Screen
    size: tuple = WIDE
    # A second file, for the page of the module in the list of apps.
    shop: str = ''
    # What is typed into the search over all.
    search: str = ''
    # Language of the user on the screen; activated when the database does not have it yet.
    lang: str = 'en_US'


@dataclass(frozen=True)
class Paper:
    """A file and the upper part of the first page of the printed document that it shows."""

    name: str
    report: str
    record: str
    size: tuple
    # Language of the user who prints; activated when the database does not have it yet.
    lang: str = 'en_US'


def on_phone(name, title):
    """Return a picture of a known screen at the size of a phone."""
    return Picture(f'{name}-phone', BY_TITLE[title], PHONE)


# Taken by hand: pairs of companies. The picture shows real legal entities, which scripts/load-legal-entities loads from
# a data set.
PICTURES = [
    Picture('workplace', BY_TITLE["Workplace"]),
    Picture('workplace-tablet', BY_TITLE["Workplace"], TABLET),
    # On a phone the list comes first, and the client with a click.
    Picture('workplace-phone', replace(BY_TITLE["Workplace"], shows='.o_dealflow_clients li'), PHONE),
    Picture('workplace-phone-client', replace(BY_TITLE["Workplace"], clicks=('.o_dealflow_client',)), PHONE),
    Picture('start', replace(BY_TITLE["Start page"], login='head')),
    Picture('filter-tree', TREE, (1280, 800)),
    *(
        Picture(f'filter-tree-{lang[:2]}', TREE, (1280, 800), lang=lang)
        for lang in ('ru_RU', 'uk_UA', 'bg_BG', 'pl_PL')
    ),
    Picture('deals-kanban', BY_TITLE["Deals: kanban"], shop='main_screenshot'),
    Picture('extended-search', BY_TITLE["Extended search"], (1280, 800)),
    on_phone('extended-search', "Extended search on a phone"),
    Picture('columns', BY_TITLE["Columns of a list"], (1280, 800)),
    Picture('deal-form', BY_TITLE["Deal"], shop='deal'),
    Picture('deal-requirements', Screen("Deal, requirements not met", DEALS, 'dealflow.deal_16', shows=FORM)),
    Picture('search', SEARCHED, search="северн"),
    Picture('search-phone', SEARCHED, PHONE, search="северн"),
    Picture('deal-move', BY_TITLE["Move a deal"]),
    Picture('price-form', BY_TITLE["Price form"]),
    Picture('price-form-letter', BY_TITLE["Letter with an offer"]),
    Picture(
        'claim-warning', Screen("Move with a claim", DEALS, 'dealflow.deal_12', (button('action_open_move'),), DIALOG)
    ),
    Picture(
        'order-two-fields',
        Screen("Order of ours", 'sale.action_quotations_with_onboarding', 'dealflow.order_24', shows=FORM),
    ),
    Picture(
        'rights',
        Screen("Rights", 'base.action_res_users', 'dealflow.user_head', (tab('access_rights'),), FORM),
        (1400, 1300),
    ),
    Picture('profile', Screen("Profile", 'dealflow.res_groups_action_profiles', 'dealflow.profile_head', shows=FORM)),
    Picture('deal-competitors', BY_TITLE["Deal: competitors"]),
    Picture('deal-dynamics', BY_TITLE["Deal dynamics"], shop='deal_dynamics'),
    Picture('sales-funnel', BY_TITLE["Sales funnel"], shop='sales_funnel'),
    Picture('conversion', BY_TITLE["Conversion of opportunities"]),
    Picture('conversion-plan-and-fact', BY_TITLE["Conversion: plan and fact"]),
    Picture('processes-of-a-rep', BY_TITLE["My processes"]),
    Picture('sellers-plan-and-fact', BY_TITLE["Salespeople: plan and fact"]),
    Picture('receipts-plan', replace(BY_TITLE["Receipts plan"], login='head'), shop='receipts_plan'),
    Picture('receipts-postpone', BY_TITLE["Postpone a receipt"]),
    Picture('receipts-summary', BY_TITLE["Receipts at a glance"]),
    Picture('receipts-calendar', BY_TITLE["Cash calendar"]),
    Picture('receipts-plan-fact', BY_TITLE["Receipts: plan and fact"]),
    Picture('legal-entities', BY_TITLE["Legal entities"]),
    Picture('requisites-queue', replace(BY_TITLE["Requisites to confirm"], login='accountant')),
    Picture('requisites-compare', replace(BY_TITLE["Requisites: compare"], login='accountant'), shop='requisites'),
    Picture('partner-card', BY_TITLE["Partner: client"]),
    Picture('partner-history', BY_TITLE["Partner: history"]),
    Picture('new-client', BY_TITLE["New client"]),
    Picture('marketing-comparison', replace(BY_TITLE["Comparison of events"], login='marketer')),
    Picture('marketing-event', replace(BY_TITLE["Marketing event: results"], login='marketer')),
    Picture('marketing-timeline', replace(BY_TITLE["Marketing timeline"], login='marketer')),
    Picture('battle-card', BY_TITLE["Battle card"], shop='battle_card'),
    Picture('claims', BY_TITLE["Claims"]),
    Picture('claim', BY_TITLE["Claim"]),
    Picture('claims-report', BY_TITLE["Claims report"]),
    Picture('calls', BY_TITLE["Calls"]),
    Picture('telephony-provider', BY_TITLE["Telephony provider"]),
    Picture(
        'automation-rule',
        Screen("Automation rule", 'dealflow.dealflow_rule_action', 'dealflow.rule_demo_large_deal', shows=FORM),
    ),
    Picture(
        'card-editor',
        Screen(
            "Editor of a card",
            'dealflow.dealflow_card_arrangement_action',
            'dealflow.card_arrangement_dealflow_deal',
            (button('action_open_editor'), ".o_dealflow_part[data-key='field:short_status']"),
            '.o_dealflow_part_selected',
        ),
        (1280, 860),
    ),
    Picture('automation-log', Screen("What rules did", 'dealflow.dealflow_rule_run_action', shows='.o_list_renderer')),
    Picture('events-register', BY_TITLE["Register of events"]),
    Picture('events-schedule', BY_TITLE["Schedule"]),
    Picture('events-sheet', BY_TITLE["Meeting sheet"], shop='meeting_sheet'),
    Picture('events-done', BY_TITLE["Close an event"]),
    Picture(
        'price-form-phone',
        Screen("Price form on a phone", 'dealflow.dealflow_price_form_action', shows=PRICES, login='rep'),
        PHONE,
    ),
    on_phone('deal', "Deal"),
    on_phone('partner-card', "Partner: client"),
    on_phone('claim', "Claim"),
    Picture('requisites-compare-phone', replace(BY_TITLE["Requisites: compare"], login='accountant'), PHONE),
    Picture(
        'receipts-plan-phone',
        Screen("Receipts plan on a phone", RECEIPTS, shows='.o_kanban_renderer', login='head'),
        PHONE,
    ),
    Picture(
        'log-call-phone',
        Screen("Log a call on a phone", 'dealflow.dealflow_start_action', '', (LOG_A_CALL,), DIALOG, 'rep'),
        PHONE,
    ),
]
FORM_OF, MINUTES_OF, SCHEDULE_OF = (
    f'dealflow.report_{name}' for name in ('meeting_form', 'meeting_summary', 'payment_schedule')
)
PAPERS = [
    Paper('events-form', FORM_OF, 'dealflow.meeting_sheet_severny', (690, 720)),
    Paper('events-form-ru', FORM_OF, 'dealflow.meeting_sheet_severny', (690, 720), 'ru_RU'),
    Paper('events-summary', MINUTES_OF, 'dealflow.meeting_sheet_severny', (690, 570)),
    Paper('events-summary-ru', MINUTES_OF, 'dealflow.meeting_sheet_severny', (690, 570), 'ru_RU'),
    Paper('receipts-schedule', SCHEDULE_OF, 'dealflow.deal_01', (690, 450)),
]
# Where a picture starts in the window: inside the frame that the browser draws around a page, and below the letterhead,
# which is empty here.
BEGIN_OF_PAPER = (6, 120)
WINDOW_OF_PAPER = (720, 960)
# The PDF viewer does not report when a page is drawn. Until then it is of one color, so the file is small.
SECONDS_TO_DRAW = 30
BYTES_OF_A_BLANK_PICTURE = 8000


def main(arguments):
    """Take the pictures, and return 1 when a screen could not be shown."""
    options = parse(arguments)
    chosen, papers = (
        [picture for picture in group if any(text in picture.name for text in options.only)]
        for group in (PICTURES, PAPERS)
    )
    if not chosen and not papers:
        raise FrameError(f"No picture has «{'» or «'.join(options.only)}» in its name.")
    machine.need_browser()
    with Workbench.prepare() as bench:
        with serve_demo(bench, options.db) as server:
            look = Looker(bench.server, options.db, server.port, '')
            missed = take_all(look, chosen) + take_papers(look, papers)
    for name, reason in missed:
        complain(f"{name}: {reason}")
    return 1 if missed else 0


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/pictures',
        description="Take the pictures in docs/pictures and static/description anew, from the screens with demo data. "
        "With pngquant at hand the files take a third.",
    )
    add_option(parser, "database with demo data, made when missing (default: %(default)s, that of scripts/serve)")
    parser.add_argument(
        '--only', nargs='+', default=[''], metavar='TEXT', help="only pictures with one of these in the name"
    )
    return parser.parse_args(arguments)


def take_all(look, pictures):
    """Take pictures, with one browser for each user, language and size; return the failed ones with the reason."""
    missed = []
    with step(f"Taking {len(pictures)} pictures"):
        for kind in sorted({get_kind(picture) for picture in pictures}):
            size, login, lang = kind
            with speaking(look, login, lang), Browser(*size) as browser:
                browser.log_in(look.address, login)
                for picture in pictures:
                    if get_kind(picture) == kind:
                        try:
                            look.show(browser, picture.screen)
                            if picture.search:
                                browser.evaluate(SEARCH % picture.search)
                            browser.evaluate(CALM)
                            store(browser, picture)
                        except FrameError as error:
                            missed.append((picture.name, str(error).splitlines()[0]))
    return missed


def get_kind(picture):
    """Return what pictures have in common that one browser takes: size, user, language."""
    return picture.size, picture.screen.login, picture.lang


@contextmanager
def speaking(look, login, lang):
    """Give a user a language for a while."""
    if lang == Picture.lang:
        yield
        return
    set_language(look, login, lang)
    try:
        yield
    finally:
        set_language(look, login, Picture.lang)


def set_language(look, login, lang):
    with Browser() as browser:
        browser.log_in(look.address, 'admin')
        browser.evaluate(f"""(async () => {{
            const {{orm}} = odoo.__WOWL_DEBUG__.root.env.services;
            {ACTIVATE % lang}
            const users = await orm.search('res.users', [['login', '=', '{login}']]);
            await orm.write('res.users', users, {{lang: '{lang}'}});
        }})()""")


def take_papers(look, papers):
    """Print documents, and take pictures of their first pages; return the failed ones with the reason."""
    missed = []
    if not papers:
        return missed
    with step(f"Taking {len(papers)} papers"), tempfile.TemporaryDirectory() as folder, Browser() as browser:
        browser.log_in(look.address, 'admin')
        for paper in papers:
            try:
                file = Path(folder) / f'{paper.name}.pdf'
                file.write_bytes(print_paper(look, browser, paper))
                with Browser(*WINDOW_OF_PAPER) as viewer:
                    viewer.open(f'{file.as_uri()}#toolbar=0&navpanes=0&view=FitH')
                    store(viewer, paper, wait_for_page(viewer, Path(folder) / 'page.png', paper))
            except FrameError as error:
                missed.append((paper.name, str(error).splitlines()[0]))
    return missed


def wait_for_page(viewer, path, paper):
    """Wait until the page is drawn, and return the part of the window that shows it."""
    part = (*BEGIN_OF_PAPER, *paper.size)
    deadline = time.monotonic() + SECONDS_TO_DRAW
    while time.monotonic() < deadline:
        time.sleep(1)
        viewer.take_picture(path, part)
        if path.stat().st_size > BYTES_OF_A_BLANK_PICTURE:
            return part
    raise FrameError(f"{paper.name}: the browser has not drawn the paper within {SECONDS_TO_DRAW} seconds.")


def print_paper(look, browser, paper):
    """Return the printed PDF file, in the language chosen by the user."""
    context = quote(json.dumps({'lang': paper.lang}))
    address = f'/report/pdf/{paper.report}/{look.find(paper.record)}?force_context_lang=1&context={context}'
    answer = browser.evaluate(f"""(async () => {{
        const {{orm}} = odoo.__WOWL_DEBUG__.root.env.services;
        {ACTIVATE % paper.lang}
        const answer = await fetch({json.dumps(address)});
        const bytes = new Uint8Array(await answer.arrayBuffer());
        const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
        return answer.ok && text.startsWith('%PDF') ? btoa(text) : '';
    }})()""")
    if not answer:
        raise FrameError(f"{paper.name}: Odoo prints no PDF file. Its log says why.")
    return base64.b64decode(answer)


def store(browser, picture, part=None):
    """Save what the browser shows, or a part of it, with fewer colors if the tool for that is installed."""
    path = FOLDER / f'{picture.name}.png'
    browser.take_picture(path, part)
    if shutil.which('pngquant'):
        run_quietly(
            ['pngquant', '--force', '--strip', '--output', path, '128', path],
            f"pngquant does not like {path.name}:",
        )
    if getattr(picture, 'shop', ''):
        shutil.copyfile(path, SHOP / f'{picture.shop}.png')
    say(f'{path.name:<34}{path.stat().st_size // 1024:>6} kB')

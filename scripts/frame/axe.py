"""scripts/axe: accessibility problems of the screens for a keyboard or a screen reader, found by axe."""

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from frame import environment, machine
from frame.browser import Browser
from frame.console import complain, say, step
from frame.databases import add_option
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.screens import ODOO, OURS
from frame.serve import serve_demo
from frame.workbench import Workbench

REQUIREMENTS = CHECKOUT / 'scripts' / 'requirements-axe.txt'
SCRIPT = Path(__file__).with_name('axe.js')
GRAVE = ('critical', 'serious')
# Parts drawn by Odoo's components only: no view defines their content.
PARTS_OF_ODOO = (
    '.o_navbar',
    '.o-mail-Activity',
    '.o-mail-Message',
    '.o_field_tags',
    '.o_searchview_facet',
    '.o_search_panel_label',
    '.o_loading_indicator',
    '.o_field_kanban_activity',
    '.o_field_list_activity',
    '.o_list_record_selector',
    '.o_widget_pls_tooltip_button',
)
# No request for 300 ms, and none pending.
REST = """new Promise((resolve) => {
    const before = performance.getEntriesByType('resource').length;
    setTimeout(() => resolve(
        performance.getEntriesByType('resource').length === before && document.readyState === 'complete'
        && !document.querySelector('.o_blockUI, .o_skeleton, .modal.fade:not(.show)')), 300);
})"""


@dataclass(frozen=True)
class Finding:
    """A node of a screen that breaks a rule."""

    screen: str
    rule: str
    impact: str
    help: str
    html: str
    # The node and its parents, as axe.js reports them.
    way: str
    is_of_odoo: bool
    why: str = ''

    @property
    def kind(self):
        """A key shared by findings with the same cause: the rule with the node, or with the two colors."""
        colors = re.findall(r'#[0-9a-f]{6}', self.why)[:2] if self.rule == 'color-contrast' else []
        return (self.rule, *(colors or [self.way]))

    @property
    def is_grave(self):
        """Whether the finding blocks a user's work."""
        return self.impact in GRAVE


def main(arguments):
    """Check the screens, and return 1 when one of ours has a serious finding that is not Odoo's own."""
    options = parse(arguments)
    ours = [screen for screen in OURS if options.only.lower() in screen.title.lower()]
    if not ours:
        raise FrameError(
            f"No screen has «{options.only}» in its title. There are: {', '.join(screen.title for screen in OURS)}."
        )
    machine.need_browser()
    with Workbench.prepare() as bench:
        axe = next(environment.get_packages(REQUIREMENTS).glob('*/axe.min.js')).read_text()
        with serve_demo(bench, options.db) as server:
            look = Looker(bench.server, options.db, server.port, axe)
            known = {finding.kind for finding in look.at(ODOO, "Odoo's own screens, to compare with")}
            findings = look.at(ours, "our screens")
    return tell(findings, known, options.all)


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/axe',
        description="Open the screens of the module with demo data in a browser, and let axe look for what hinders a "
        "person with a keyboard or a screen reader. What Odoo's own screens have too is counted apart. "
        "Exits with 1 when one of ours has something critical or serious of its own.",
    )
    add_option(parser, "database with demo data, made when missing (default: %(default)s, that of scripts/serve)")
    parser.add_argument('--only', default='', metavar='TEXT', help="only the screens with this text in their title")
    parser.add_argument('--all', action='store_true', help="list also what is Odoo's own or not grave")
    return parser.parse_args(arguments)


class Looker:
    """Opens screens of a served database in a browser and runs axe on them."""

    def __init__(self, server, database, port, axe):
        self._server, self._database, self._axe = server, database, axe
        self.address = f'http://127.0.0.1:{port}'

    def at(self, screens, title):
        """Return the findings of the screens, with one browser for each login."""
        findings = []
        with step(f"Looking at {title} ({len(screens)})"):
            for login in sorted({screen.login for screen in screens}):
                with Browser() as browser:
                    browser.log_in(self.address, login)
                    browser.evaluate(f'{self._axe};0')
                    for screen in screens:
                        if screen.login == login:
                            self.show(browser, screen)
                            findings += self._look(browser, screen)
        return findings

    def show(self, browser, screen):
        """Open a screen in the web client, and click through to the part to check."""
        options = {'clearBreadcrumbs': True}
        if screen.record:
            options |= {'viewType': 'form', 'props': {'resId': self.find(screen.record)}}
        browser.evaluate(f"""(async () => {{
            const {{action}} = odoo.__WOWL_DEBUG__.root.env.services;
            await action.doAction({{type: 'ir.actions.act_window_close'}});
            await action.doAction({json.dumps(screen.action)}, {json.dumps(options)});
        }})()""")
        for selector in screen.clicks:
            self._wait(browser, selector, screen)
            browser.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self._wait(browser, screen.shows, screen)

    def find(self, record):
        """Return the id of a record of the demo database."""
        rows = self._server.query(
            "SELECT res_id FROM ir_model_data WHERE module || '.' || name = %s", [record], self._database
        )
        if not rows:
            raise FrameError(
                f"The database «{self._database}» has no {record}, which is demo data. Give --db the name of a new one."
            )
        return rows[0][0]

    def _wait(self, browser, selector, screen):
        """Wait until a node exists and the page is idle."""
        browser.wait_for(f"document.querySelector({json.dumps(selector)})", f"{screen.title}: {selector}")
        browser.wait_for(REST, f"{screen.title}: rest")

    def _look(self, browser, screen):
        """Return the findings of the current page."""
        found = browser.evaluate(f"({SCRIPT.read_text().rstrip().rstrip(';')})({json.dumps(', '.join(PARTS_OF_ODOO))})")
        return [Finding(screen.title, **values) for values in json.loads(found)]


def tell(findings, known, list_all=False):
    """Print a line for each screen and our serious findings; return the exit code."""
    own = [finding for finding in findings if not finding.is_of_odoo and finding.kind not in known]
    grave = [finding for finding in own if finding.is_grave]
    say(f"\n{'screen':<34}{'ours, grave':>13}{'ours, light':>13}{'of Odoo':>10}")
    for title in dict.fromkeys(finding.screen for finding in findings):
        here, own_here, grave_here = (
            sum(finding.screen == title for finding in group) for group in (findings, own, grave)
        )
        say(f'{title:<34}{grave_here:>13}{own_here - grave_here:>13}{here - own_here:>10}')
    say(f"{'all':<34}{len(grave):>13}{len(own) - len(grave):>13}{len(findings) - len(own):>10}")
    show_kinds(findings if list_all else grave, own)
    if grave:
        counts = Counter(finding.rule for finding in grave)
        complain(f"\nOurs and grave: {', '.join(f'{rule} {count}' for rule, count in counts.most_common())}")
    return 1 if grave else 0


def show_kinds(findings, own):
    """Print findings grouped by cause, with the first one of each as the example."""
    kinds = {}
    for finding in findings:
        kinds.setdefault(finding.kind, []).append(finding)
    for same in kinds.values():
        first = same[0]
        owner = "" if first in own else ", of Odoo"
        screens = ', '.join(dict.fromkeys(finding.screen for finding in same))
        say(
            f"\n{first.rule} ({first.impact}{owner}, {len(same)} times): {first.help}\n"
            f"    {first.way}\n    {first.html}\n    on: {screens}"
        )

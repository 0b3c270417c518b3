"""Loads the CRM sales opportunities data set through Odoo's public import, as a user does with the Import button.

Everything has an external id, so a second run finds its records and changes nothing. Unclean data in the files is
counted and reported, never fixed silently.
"""

import csv
import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

MODULE = 'sales_opportunities'
FILES = ('accounts', 'products', 'sales_teams', 'sales_pipeline')
BATCH_SIZE = 1000
STAGES = {
    'Prospecting': 'dealflow.stage_clarification',
    'Engaging': 'dealflow.stage_offer',
    'Won': 'dealflow.stage_paid',
    'Lost': 'dealflow.stage_offer',
}
MISSPELT = {'technolgy': "technology", 'Philipines': "Philippines", 'Korea': "South Korea"}


class DirtyFile(Exception):
    """A file cannot be loaded; the message says where and why."""


class SalesOpportunities:
    """One load of the data set into the database of ``env``.

    :param env: environment of a user who may import history (``dealflow.group_stage_override``)
    :param folder: folder with the CSV files
    :param commit: called after each batch, so that an interrupted run continues where it stopped
    :param tell: called with each line of progress
    """

    def __init__(self, env, folder, commit=lambda: None, tell=lambda line: None):
        self.env = env(
            context={
                **env.context,
                'tracking_disable': True,
                'no_reset_password': True,
                'mail_create_nosubscribe': True,
            }
        )
        self.folder = Path(folder)
        self.commit = commit
        self.tell = tell
        self.remarks = Counter()
        self.seconds = {}
        self.files = {name: self._read(name) for name in FILES}
        self.country_ids = {
            country.name: country.id for country in env['res.country'].with_context(lang='en_US').search([])
        }

    def load(self):
        """Load everything in the order of its references; return the remarks."""
        self._load_industries()
        self._load_partners()
        self._load_sellers()
        self._load_products()
        self._load_lost_reason()
        self._load_deals()
        self._load_receipts()
        self._refresh_requirements()
        return self.remarks

    def _read(self, name):
        path = self.folder / f'{name}.csv'
        if not path.is_file():
            raise DirtyFile(f"There is no file {path.name} in {self.folder}.")
        with path.open(encoding='utf-8-sig', newline='') as file:
            return [{key: (value or '').strip() for key, value in row.items()} for row in csv.DictReader(file)]

    def _import(self, model, columns, rows, context=None):
        """Import the rows whose first column, the external id, does not exist yet.

        :raise DirtyFile: a row is refused; earlier batches are kept, the batch of the row is not written
        """
        start = time.monotonic()
        known = set(self.env['ir.model.data'].sudo().search_fetch([('module', '=', MODULE)], ['name']).mapped('name'))
        fresh = self._without_known(rows, known)
        records = self.env[model].with_context(import_file=True, **(context or {}))
        loaded = 0
        for batch in self._batches(fresh):
            outcome = records.load(columns, batch)
            if errors := [message for message in outcome['messages'] if message['type'] == 'error']:
                raise DirtyFile(f"{model}: {errors[0]['message']} (record {errors[0].get('record', '?')} of the batch)")
            loaded += len(outcome['ids'])
            self.commit()
            self.tell(f"  {model}: {loaded} of {sum(1 for row in fresh if row[0])}")
        if loaded:
            self.seconds[model] = (loaded, time.monotonic() - start)
        else:
            self.tell(f"  {model}: nothing new")

    @staticmethod
    def _without_known(rows, known):
        """Return the rows without known records and without their lines, which have no external id of their own."""
        fresh, keep = [], False
        for row in rows:
            if row[0]:
                keep = row[0].partition('.')[2] not in known
            if keep:
                fresh.append(row)
        return fresh

    @staticmethod
    def _batches(rows):
        return (rows[start : start + BATCH_SIZE] for start in range(0, len(rows), BATCH_SIZE))

    @staticmethod
    def _key(kind, name):
        """Return the external id of what a file calls ``name``."""
        slug = ''.join(character.lower() if character.isalnum() else '_' for character in name)
        return f'{MODULE}.{kind}_{slug}'

    def _spell(self, word):
        if word in MISSPELT:
            self.remarks[f"accounts.csv: “{word}” read as “{MISSPELT[word]}”"] += 1
        return MISSPELT.get(word, word)

    def _date(self, text):
        """Convert the DD-MM-YYYY of the files to the format of the import."""
        return datetime.strptime(text, '%d-%m-%Y').date().isoformat() if text else ''

    # Parts

    def _load_industries(self):
        names = dict.fromkeys(MISSPELT.get(row['sector'], row['sector']) for row in self.files['accounts'])
        self._import(
            'res.partner.industry', ['id', 'name'], [[self._key('industry', name), name.capitalize()] for name in names]
        )

    def _load_partners(self):
        parents, subsidiaries, links = [], [], []
        for row in self.files['accounts']:
            parent = row['subsidiary_of']
            country = self._spell(row['office_location'])
            values = [
                self._key('account', row['account']),
                row['account'],
                'entity' if parent else 'both',
                'True',
                self._key('industry', self._spell(row['sector'])),
                str(self.country_ids.get(country, '')),
                f"Founded in {row['year_established']}; {row['employees']} employees; "
                f"revenue {row['revenue']} million USD a year.",
            ]
            (subsidiaries if parent else parents).append(values)
            if parent:
                links.append(
                    [
                        self._key('link', row['account']),
                        self._key('account', parent),
                        self._key('account', row['account']),
                        'owns',
                    ]
                )
        columns = ['id', 'name', 'counterparty_role', 'is_company', 'industry_id/id', 'country_id/.id', 'comment']
        self._import('res.partner', columns, parents + subsidiaries)
        self._import('dealflow.entity.link', ['id', 'partner_id/id', 'entity_id/id', 'role'], links)

    def _load_sellers(self):
        sellers = self.files['sales_teams']
        managers = dict.fromkeys(row['manager'] for row in sellers)
        groups = {True: 'dealflow.group_user_team,dealflow.group_receipts', False: 'dealflow.group_user_own'}
        self._import(
            'res.users',
            ['id', 'name', 'login', 'group_ids/id'],
            [
                [
                    self._key('user', name),
                    name,
                    f"{name.lower().replace(' ', '.')}@example.com",
                    groups[name in managers],
                ]
                for name in dict.fromkeys([*managers, *(row['sales_agent'] for row in sellers)])
            ],
        )
        offices = {row['manager']: row['regional_office'] for row in sellers}
        self._import(
            'crm.team',
            ['id', 'name', 'user_id/id'],
            [
                [self._key('team', manager), f"{manager} ({offices[manager]})", self._key('user', manager)]
                for manager in managers
            ],
        )
        self._import(
            'crm.team.member',
            ['id', 'crm_team_id/id', 'user_id/id'],
            [
                [
                    self._key('member', row['sales_agent']),
                    self._key('team', row['manager']),
                    self._key('user', row['sales_agent']),
                ]
                for row in sellers
            ],
        )
        idle = {row['sales_agent'] for row in sellers} - {row['sales_agent'] for row in self.files['sales_pipeline']}
        self.remarks["sales_teams.csv: sellers without any deal"] = len(idle)

    def _load_products(self):
        rows = self.files['products']
        self._import(
            'product.category',
            ['id', 'name'],
            [[self._key('series', series), series] for series in dict.fromkeys(row['series'] for row in rows)],
        )
        self._import(
            'product.product',
            ['id', 'name', 'categ_id/id', 'list_price', 'type'],
            [
                [
                    self._key('product', row['product']),
                    row['product'],
                    self._key('series', row['series']),
                    row['sales_price'],
                    'consu',
                ]
                for row in rows
            ],
        )

    def _load_lost_reason(self):
        self._import(
            'crm.lost.reason', ['id', 'name'], [[self._key('lost_reason', 'unknown'), "Not stated in the file"]]
        )

    def _load_deals(self):
        """Load deals with one line each; the log takes its dates from ``opened_on`` and ``closed_on``."""
        parents = {row['account']: row['subsidiary_of'] for row in self.files['accounts']}
        managers = {row['sales_agent']: row['manager'] for row in self.files['sales_teams']}
        products = {row['product']: row['sales_price'] for row in self.files['products']}
        columns = [
            'id',
            'name',
            'business_partner_id/id',
            'legal_entity_id/id',
            'user_id/id',
            'team_id/id',
            'currency_id/id',
            'stage_id/id',
            'lost_reason_id/id',
            'opened_on',
            'closed_on',
            'short_status',
            'line_ids/product_id/id',
            'line_ids/quantity',
            'line_ids/price_unit',
        ]
        rows = []
        for row in self.files['sales_pipeline']:
            account, outcome = row['account'], row['deal_stage']
            self._check_row(row, parents, managers, products)
            rows.append(
                [
                    self._key('deal', row['opportunity_id']),
                    f"{row['product']} for {account or 'a client not named yet'}",
                    self._key('account', parents[account] or account) if account else '',
                    self._key('account', account) if account else '',
                    self._key('user', row['sales_agent']),
                    self._key('team', managers[row['sales_agent']]),
                    'base.USD',
                    STAGES[outcome],
                    self._key('lost_reason', 'unknown') if outcome == 'Lost' else '',
                    self._date(row['engage_date']),
                    self._date(row['close_date']),
                    outcome,
                    self._key('product', row['product']),
                    '1',
                    row['close_value'] or products[row['product']],
                ]
            )
        self._import('dealflow.deal', columns, rows)

    def _check_row(self, row, parents, managers, products):
        """Refuse values that cannot be guessed, and count missing ones."""
        place = f"sales_pipeline.csv, opportunity {row['opportunity_id']}"
        for column, allowed in (
            ('deal_stage', STAGES),
            ('sales_agent', managers),
            ('product', products),
            ('account', {'', *parents}),
        ):
            if row[column] not in allowed:
                raise DirtyFile(f"{place}: the {column} “{row[column]}” is unknown.")
        if not row['account']:
            self.remarks["sales_pipeline.csv: deals without an account"] += 1
        if not row['engage_date']:
            self.remarks["sales_pipeline.csv: deals without a date; opened on the day of the import"] += 1
        if not row['close_value']:
            self.remarks["sales_pipeline.csv: open deals without a value; valued at the list price"] += 1

    def _load_receipts(self):
        """Load one received receipt for each won deal, on its close date."""
        if 'dealflow.receipt' not in self.env:
            return
        self._import(
            'dealflow.receipt',
            ['id', 'deal_id/id', 'name', 'amount', 'currency_id/id', 'date_planned', 'date_received', 'state'],
            [
                [
                    self._key('receipt', row['opportunity_id']),
                    self._key('deal', row['opportunity_id']),
                    "Full payment",
                    row['close_value'],
                    'base.USD',
                    self._date(row['close_date']),
                    self._date(row['close_date']),
                    'received',
                ]
                for row in self.files['sales_pipeline']
                if row['deal_stage'] == 'Won'
            ],
        )

    def _refresh_requirements(self):
        """Recompute the requirements of won deals, now that their money is there; the cron would within the hour."""
        deals = self.env['dealflow.deal'].search([('meets_requirements', '=', False), ('state', '!=', 'lost')])
        for start in range(0, len(deals), BATCH_SIZE):
            deals[start : start + BATCH_SIZE]._refresh_requirements()
            self.commit()


def run(env):
    """Load the folder given by ``DEALFLOW_SALES_FOLDER`` in Odoo's shell and print the result."""
    env.user.group_ids |= env.ref('dealflow.group_stage_override')
    start = time.monotonic()
    sales = SalesOpportunities(
        env,
        os.environ['DEALFLOW_SALES_FOLDER'],
        commit=env.cr.commit,
        tell=lambda line: print(line, flush=True),
    )
    remarks = sales.load()
    for model, (rows, seconds) in sales.seconds.items():
        print(f"{model}: {rows} in {seconds:.1f} s, {rows / seconds:.0f} a second")
    for remark, count in remarks.items():
        print(f"Not clean: {remark}: {count}")
    print(f"Done in {time.monotonic() - start:.1f} s.")

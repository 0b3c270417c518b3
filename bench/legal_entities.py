"""Loads the legal entities of the LEI data set through Odoo's public import, as a user does with the Import button.

The external id is the LEI, so a second run finds its records. Unclean data in the file is counted and reported.
"""

import csv
import os
import re
import time
from collections import Counter
from pathlib import Path

from .sales_opportunities import DirtyFile

MODULE = 'legal_entities_lei'
FILE = 'lei-records.csv'
BATCH_SIZE = 1000
COLUMNS = [
    'id',
    'name',
    'is_company',
    'counterparty_role',
    'lei',
    'company_registry',
    'country_id/.id',
    'state_id/.id',
    'zip',
]
# A spreadsheet replaced long numbers by these before the file was published: the digits are lost.
ROUNDED_NUMBER = re.compile(r'\d(\.\d+)?E\+\d+')
POLISH_COURT_REGISTER = 'RA000484'


class LegalEntities:
    """One load of the data set into the database of ``env``.

    :param folder: folder with the CSV file
    :param refresh: import known entities again, which overwrites changes made by users since
    :param commit: called after each batch, so that an interrupted run continues where it stopped
    :param tell: called with each line of progress
    """

    def __init__(self, env, folder, refresh=False, commit=lambda: None, tell=lambda line: None):
        self.env = env(context={**env.context, 'tracking_disable': True, 'mail_create_nosubscribe': True})
        self.path = Path(folder) / FILE
        self.refresh = refresh
        self.commit = commit
        self.tell = tell
        self.remarks = Counter()
        self.loaded = 0
        self.seconds = 0.0
        self.country_ids = {country.code: country.id for country in env['res.country'].search([])}
        self.state_ids = {
            (state.country_id.code, state.code): state.id for state in env['res.country.state'].search([])
        }

    def load(self):
        """Load the file and return the remarks: kinds of unclean data, with the number of rows."""
        start = time.monotonic()
        rows = [self._prepare_row(row) for row in self._read()]
        known = set(self.env['ir.model.data'].sudo().search_fetch([('module', '=', MODULE)], ['name']).mapped('name'))
        fresh = rows if self.refresh else [row for row in rows if row[0].partition('.')[2] not in known]
        records = self.env['res.partner'].with_context(import_file=True)
        for first in range(0, len(fresh), BATCH_SIZE):
            outcome = records.load(COLUMNS, fresh[first : first + BATCH_SIZE])
            if errors := [message for message in outcome['messages'] if message['type'] == 'error']:
                line = first + errors[0].get('record', 0) + 2
                raise DirtyFile(f"{FILE}, line {line}: {errors[0]['message']}")
            self.loaded += len(outcome['ids'])
            self.commit()
            self.tell(f"  legal entities: {self.loaded} of {len(fresh)}")
        self.seconds = time.monotonic() - start
        return self.remarks

    def _read(self):
        if not self.path.is_file():
            raise DirtyFile(f"There is no file {FILE} in {self.path.parent}.")
        with self.path.open(encoding='utf-8-sig', newline='') as file:
            return [{key: (value or '').strip() for key, value in row.items()} for row in csv.DictReader(file)]

    def _prepare_row(self, row):
        country = row['Entity.LegalAddress.Country']
        region = row['Entity.LegalAddress.Region'].partition('-')[2]
        state_id = self.state_ids.get((country, region), '')
        if country not in self.country_ids:
            self.remarks["countries that Odoo does not know"] += 1
        if region and not state_id:
            self.remarks["regions that Odoo does not know, left empty"] += 1
        return [
            f"{MODULE}.{row['LEI']}",
            row['Entity.LegalName'],
            '1',
            'entity',
            row['LEI'],
            self._get_registry(row),
            self.country_ids.get(country, ''),
            state_id,
            row['Entity.LegalAddress.PostalCode'],
        ]

    def _get_registry(self, row):
        """Return the registry number of the file, and record what is wrong with it."""
        number = row['Entity.RegistrationAuthority.RegistrationAuthorityEntityID']
        if not number:
            self.remarks["without a registry number"] += 1
        elif number == 'N/A':
            self.remarks["registry number “N/A”, left empty"] += 1
            return ''
        elif ROUNDED_NUMBER.fullmatch(number):
            self.remarks["registry number rounded by a spreadsheet, kept as it is"] += 1
        elif row['Entity.RegistrationAuthority.RegistrationAuthorityID'] == POLISH_COURT_REGISTER and len(number) < 10:
            self.remarks["Polish registry number without its leading zeros, kept as it is"] += 1
        return number


def run(env):
    """Load the folder given by ``DEALFLOW_ENTITIES_FOLDER`` in Odoo's shell and print the result."""
    entities = LegalEntities(
        env,
        os.environ['DEALFLOW_ENTITIES_FOLDER'],
        commit=env.cr.commit,
        tell=lambda line: print(line, flush=True),
    )
    remarks = entities.load()
    print(f"{entities.loaded} legal entities in {entities.seconds:.1f} s")
    for remark, count in sorted(remarks.items()):
        print(f"Not clean: {remark}: {count}")

"""Labelled pairs for «Find groups», derived from real legal entities: duplicates, and entities of one group.

A tenth of the entities gets a duplicate as users would have typed it again, or a sister company of the same group. All
other names are unchanged: any match between a created record and one of them counts as wrong.
"""

import csv
import random
from pathlib import Path

LATIN_TO_CYRILLIC = str.maketrans('abvgdezijklmnoprstufcwy', 'абвгдезийклмнопрстуфквы')
SISTER_WORDS = ("Trading", "Logistics", "Services", "Engineering", "Retail", "Energy")


def read_entities(folder):
    """Return the entities of the file as the plain records that the comparison takes."""
    with (Path(folder) / 'lei-records.csv').open(encoding='utf-8-sig', newline='') as file:
        return [
            {
                'id': number,
                'name': row['Entity.LegalName'].strip(),
                'country': row['Entity.LegalAddress.Country'],
                'registry': row['Entity.RegistrationAuthority.RegistrationAuthorityEntityID'].strip(),
            }
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]


def make_twin(record, kind, number, rng):
    """Return a second record of the same entity as a user would enter it."""
    twin = {**record, 'id': number}
    name = record['name']
    if kind == 'number':
        twin['registry'] = ' '.join(['00' + record['registry'][:3], record['registry'][3:]])
        twin['name'] = name.upper()
    else:
        twin['registry'] = ''
    if kind == 'typo':
        place = rng.randrange(1, len(name) - 1)
        twin['name'] = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    elif kind == 'form':
        twin['name'] = name.rsplit(' ', 1)[0] if name.count(' ') > 1 else f"{name} Ltd"
    elif kind == 'order':
        words = name.split()
        twin['name'] = ' '.join(words[1:] + words[:1])
    elif kind == 'cyrillic':
        twin['name'] = name.lower().translate(LATIN_TO_CYRILLIC)
    elif kind == 'sister':
        twin['name'] = f"{' '.join(name.split()[:2])} {rng.choice(SISTER_WORDS)}"
        twin['registry'] = str(rng.randrange(10**9, 10**10))
    return twin


def make_pairs(records, seed=1):
    """Return ``(records with duplicates, {(id, id): kind})``: the pairs to find."""
    rng = random.Random(seed)
    usable = [record for record in records if len(record['name']) >= 10 and record['name'].count(' ') >= 1]
    chosen = rng.sample(usable, len(records) // 10)
    kinds = ('number', 'typo', 'form', 'order', 'cyrillic', 'sister')
    twins, labels = [], {}
    for position, record in enumerate(chosen):
        kind = kinds[position % len(kinds)]
        if (kind == 'number' and len(record['registry']) < 6) or (kind == 'cyrillic' and not record['name'].isascii()):
            kind = 'typo'
        number = len(records) + position + 1
        twins.append(make_twin(record, kind, number, rng))
        labels[record['id'], number] = kind
    return records + twins, labels


def measure(compare, folder, seed=1):
    """Return precision, recall and the recall by kind of ``compare`` on the labelled pairs.

    Precision counts only pairs with a created record: for two similar entities of the data set it is unknown whether
    they are in one group.
    """
    records, labels = make_pairs(read_entities(folder), seed)
    first_twin = len(records) - len(labels) + 1
    found = compare(records)
    judged = {pair for pair in found if pair[1] >= first_twin}
    right = judged & labels.keys()
    recall = {}
    for kind in sorted(set(labels.values())):
        pairs = {pair for pair, label in labels.items() if label == kind}
        recall[kind] = len(pairs & right) / len(pairs)
    return len(right) / len(judged), len(right) / len(labels), recall, len(found)

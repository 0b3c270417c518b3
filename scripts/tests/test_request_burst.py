"""A burst of requests over HTTP, on two workers and with the job that routes them: nothing is lost, nothing doubled."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
import requests

from frame.databases import Databases
from frame.odoo_server import OdooServer
from frame.workbench import Workbench, result

CALLERS = 16
SENDERS = 160
# Sent by two callers at once, as by a form that was pressed twice.
TWICE = 20
# From the address of somebody else, with another key: one client who asks for several things at once.
MORE = 20
SHARES = {'first': 50, 'second': 30, 'third': 20}
SECONDS = 180
MAKE_RECORDS = """
import json
from odoo.fields import Command
from odoo.tests import new_test_user

env = env['base'].with_context(no_reset_password=True, tracking_disable=True).env
people = {
    login: new_test_user(env, login=login, groups='base.group_user,dealflow.group_user_own') for login in %(shares)s
}
env['dealflow.request.route'].create({
    'name': "All", 'method': 'share',
    'taker_ids': [
        Command.create({'user_id': people[login].id, 'share': share, 'sequence': number})
        for number, (login, share) in enumerate(%(shares)s.items())
    ],
})
source = env['dealflow.request.source'].create(
    {'name': "Burst", 'country_id': env.ref('base.pl').id, 'rate_limit': 100000}
)
key = source.action_new_key()['context']['default_key']
env.cr.commit()
print('RESULT', json.dumps({'key': key}))
"""


@pytest.fixture(scope='module')
def stand():
    with Workbench.prepare() as bench:
        name = bench.server.own(f'dealflow_burst_{os.getpid()}')
        databases = Databases(bench)
        try:
            databases.install(name, demo=False)
            key = result(bench.run_program(name, MAKE_RECORDS % {'shares': SHARES}))['key']
            with OdooServer(bench, name, workers=2, max_cron_threads=1) as odoo:
                yield bench, name, odoo, key
        finally:
            databases.drop(name)


def test_a_burst_of_requests(stand):
    bench, name, odoo, key = stand

    def query(statement):
        settings = bench.server.settings
        with (
            closing(
                psycopg2.connect(
                    dbname=name,
                    host=settings.get('PGHOST'),
                    port=settings.get('PGPORT'),
                    user=settings.get('PGUSER'),
                )
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return cursor.fetchall()

    def send(job):
        sender, number = job
        answer = requests.post(
            f'http://127.0.0.1:{odoo.port}/dealflow/requests',
            json={'subject': f"Request {number}", 'email': f'sender{sender}@example.com', 'contact': "Sender"},
            headers={
                'Authorization': f'Bearer {key}',
                'Idempotency-Key': f'key-{number}',
                'X-Odoo-Database': name,
            },
            timeout=SECONDS,
        )
        return number, answer.status_code, answer.text

    first = [(sender, sender) for sender in range(SENDERS)]
    again = first[:TWICE]
    more = [(SENDERS - 1 - number, SENDERS + number) for number in range(MORE)]
    jobs = [job for pair in zip(first[:TWICE], again, strict=True) for job in pair]
    for number, job in enumerate(first[TWICE:]):
        jobs.append(job)
        if number >= len(first) - TWICE - MORE:
            jobs.append(more[len(first) - TWICE - 1 - number])
    assert len(jobs) == SENDERS + TWICE + MORE == 200
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(send, jobs))

    assert [answer for answer in answers if answer[1] != 200] == []
    by_number = {}
    for number, _status, text in answers:
        by_number.setdefault(number, set()).add(text)
    assert [texts for texts in by_number.values() if len(texts) > 1] == [], "the same key, the same answer"

    deadline = time.monotonic() + SECONDS
    while query("SELECT count(*) FROM crm_lead WHERE user_id IS NULL OR dealflow_routing = 'waiting'") != [(0,)]:
        assert time.monotonic() < deadline, "They were not routed."
        time.sleep(0.2)
    assert query("SELECT count(*), count(DISTINCT email_normalized) FROM crm_lead") == [(SENDERS, SENDERS)]
    assert query("SELECT state, count(*) FROM dealflow_request_arrival GROUP BY state ORDER BY state") == [
        ('joined', MORE),
        ('new', SENDERS),
    ]
    shares = Counter(
        dict(query("SELECT u.login, count(*) FROM crm_lead l JOIN res_users u ON u.id = l.user_id GROUP BY u.login"))
    )
    assert shares == {login: SENDERS * share // 100 for login, share in SHARES.items()}
    log = "SELECT count(DISTINCT lead_id), count(*), count(DISTINCT reason) FROM dealflow_request_assignment"
    assert query(log) == [(SENDERS, SENDERS, SENDERS)]

"""What scripts/bench --load counts and requests, and which server scripts/replica-demo expects to run statements."""

import pytest

from bench import load
from frame import replica_demo

VIEWS = {
    'models': {
        'deal': {
            'fields': {
                'name': {'type': 'char'},
                'user_id': {'type': 'many2one', 'relation': 'user'},
                'line_ids': {'type': 'one2many', 'relation': 'line'},
                'tag_ids': {'type': 'many2many', 'relation': 'tag'},
            }
        },
        'line': {'fields': {'price': {'type': 'float'}, 'product_id': {'type': 'many2one', 'relation': 'product'}}},
    },
    'views': {
        'form': {
            'arch': """
        <form>
            <group><field name="name"/><field name="user_id"/></group>
            <field name="line_ids"><list><field name="price"/><field name="product_id"/></list></field>
            <field name="tag_ids"/><field name="unknown"/>
        </form>
    """
        }
    },
}


def test_fields_of_a_view_are_read_as_the_web_client_reads_them():
    link = {'fields': {'display_name': {}}}
    assert load.specification(VIEWS, 'deal', 'form') == {
        'name': {},
        'user_id': link,
        'line_ids': {'fields': {'price': {}, 'product_id': link}, 'limit': 40},
        'tag_ids': {'fields': {'display_name': {}}, 'limit': 40},
    }


def test_middle_and_slow_end():
    assert load.describe([*range(1, 101)]) == {'count': 100, 'p50': 51, 'p95': 96}
    assert load.describe([3.0]) == {'count': 1, 'p50': 3.0, 'p95': 3.0}


class Server:
    """A stand-in for a PostgreSQL server that has counted the given number of statements."""

    def __init__(self, count):
        self.count = count

    def query(self, *arguments, **keywords):
        return [[self.count]]


class Session:
    def call(self, *arguments, **keywords):
        pass


@pytest.mark.parametrize(
    ('reads_only', 'on_standby', 'on_primary', 'good'),
    [
        (True, 5, 0, True),
        (True, 5, 1, False),
        (True, 0, 0, False),
        (False, 0, 20, True),
        (False, 1, 20, False),
        (False, 0, 0, False),
    ],
)
def test_deed_on_the_wrong_server_is_told(reads_only, on_standby, on_primary, good, capsys):
    deed = replica_demo.Deed("a deed", 'model', 'method', [], {}, reads_only)
    assert replica_demo.show(deed, Session(), Server(on_primary), Server(on_standby)) is good
    assert ('NOT AS IT OUGHT TO BE' in capsys.readouterr().out) is not good

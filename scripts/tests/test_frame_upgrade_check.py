"""What scripts/upgrade-check counts as a loss."""

from frame.upgrade_check import Contents

BEFORE = Contents({'deal': 2, 'log': 5}, {('deal', 'name'): 'a', ('log', 'date'): 'b'})


def test_everything_kept():
    later = Contents({'deal': 2, 'log': 5, 'claim': 1}, {('deal', 'name'): 'a', ('log', 'date'): 'b'})
    assert BEFORE.compare(later) == []


def test_lost_rows_changed_columns_and_lost_tables_are_told():
    later = Contents({'deal': 2, 'log': 4}, {('deal', 'name'): 'other', ('log', 'date'): 'b'})
    assert BEFORE.compare(later) == ["table log: 5 rows before, 4 now", "column deal.name: changed or gone"]
    assert BEFORE.compare(Contents({'deal': 2}, {('deal', 'name'): 'a'})) == ["table log: gone"]


def test_rows_that_came_in_addition_are_no_loss():
    later = Contents({'deal': 3, 'log': 5}, {('deal', 'name'): 'other', ('log', 'date'): 'b'})
    assert BEFORE.compare(later) == []


def test_renamed_column_is_kept_and_an_emptied_one_is_not():
    later = Contents({'deal': 2, 'log': 5}, {('deal', 'title'): 'a', ('log', 'date'): 'b'})
    assert BEFORE.compare(later) == []
    later.prints[('deal', 'title')] = None
    assert BEFORE.compare(later) == ["column deal.name: changed or gone"]
    later.prints |= {('deal', 'title'): 'a', ('deal', 'name'): 'other'}
    assert BEFORE.compare(later) == ["column deal.name: changed or gone"]

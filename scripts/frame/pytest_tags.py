"""A pytest plugin to select tests by Odoo's tags: scripts/test -m 'not real_data'."""


def pytest_itemcollected(item):
    """Mark the test with those of its tags that pyproject.toml registers as markers."""
    known = {line.partition(':')[0] for line in item.config.getini('markers')}
    for tag in sorted(known.intersection(getattr(getattr(item, 'cls', None), 'test_tags', ()))):
        item.add_marker(tag)

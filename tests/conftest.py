"""Tests of one `xdist_group` run in one process, as their mark says: they share a stack.

pytest-xdist 3.8 tells its scheduler of groups by a suffix of a test's id, which it puts where
pytest 9.2 no longer looks (pytest-xdist issue 1386): without a word, every process would bring up
every stack. To be removed with the release that mends it.
"""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and not item.nodeid.endswith(f"@{mark.args[0]}"):
            item._id = type(item._id).parse(f"{item.nodeid}@{mark.args[0]}")

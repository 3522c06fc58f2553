"""Tests of one `xdist_group` run in one process, as their mark says: they share a stack.

Groups that wait for a schedule begin first, so that all else is worked off meanwhile.

pytest-xdist 3.8 tells its scheduler of groups by a suffix of a test's id, which it puts where
pytest 9.2 no longer looks (pytest-xdist issue 1386): without a word, every process would bring up
every stack. To be removed with the release that mends it.
"""

from functools import cache
from types import ModuleType

import botocore.loaders
import pytest

LONGEST_FIRST = (
    "stories",
    "watched_stack",
    "rough",
    "vectors",
    "least_power",
    "deployment",
    "templates",
)
ASKS_HOW_OFTEN = {"times", "SOAKING", "law"}  # of tests/soak.py, and of the laws that stand on it

# Else each session of boto3 reads what describes AWS's services: a third of a command's time
botocore.loaders.create_loader = cache(botocore.loaders.create_loader)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what tries more in the long run: whatever stands in a file that asks how often to."""
    module = getattr(item, "module", None)
    if isinstance(module, ModuleType) and ASKS_HOW_OFTEN & vars(module).keys():
        item.add_marker("soak")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("loadgroup", default=False):
        return
    items.sort(key=_turn)
    for item in items:
        group = _group(item)
        if group and not item.nodeid.endswith(f"@{group}"):
            item._id = type(item._id).parse(f"{item.nodeid}@{group}")


def _turn(item: pytest.Item) -> int:
    group = _group(item)
    return LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)


def _group(item: pytest.Item) -> str:
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""

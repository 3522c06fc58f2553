"""Stacks on the local cloud. Each test process starts its own, on its own port, and stops it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import stop_cloud
from infra.local.local_stack import LocalStack, bring_up


@pytest.fixture(autouse=True, scope="session")
def _no_account_of_the_user() -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """A stack that tests share: each uses people of its own."""
    running = bring_up()
    yield running
    stop_cloud(running.cloud)


@pytest.fixture
def enforced_stack() -> Iterator[LocalStack]:
    """A stack of its own in which roles and TLS-only policies count, as in AWS."""
    running = bring_up(enforce_permissions=True)
    yield running
    stop_cloud(running.cloud)


@pytest.fixture
def lone_stack() -> Iterator[LocalStack]:
    """A stack of its own, to break."""
    running = bring_up()
    yield running
    stop_cloud(running.cloud)


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "alerts"

"""A Chromium of this machine for tests of the console; without one they are skipped, but not where
everything must be checked (`CI=true`).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.console.visit import Visit, Visits

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium on this machine: apt-get install chromium"
ARGUMENTS = [
    "--no-sandbox",  # tests run as root in containers too
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # it talks to nobody but the page
    "--disable-component-update",
    "--disable-sync",
]
Begin = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: Playwright's loop must not outlive its tests in this process."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def begin(browser: Browser) -> Begin:
    """Begin a visit: `with begin(api, language="pl") as visit:`."""
    return Visits(browser).begin


@pytest.fixture
def visit(begin: Begin) -> Iterator[Visit]:
    """Kasia, a rep, before her call list."""
    with begin() as visit:
        yield visit.enter()

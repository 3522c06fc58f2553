"""The Chromium of the console's tests opens reports too."""

from tests.console.conftest import browser

__all__ = ["browser"]

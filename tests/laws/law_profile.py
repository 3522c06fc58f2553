"""How long laws are tried: the same examples on each push, fresh ones with `LAWS=fresh`."""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings

FRESH = os.environ.get("LAWS") == "fresh"
HISTORIES = 20_000 if FRESH else 2_000
Test = TypeVar("Test", bound=Callable[..., None])


def law(histories: int) -> Callable[[Test], Test]:
    """Try a law on so many histories and shrink what breaks it."""
    return settings(
        max_examples=histories,
        derandomize=not FRESH,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

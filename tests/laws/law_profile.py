"""How long laws are tried: the same examples on each push, fresh ones in the long run."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, settings

from tests.soak import SOAKING, times

HISTORIES = times(push=1_000, soak=100_000)  # beside 2,000 that are played
Test = TypeVar("Test", bound=Callable[..., None])


def law(histories: int) -> Callable[[Test], Test]:
    """Try a law on so many histories and shrink what breaks it."""
    return settings(
        max_examples=histories,
        derandomize=not SOAKING,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

from collections.abc import Iterator

import pytest

from tests.faults.fault_stage import FaultStage, fault_stage
from tests.handlers.conftest import ear

__all__ = ["ear"]  # whatever the functions write while they fail is JSON of our own words, too


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultStage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        fault_stage(patch, tmp_path_factory.mktemp("asset")) as built,
    ):
        yield built

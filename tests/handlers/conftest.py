from collections.abc import Iterator

import pytest

from tests.handlers.lambda_stage import Stage, lambda_stage
from tests.handlers.told_lines import Ear, check_line


@pytest.fixture(autouse=True)
def ear(capsys: pytest.CaptureFixture[str]) -> Iterator[Ear]:
    """Whatever the functions write during a test is JSON of our own words."""
    ear = Ear(capsys.readouterr)
    yield ear
    for line in ear.lines():
        check_line(line)


@pytest.fixture(scope="module")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        lambda_stage(patch, tmp_path_factory.mktemp("asset")) as built,
    ):
        yield built


@pytest.fixture
def stage(built_stage: Stage, ear: Ear) -> Stage:
    built_stage.restart()
    built_stage.clear()
    built_stage.out = ear.new
    return built_stage

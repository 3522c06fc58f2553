from collections.abc import Iterator

import pytest

from tests.handlers.lambda_stage import Stage, lambda_stage


@pytest.fixture(scope="module")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        lambda_stage(patch, tmp_path_factory.mktemp("asset")) as built,
    ):
        yield built


@pytest.fixture
def stage(built_stage: Stage, capsys: pytest.CaptureFixture[str]) -> Stage:
    built_stage.restart()
    built_stage.clear()
    built_stage.out = lambda: capsys.readouterr().out
    return built_stage

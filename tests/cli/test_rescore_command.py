"""`rescore`: begins one, follows the newest to its end, says how far it is."""

from argparse import Namespace
from dataclasses import replace

import pytest

from cli.problem import ProblemError
from cli.rescore_command import STANDS_STILL_MS
from cli.rescore_command import run as rescore
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import (
    Moved,
    Progress,
    Run,
    newest_run,
    progress_of,
    save_progress,
    save_run,
)
from functions.scoring.instants import SECOND_MS
from tests.builders import MONDAY
from tests.cli.moto_stack import NAME, MotoStack

BEGUN = Run(2, "v2", begun_at=MONDAY, starts_at=MONDAY)


def asked(*, watch: bool = False, status: bool = False) -> Namespace:
    return Namespace(watch=watch, status=status, stack=NAME, region=None, profile=None)


@pytest.fixture
def models(stack: MotoStack) -> ModelTable:
    return ModelTable(stack.client("dynamodb"), "models")


def step(models: ModelTable, number: int) -> Progress:
    moved = [Moved("anna", "warm", "hot", 71)]
    done = progress_of(models, BEGUN, number).further(
        after="x", seen=10, written=4, failed=0, moved=moved
    )
    return save_progress(models, BEGUN, replace(done, is_done=True))


def test_it_has_the_function_begin_and_work_on_every_segment(
    stack: MotoStack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rescore(asked()) == 0
    assert stack.invoked == [{"begin": True}, *({"segments": [number]} for number in range(4))]
    assert f"lead-scoring rescore --watch --stack {NAME}" in capsys.readouterr().out


def test_a_function_that_fails_is_told_with_what_to_do(stack: MotoStack) -> None:
    def fail(_: object) -> dict[str, object]:
        raise TimeoutError

    stack.rescoring = fail
    with pytest.raises(ProblemError, match=r"RescoreLeads failed \(TimeoutError\); see its log"):
        rescore(asked())


@pytest.mark.usefixtures("stack")
def test_before_the_first_there_is_nothing_to_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert rescore(asked(watch=True)) == 0
    assert "No rescore has begun yet" in capsys.readouterr().out


def test_how_far_it_is_tells_what_moved(
    models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    save_run(models, BEGUN, expected=0)
    step(models, 0)
    assert rescore(asked(status=True)) == 0
    assert capsys.readouterr().out == (
        "Model v2, begun 2026-11-23 09:00 UTC\n"
        "10 leads looked at so far, 4 written\n"
        "  warm to hot: 1\n"
        "It is not over yet.\n"
    )


def test_watching_goes_on_to_the_end(
    models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = save_run(models, BEGUN, expected=0)
    steps = iter(range(4))

    def wait(_: float) -> None:
        number = next(steps, None)
        if number is not None:
            step(models, number)
        else:
            newest = newest_run(models)
            assert newest == saved
            ended = replace(saved, ended_at=MONDAY + 42 * SECOND_MS)
            save_run(models, ended, expected=saved.revision)

    assert rescore(asked(watch=True), wait=wait, clock=lambda: MONDAY) == 0
    assert "40 leads looked at in 42 s, 16 written" in capsys.readouterr().out


def test_a_rescore_that_stands_still_is_no_reason_to_watch_for_ever(models: ModelTable) -> None:
    save_run(models, BEGUN, expected=0)
    now = [MONDAY]

    def wait(_: float) -> None:
        now[0] += STANDS_STILL_MS // 2

    with pytest.raises(ProblemError, match="stands still"):
        rescore(asked(watch=True), wait=wait, clock=lambda: now[0])

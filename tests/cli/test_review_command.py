"""`review`: the newest week beside the one before, and when the model was changed."""

import json
from argparse import Namespace
from dataclasses import replace

import pytest

from cli.problem import ProblemError
from cli.review_command import STANDS_STILL_MS
from cli.review_command import run as review
from functions.leads.kept_model import KeptModel, keep
from functions.leads.model_table import ModelTable
from functions.leads.week_count import (
    Tally,
    WeekCount,
    begun,
    keep_week,
    newest_count,
    save_count,
)
from functions.scoring.instants import DAY_MS
from tests.builders import MONDAY
from tests.cli.moto_stack import NAME, MotoStack

WEEK = replace(
    begun("2026-W48", "v1", ("ceo", "pricing-page"), at=MONDAY),
    bands={"hot": Tally(70, 40, 14, 30, 8), "warm": Tally(200, 12), "cold": Tally(900)},
    rules={"ceo": Tally(30, 20, 9, 2, 1), "pricing-page": Tally(150, 30, 5, 1, 0)},
    former=12,
    counted_at=MONDAY,
)
BEFORE = replace(
    WEEK,
    week="2026-W47",
    bands={"hot": Tally(60, 30, 10, 10, 0), "warm": Tally(180), "cold": Tally(800)},
    rules={"ceo": Tally(28, 18, 8, 2, 0)},
)


def asked(*, count_now: bool = False, as_json: bool = False) -> Namespace:
    return Namespace(now=count_now, json=as_json, stack=NAME, region=None, profile=None)


@pytest.fixture
def models(stack: MotoStack) -> ModelTable:
    return ModelTable(stack.client("dynamodb"), "models")


def kept(models: ModelTable, *weeks: WeekCount, **compiled: object) -> None:
    for week in weeks:
        keep_week(models, week)
    keep(models, KeptModel("v1", "", compiled, MONDAY - 40 * DAY_MS), number=1)


def shown(capsys: pytest.CaptureFixture[str], *, days: int = 0, **changes: bool) -> list[str]:
    at = MONDAY + days * DAY_MS
    assert review(asked(**changes), wait=lambda _: None, clock=lambda: at) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if line.strip()]


@pytest.mark.usefixtures("stack")
def test_before_the_first_week_it_says_when_that_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys)[0].startswith("No week is counted yet: that happens within an hour")


def test_r82_the_newest_week_stands_beside_the_one_before(
    models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(models, BEFORE, WEEK, review={"hot_wins_below": 30, "after": 180 * DAY_MS})
    lines = shown(capsys)
    assert lines[0] == (
        "Week 2026-W48, counted 2026-11-23 09:00 UTC, model v1; in brackets 2026-W47"
    )
    assert "hot 70 (60) 40 (30) 14 (10) 30 (10) 8 (0)" in lines
    assert [line.split()[0] for line in lines if line.startswith(("ceo", "pricing"))] == [
        "pricing-page",
        "ceo",
    ]
    assert lines[-4:] == [
        "Of 52 hot leads that ended within 90 days 14 were won: 27 percent (50 in 2026-W47).",
        "The alarm HotSeldomWins rings below 30 percent.",
        "12 ended longer ago and stand in no band.",
        "The model was changed 40 days ago; a review is due after 180 days.",
    ]


def test_r83_that_a_review_is_due_is_said(
    models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(models, replace(WEEK, bands={"hot": Tally(9, 0, 1, 1)}, former=0, failed=2))
    assert shown(capsys, days=141)[-3:] == [
        "Of 2 hot leads that ended within 90 days 1 were won; fewer than 10 say nothing.",
        "2 could not be read or scored: see the log of WatchModel.",
        "The model was changed 181 days ago; a review is due now, after 180 days.",
    ]


def test_as_json_every_figure_is_there(
    models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(models, WEEK, review={"hot_wins_below": 30, "after": 180 * DAY_MS})
    told = json.loads(" ".join(shown(capsys, as_json=True)))
    assert told["week"]["bands"]["hot"] == {
        "leads": 70, "contacted": 40, "won": 14, "lost": 30, "other": 8,
    }  # fmt: skip
    assert told["week"]["hot_wins_percent"] == pytest.approx(26.9, abs=0.1)
    assert (told["before"], told["hot_wins_below"]) == (None, 30)
    assert told["model_changed_at"] == "2026-10-14T09:00:00.000Z"


def test_it_has_the_week_counted_anew_and_follows_that_to_its_end(
    stack: MotoStack, models: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    save_count(models, replace(WEEK, is_told=True))
    kept(models, WEEK)
    steps = iter(("begun", "counted", "told"))

    def go_on(_: float) -> None:
        known = newest_count(models)
        assert known is not None
        match next(steps):
            case "begun":
                count = replace(known, seen=3, counted_at=None, is_told=False)
            case "counted":
                count = replace(known, seen=5, counted_at=MONDAY)
                keep_week(models, replace(count, failed=5))
            case _:
                count = replace(known, is_told=True)
        save_count(models, count)

    assert review(asked(count_now=True), wait=go_on, clock=lambda: MONDAY) == 0
    assert stack.invoked == [{"anew": True}]
    assert "5 could not be read" in capsys.readouterr().out


@pytest.mark.usefixtures("models")
def test_a_count_that_stands_still_is_no_reason_to_wait_for_ever() -> None:
    at = [MONDAY]

    def wait(_: float) -> None:
        at[0] += STANDS_STILL_MS

    with pytest.raises(ProblemError, match="stands still; see the log of WatchModel"):
        review(asked(count_now=True), wait=wait, clock=lambda: at[0])

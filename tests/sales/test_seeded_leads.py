"""What `make run` seeds has something to show on every page, whichever day it is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.intake.fact_line import read_fact
from functions.intake.refusal import Refusal
from functions.leads.arrivals import Arrival
from functions.sales.attention import QUESTIONS
from functions.scoring.instants import parse_instant
from infra.local.seeds import LEADS, people
from modelling.compile import compile_model_file
from tests.builders import World
from tests.sales.sales_stage import SalesStage

MODEL = Path(__file__).parents[2] / "scoring-model.yaml"
DAYS = [
    "2026-11-29T12:00:00Z",
    "2027-03-15T08:00:00Z",
    "2026-12-02T20:00:00Z",
    "2026-12-01T00:30:00Z",
]


def seeded(day: str) -> SalesStage:
    """Everybody, imported at this instant under the model of the project."""
    now = parse_instant(day)
    world = World(model=compile_model_file(MODEL), now=now)
    for lines in people(datetime.fromtimestamp(now / 1000, UTC)):
        facts = [
            read_fact(line, received_at=now, model=world.model, lead_id=str, source="seeds")
            for line in lines
        ]
        assert not [fact for fact in facts if isinstance(fact, Refusal)]
        world.apply(*(Arrival(fact, now, silent=True) for fact in facts))  # type: ignore[arg-type]
    return SalesStage(world)


def told(stage: SalesStage, **asked: Any) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = stage.get("/reports/quality", **asked).body["groups"]
    return groups


@pytest.mark.parametrize("day", DAYS)
def test_two_channels_have_verdicts_and_one_more_than_chance(day: str) -> None:
    groups = told(seeded(day))
    verdicts = {
        group["group"]: [one for one in group["differs"].values() if one is not None]
        for group in groups
    }
    for channel in ("ads", "search"):
        assert len(verdicts[channel]) >= 3, channel
        assert True in verdicts[channel]
    assert any(group["rejected_for"] for group in groups)
    assert any(group["distance_unknown"] for group in groups)


@pytest.mark.parametrize("day", DAYS)
def test_each_question_of_the_call_list_has_a_lead_and_one_is_stuck(day: str) -> None:
    stage = seeded(day)
    counts = stage.get("/leads", counts="true").body["counts"]
    assert set(counts) == set(QUESTIONS)
    assert all(counts.values()), counts


def test_there_are_leads_of_six_months_and_as_many_as_are_told_of() -> None:
    stage = seeded(DAYS[0])
    groups = told(stage, by="month", **{"from": "2026-06", "to": "2026-11"})
    assert all(group["leads"] for group in groups)
    assert sum(group["leads"] for group in groups) == LEADS

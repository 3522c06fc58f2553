"""A service away for a while, in the middle of everything: nothing is lost and nobody is needed.

How long an outage may last is tried where time is simulated by the hour; here every handler meets
one that is shorter than the waits of a message.
"""

from itertools import chain, combinations

import pytest

from functions.scoring.instants import DAY_MS, MINUTE_MS, SECOND_MS
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import Scenario, earlier, look, sends_form, tells
from tests.faults.fault_stage import SERVICES, FaultStage
from tests.faults.living_platform import Platform

OUTAGES = list(chain.from_iterable(combinations(SERVICES, size) for size in (1, 2, 3)))


def _before(platform: Platform) -> None:
    earlier(30 * DAY_MS, ("ewa", "/pricing"))(platform)
    earlier(10 * DAY_MS, ("jan", "/pricing"), ("jan", "/careers"), forms=("jan",))(platform)
    earlier(DAY_MS, ("anna", "/pricing"), forms=("ola",))(platform)


def everything(*away: str, milliseconds: int) -> Scenario:
    """A form and an activity that each turn a lead hot, one refused, a penalty's end, an expiry."""

    def act(platform: Platform) -> None:
        platform.take_away(milliseconds, *away)
        sends_form(platform, "anna")
        tells(platform, look("ola"), look("ewa", "/careers"))
        tells(platform, look("ola") | {"lead": "nobody"})

    return Scenario(
        "everything at once",
        act,
        _before,
        scores={"ewa": -15, "jan": 32, "anna": 32, "ola": 32},
        owed={"jan": 1, "anna": 1, "ola": 1},
        refused=1,
    )


@pytest.mark.parametrize("minutes", [0.5, 2, 15])
@pytest.mark.parametrize("away", OUTAGES, ids=" and ".join)
def test_g22_g14_g20_a_short_outage_loses_nothing_and_alerts_follow_it_at_once(
    stage: FaultStage, away: tuple[str, ...], minutes: float
) -> None:
    scenario = everything(*away, milliseconds=int(minutes * MINUTE_MS))
    stage.prepare(scenario)
    stage.play(scenario)
    hold_all(stage, scenario)


@pytest.mark.parametrize("seconds", range(0, 300, 20))
def test_g22_b45_a_visitor_who_is_asked_to_retry_is_taken_once_either_is_back(
    stage: FaultStage, seconds: int
) -> None:
    scenario = everything("dynamodb", "sqs", milliseconds=seconds * SECOND_MS)
    stage.prepare(scenario)
    stage.play(scenario)
    (visitor,) = stage.platform.visitors
    assert visitor.answers[-1] == 201
    assert set(visitor.answers[:-1]) <= {503}
    hold_all(stage, scenario)

"""One fault at every attempt of every scenario, in every way it can fail: all promises hold.

Every mode strikes one attempt, beneath the SDK's retries; those a process survives also strike all
attempts of the call, so that ours begin where the SDK's end.
"""

from collections.abc import Callable

import pytest

from tests.faults.fault_injector import ANY_CALL, CRASHES, Fault, Mode
from tests.faults.fault_plans import try_single_faults
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import FORM_HOT, SCENARIOS, Scenario
from tests.faults.fault_stage import FaultStage

PLANS_OF_ONE_MIN = 10  # of the shortest story, a form that a machine filled in


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_g1_g2_g4_g6_g7_g12_g13_g14_g20_every_promise_outlasts_any_one_fault(
    stage: FaultStage,
    scenario: Scenario,
    record_property: Callable[[str, object], None],
) -> None:
    plans = try_single_faults(stage, scenario)
    record_property("plans", len(plans))
    assert {plan[0].mode for plan in plans} >= set(ANY_CALL)
    assert len(plans) >= PLANS_OF_ONE_MIN


@pytest.mark.parametrize("mode", CRASHES, ids=lambda mode: mode.value)
def test_b46_g7_a_form_whose_function_runs_out_of_time_may_be_sent_again(
    stage: FaultStage, mode: Mode
) -> None:
    stage.prepare(FORM_HOT)
    for attempt in range(len(stage.play(FORM_HOT)) - 1):
        stage.play(FORM_HOT, [Fault(attempt, mode)])
        assert stage.platform.died == 1
        assert stage.platform.visitors[0].answers == [201]
        hold_all(stage, FORM_HOT)


def test_there_are_at_least_twelve_scenarios_and_each_has_a_name_of_its_own() -> None:
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS) >= 12

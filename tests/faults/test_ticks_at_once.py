"""The schedule fires twice, or the tick before is still at work: nothing doubles (D2, G11)."""

import pytest

from functions.scoring.instants import DAY_MS, MINUTE_MS, SECOND_MS
from tests.faults.fault_injector import Fault, Mode
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import (
    ALERT_WAITS,
    FORM_HOT,
    NOW,
    SWEEP,
    Scenario,
    earlier,
    lead,
    look,
    tells,
)
from tests.faults.fault_stage import FaultStage


@pytest.mark.parametrize("scenario", [SWEEP, ALERT_WAITS, FORM_HOT], ids=lambda one: one.name)
def test_d2_g11_g13_a_tick_in_the_middle_of_anything_publishes_nothing_twice(
    stage: FaultStage, scenario: Scenario
) -> None:
    stage.prepare(scenario)
    attempts = len(stage.play(scenario))
    for number in range(attempts):
        platform = stage.begin(scenario)

        def tick_too(_: str, number: int = number) -> None:
            if len(stage.injector.attempts) == number:
                stage.injector.meanwhile = lambda _: None
                stage.platform.sweep()

        stage.injector.meanwhile = tick_too
        platform.run()
        assert len(stage.cloud.published) == len(stage.cloud.owed)
        hold_all(stage, scenario)
    assert attempts >= 6


def test_g13_a_tick_that_comes_for_another_reason_leaves_an_alert_to_its_publisher(
    stage: FaultStage,
) -> None:
    late = look(at=NOW - 30 * DAY_MS + MINUTE_MS)  # its points end with the minute
    scenario = Scenario(
        "hot for some seconds",
        lambda platform: tells(platform, late),
        earlier(DAY_MS, forms=("anna",)),
        scores={"anna": 20},
        owed={"anna": 1},
    )
    stage.prepare(scenario)
    publishes = stage.play(scenario).index("Publish")
    platform = stage.begin(scenario, [Fault(publishes, Mode.CRASH_BEFORE)])
    stage.clock.now = NOW + 45 * SECOND_MS
    platform.step()
    assert platform.leads()[lead("anna")].band == "hot"
    platform.step()
    assert platform.leads()[lead("anna")].band == "warm"
    assert stage.cloud.published == []
    platform.run()
    assert len(stage.cloud.published) == 1
    hold_all(stage, scenario)

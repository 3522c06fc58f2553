"""The schedule fires twice, or the tick before is still at work: nothing doubles (D2, G11)."""

import pytest

from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import ALERT_WAITS, FORM_HOT, SWEEP, Scenario
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

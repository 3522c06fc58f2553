"""Two faults, at every pair of attempts of the stories that matter most: all promises hold.

What a first fault sets going (the SDK's retries, a redelivery, a tick) is struck as well. In
`make soak` every scenario is tried, and these four with faults that outlast all attempts of a call.
Until then a tick asks only for shards in which something is due: that reading an empty one may fail
is told by the single faults.
"""

from collections.abc import Callable

import pytest

from tests.faults.fault_plans import try_pairs
from tests.faults.fault_scenarios import BATCH, FORM_HOT, FORM_NEW, SCENARIOS, SWEEP, Scenario
from tests.faults.fault_stage import FaultStage
from tests.soak import SOAKING

PAIRS_MIN = {FORM_NEW.name: 200, FORM_HOT.name: 700, BATCH.name: 800, SWEEP.name: 300}
FOUR = (FORM_NEW, FORM_HOT, BATCH, SWEEP)
TRIED = SCENARIOS if SOAKING else FOUR


@pytest.mark.parametrize("scenario", TRIED, ids=lambda scenario: scenario.name)
def test_g1_g2_g4_g6_g7_g12_g13_g14_g20_every_promise_outlasts_any_two_faults(
    stage: FaultStage,
    scenario: Scenario,
    record_property: Callable[[str, object], None],
) -> None:
    plans = try_pairs(stage, scenario, whole_calls=SOAKING and scenario in FOUR)
    record_property("plans", len(plans))
    assert len(set(plans)) == len(plans) >= PAIRS_MIN.get(scenario.name, 1)

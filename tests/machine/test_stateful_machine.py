"""The same steps as rules of a state machine, so that what breaks a lead is found small."""

from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.machine.played_history import History
from tests.soak import SOAKING, times

CHANCE = st.randoms(use_true_random=False)


class Leads(RuleBasedStateMachine):
    """What can happen to leads; all is checked after each step, and once all has come to rest."""

    history: History

    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        self.history = History(chance)

    @rule(chance=CHANCE)
    def send(self, chance: Random) -> None:
        self._do(chance, "send")

    @rule(chance=CHANCE)
    def deliver(self, chance: Random) -> None:
        self._do(chance, "deliver")

    @rule(chance=CHANCE)
    def sweep(self, chance: Random) -> None:
        self._do(chance, "sweep")

    @rule(chance=CHANCE)
    def clock(self, chance: Random) -> None:
        self._do(chance, "clock")

    @rule(chance=CHANCE, name=st.sampled_from(["import_", "replay", "drop", "deploy"]))
    def other(self, chance: Random, name: str) -> None:
        self._do(chance, name)

    @rule(chance=CHANCE, name=st.sampled_from(["deny", "lag", "redrive"]))
    def platform(self, chance: Random, name: str) -> None:
        self._do(chance, name)

    def teardown(self) -> None:
        if hasattr(self, "history"):
            self.history.chance = Random(0)
            self.history.rest()

    def _do(self, chance: Random, name: str) -> None:
        self.history.chance = chance
        self.history.do(name)


def test_g1_g12_g13_whatever_happens_to_leads_the_oracle_agrees() -> None:
    run_state_machine_as_test(
        Leads,
        settings=settings(
            max_examples=times(push=50, soak=2_000),
            stateful_step_count=50,
            derandomize=not SOAKING,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )

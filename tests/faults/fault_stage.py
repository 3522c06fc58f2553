"""The real functions with their real wiring and clients, a clock, and faults beneath the clients.

A scenario's past is played once; each plan of faults then begins at the same stored state.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from botocore import endpoint

from functions import capture_form, record_activity
from functions.runtime import telemetry, wiring
from tests.faults.answering_cloud import AnsweringCloud
from tests.faults.fault_injector import Fault, FaultInjector, SetClock
from tests.faults.fault_scenarios import NOW, TODAY, Scenario
from tests.faults.living_platform import Platform
from tests.handlers.lambda_stage import log_where_this_test_reads

SERVICES = ("dynamodb", "sqs", "sns")
_CLIENTS = frozenset({"client", "_session"})  # they outlive a model; all else is built for one
_QUEUES = "https://sqs.eu-central-1.amazonaws.com/123456789012/"
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "LEADS_TABLE": "leads",
    "FACTS_TABLE": "facts",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:alerts",
    "LEAD_ID_KEY": "a key for tests only",
    "ACTIVITY_QUEUE_URL": f"{_QUEUES}activities",
    "PARKING_QUEUE_URL": f"{_QUEUES}parked",
    "REFUSED_QUEUE_URL": f"{_QUEUES}refused",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
}


@dataclass
class FaultStage:
    """Everything a plan of faults needs; `model_file` is what a deployment would change."""

    model_file: Path
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    chance: Random = field(default_factory=Random)
    cloud: AnsweringCloud = field(init=False)
    injector: FaultInjector = field(init=False)
    platform: Platform = field(init=False)
    whole_rounds: bool = True
    _began: AnsweringCloud = field(init=False)

    def __post_init__(self) -> None:
        self.cloud = AnsweringCloud(lambda: self.clock.now)
        self.injector = FaultInjector(self.clock)

    def plant(self) -> None:
        """Build each client the functions use, answered by our cloud, faults before it."""
        for service in SERVICES:
            for hasty in (True, False):
                client = wiring.client(service, hasty=hasty)
                self.cloud.plant(client)
                self.injector.plant(client)
                _hurry(client)

    def deploy(self, model: Mapping[str, Any], team: Sequence[Mapping[str, Any]] = ()) -> None:
        """Start the functions cold with this model and this team."""
        self.model_file.write_text(json.dumps(model), encoding="utf-8")
        self.model_file.with_name("team.json").write_text(json.dumps(team), encoding="utf-8")
        forget(keep=_CLIENTS)

    def prepare(self, scenario: Scenario) -> None:
        """Play what came before, and remember how everything then stood."""
        log_where_this_test_reads()
        self.deploy(TODAY)
        self.cloud.become(AnsweringCloud(lambda: self.clock.now))
        self.clock.now = NOW
        self.injector.plan([])
        self.platform = Platform(self.cloud, self.injector, self.clock)
        scenario.before(self.platform)
        self.clock.now = NOW
        waiting = {raw["lead"]["S"] for raw in self.cloud.leads.values() if "alert" in raw}
        kept = {name: owed for name, owed in self.cloud.owed.items() if owed.lead in waiting}
        self.cloud.published, self.cloud.owed = self.cloud.published[:0], kept
        self._began = self.cloud.snapshot()
        if scenario.model is not TODAY or scenario.team:
            self.deploy(scenario.model, scenario.team)

    def begin(self, scenario: Scenario, faults: Sequence[Fault] = ()) -> Platform:
        """Set a scenario going with these faults; nothing has happened yet."""
        self.cloud.become(self._began)
        self.clock.now = NOW
        self.chance.seed(0)
        self.injector.plan(faults)
        self.platform = Platform(
            self.cloud, self.injector, self.clock, whole_rounds=self.whole_rounds
        )
        scenario.act(self.platform)
        return self.platform

    def play(self, scenario: Scenario, faults: Sequence[Fault] = ()) -> tuple[str, ...]:
        """Let a scenario happen with these faults until all is quiet; gives its attempts."""
        self.begin(scenario, faults).run()
        return tuple(self.injector.attempts)


@contextmanager
def fault_stage(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[FaultStage]:
    """Start the functions cold on a cloud of ours, their time and chance in our hands."""
    stage = FaultStage(folder / "scoring-model.json")
    for name, value in (_ENVIRONMENT | {"MODEL_FILE": str(stage.model_file)}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "time", stage.clock)
    monkeypatch.setattr(endpoint, "time", stage.clock)
    for module in (wiring, record_activity):
        monkeypatch.setattr(module, "random", stage.chance)
    forget()
    stage.deploy(TODAY)
    stage.plant()
    yield stage
    forget()


def forget(*, keep: frozenset[str] = frozenset()) -> None:
    """Forget all that a warm function keeps, but for these."""
    for module in (wiring, capture_form, record_activity):
        for name, kept in vars(module).items():
            if hasattr(kept, "cache_clear") and name not in keep:
                kept.cache_clear()
    telemetry._metrics().clear_metrics()


def _hurry(client: Any) -> None:
    """Leave out signatures and the name of the SDK: nobody reads them, and they take a third."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.unregister(f"request-created.{service}", client._request_signer.handler)
    client._user_agent_creator.to_string = lambda: "faults"

"""Requests that schemathesis draws from the document of the sales API, and all its checks on the
answers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any

from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from tests.soak import SOAKING

SEED = SystemRandom().getrandbits(32) if SOAKING else 1
CHECKING: dict[str, Any] = {
    "unsupported_method": {"enabled": False},  # 404 in the gateway's own shape
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 412, 413, 415, 422]},
    "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 412, 422]},
}


def configured(
    *, headers: Mapping[str, str], lead: str, examples: int, **more: Any
) -> SchemathesisConfig:
    """So many examples of each operation beside its schema's edges, all of one lead."""
    drawing = {"deterministic": not SOAKING, "max-examples": examples, "database": "none"}
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "generation": drawing,
            "checks": CHECKING,
            "headers": dict(headers),
            "parameters": {"path.lead": lead},
            **more,
        }
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found, how many requests each operation was sent, and how many of each status came
    back.
    """

    found: list[str] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)


def tried(schema: BaseSchema) -> Trial:
    """Send what is drawn, and look at each answer."""
    trial = Trial()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            trial.found.append(f"seed {SEED}: {event}")
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            trial.operations[recorder.label] += len(recorder.cases)
            answers = (one.response for one in recorder.interactions.values())
            trial.statuses.update(one.status_code for one in answers if one is not None)
            for case, checks in recorder.checks.items():
                failed = [check for check in checks if check.failure_info is not None]
                trial.found.extend(
                    f"{one.name}: {one.failure_info.failure.message} {recorder.cases[case].value!r}"
                    for one in failed
                    if one.failure_info
                )
    return trial


def operations_of(document: Mapping[str, Any]) -> set[str]:
    """Every operation of a document, as `tried` names them."""
    paths = document["paths"].items()
    return {f"{method.upper()} {path}" for path, methods in paths for method in methods}

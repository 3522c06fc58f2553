"""What the deployment tells a function: the one reader of the environment.

Everything is read and checked at the cold start, so that a wrong deployment fails at once, naming
the variable.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.intake.sender import Sender

ASSET_MODEL = Path(__file__).resolve().parents[2] / "scoring-model.json"
MINUTES_OF_A_DAY = 1440


class SettingMissingError(RuntimeError):
    """A variable the function cannot work without is absent or malformed."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the variable and what is wrong with it, never its value."""
        super().__init__(f"environment variable {name}: {reason}")


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of a function, typed. Queue addresses, the register of erasures and the table
    of models are empty where a function has none; `tells_digest`: somebody listens to digests.
    """

    leads_table: str
    facts_table: str
    alert_topic: str
    lead_id_key: bytes
    refused_queue: str = ""
    parking_queue: str = ""
    activity_queue: str = ""
    erased_table: str = ""
    erase_function: str = ""
    models_table: str = ""
    tells_digest: bool = False
    senders: tuple[Sender, ...] = ()
    mail_sources: frozenset[str] = frozenset({"aws.ses"})
    refresh_minutes: int = MINUTES_OF_A_DAY
    alert_url: str = ""
    model_file: Path = ASSET_MODEL

    @property
    def console_url(self) -> str:
        """Where the console begins, empty where the link of an alert leads elsewhere."""
        page, mark, _ = self.alert_url.partition("#")
        return page if mark else ""

    @property
    def model_source(self) -> Path:
        """The model as people wrote it: beside what it was compiled to."""
        return self.model_file.with_suffix(".yaml")

    @property
    def team_file(self) -> Path:
        """Where the deployment lists who sells: beside the model."""
        return self.model_file.with_name("team.json")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Raises SettingMissingError."""
    variables = os.environ if environment is None else environment
    return Settings(
        leads_table=_needed(variables, "LEADS_TABLE"),
        facts_table=_needed(variables, "FACTS_TABLE"),
        alert_topic=_needed(variables, "ALERT_TOPIC_ARN"),
        lead_id_key=_needed(variables, "LEAD_ID_KEY").encode(),
        refused_queue=variables.get("REFUSED_QUEUE_URL", ""),
        parking_queue=variables.get("PARKING_QUEUE_URL", ""),
        activity_queue=variables.get("ACTIVITY_QUEUE_URL", ""),
        erased_table=variables.get("ERASED_TABLE", ""),
        erase_function=variables.get("ERASE_FUNCTION", ""),
        models_table=variables.get("MODELS_TABLE", ""),
        tells_digest=bool(variables.get("TELLS_DIGEST")),
        senders=tuple(_sender(entry) for entry in _json(variables, "SENDERS", "[]")),
        mail_sources=frozenset(_json(variables, "MAIL_SOURCES", '["aws.ses"]')),
        refresh_minutes=int(variables.get("REFRESH_MINUTES") or MINUTES_OF_A_DAY),
        alert_url=variables.get("ALERT_URL", ""),
        model_file=Path(variables.get("MODEL_FILE") or ASSET_MODEL),
    )


def _needed(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name, "")
    if not value:
        raise SettingMissingError(name, "is not set")
    return value


def _json(variables: Mapping[str, str], name: str, default: str) -> list[Any]:
    try:
        value = json.loads(variables.get(name) or default)
    except ValueError as error:
        raise SettingMissingError(name, "is not JSON") from error
    if not isinstance(value, list):
        raise SettingMissingError(name, "is not a JSON list")
    return value


def _sender(entry: Mapping[str, Any]) -> Sender:
    kinds = entry.get("kinds")
    return Sender(
        entry["source"],
        entry.get("account"),
        None if kinds is None else frozenset(kinds),
        bool(entry.get("import")),
    )

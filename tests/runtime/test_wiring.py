"""What the functions stand on: settings that fail at once, clients that never wait long (G)."""

import re
from collections.abc import Iterator
from pathlib import Path

import botocore
import pytest
from botocore.session import Session

from functions.intake.sender import Sender
from functions.runtime import wiring
from functions.runtime.settings import SettingMissingError, read_settings

ENVIRONMENT = {
    "LEADS_TABLE": "leads",
    "FACTS_TABLE": "facts",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:alerts",
    "LEAD_ID_KEY": "a key for tests",
}


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    region = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "x"}
    for name, value in (ENVIRONMENT | region | {"AWS_SECRET_ACCESS_KEY": "x"}).items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    _forget()


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_missing_variable_is_named_at_once(name: str) -> None:
    with pytest.raises(SettingMissingError, match=name):
        read_settings({key: value for key, value in ENVIRONMENT.items() if key != name})


@pytest.mark.parametrize("senders", ["{", "{}", '"x"'])
def test_senders_that_are_no_list_are_named(senders: str) -> None:
    with pytest.raises(SettingMissingError, match="SENDERS"):
        read_settings(ENVIRONMENT | {"SENDERS": senders})


def test_settings_are_typed_and_have_safe_defaults() -> None:
    settings = read_settings(ENVIRONMENT | {"SENDERS": '[{"source": "shop", "kinds": ["a"]}]'})
    assert settings.refresh_minutes == 1440
    assert settings.mail_sources == {"aws.ses"}
    assert settings.model_file == Path(__file__).parents[2] / "scoring-model.json"
    (sender,) = settings.senders
    assert sender == Sender("shop", kinds=frozenset({"a"}))


@pytest.mark.usefixtures("wired")
@pytest.mark.parametrize("service", ["dynamodb", "sqs", "sns"])
@pytest.mark.parametrize(("hasty", "expected"), [(True, (0.5, 1, 2)), (False, (1, 2, 3))])
def test_every_client_has_its_time_outs_and_attempts(
    service: str, *, hasty: bool, expected: tuple[float, float, int]
) -> None:
    config = wiring.client(service, hasty=hasty).meta.config
    retries = config.retries
    attempts = retries.get("total_max_attempts") or retries["max_attempts"] + 1
    assert (config.connect_timeout, config.read_timeout, attempts) == expected
    assert retries["mode"] == "standard"  # never adaptive: it would wait before the first try


@pytest.mark.usefixtures("wired")
def test_one_session_serves_all_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Session] = []

    def counted() -> Session:
        made.append(Session())
        return made[-1]

    monkeypatch.setattr(wiring, "get_session", counted)
    for service in ("dynamodb", "sqs", "sns"):
        for hasty in (True, False):
            wiring.client(service, hasty=hasty)
    assert len(made) == 1


def test_the_asset_brings_the_very_sdk_that_was_tried() -> None:
    """Retry defaults changed in botocore 1.44.0: what runs is what the fault plans ran on."""
    pins = (Path(__file__).parents[2] / "requirements" / "asset.txt").read_text(encoding="utf-8")
    (pinned,) = re.findall(r"^botocore==(\S+)", pins, re.MULTILINE)
    assert pinned == botocore.__version__


@pytest.mark.usefixtures("wired")
def test_the_id_of_a_lead_is_a_keyed_hash_of_its_address() -> None:
    one = wiring.lead_id("anna@example.com")
    assert one == wiring.lead_id("anna@example.com")
    assert one != wiring.lead_id("anna@example.org")
    assert len(one) == 22
    assert "anna" not in one


@pytest.mark.usefixtures("wired")
def test_the_id_of_a_lead_changes_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    one = wiring.lead_id("anna@example.com")
    monkeypatch.setenv("LEAD_ID_KEY", "another key")
    _forget()
    assert wiring.lead_id("anna@example.com") != one


def _forget() -> None:
    for cached in (wiring.settings, wiring.client, wiring._session):
        cached.cache_clear()

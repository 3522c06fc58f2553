"""The pages for engineers and for sales name what is there, and show what the product writes."""

import json
import re
from typing import Any

import pytest

from infra.deploy_settings import DeploySettings
from infra.territories import FILTERS
from tests.documentation.alert_of_the_readme import ROOT, alert_of_the_readme
from tests.infra.template_promises import ALARMS

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
ALERTS = (ROOT / "docs" / "alerts.md").read_text("utf-8")
NOT_COMPARED = {
    "lead",
    "threadId",
    "alert_id",
    "id",
}  # a world in memory names leads by their address
SETTINGS = OPERATIONS[OPERATIONS.index("## Settings") : OPERATIONS.index("## Alarms")]


def test_they_are_short_enough_to_be_read() -> None:
    assert len(OPERATIONS.splitlines()) <= 220
    assert len(ALERTS.splitlines()) <= 140


def test_every_alarm_is_explained() -> None:
    explained = re.findall(r"`(\w+)`", OPERATIONS[OPERATIONS.index("## Alarms") :])
    assert set(explained) >= ALARMS


def test_every_setting_is_explained_with_its_default_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \|", SETTINGS, re.MULTILINE)
    fields = DeploySettings.model_fields.items()
    assert dict(rows) == {name: json.dumps(field.default) for name, field in fields}


def test_every_attribute_to_filter_by_is_named() -> None:
    rows = re.findall(r"^\| (`.+?) \|", ALERTS, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == FILTERS


@pytest.mark.parametrize(("protocol", "number"), [("sqs", 0), ("https", 1)])
def test_the_alerts_shown_are_what_the_product_writes(protocol: str, number: int) -> None:
    examples = re.findall(r"^```json\n(.*?)^```", ALERTS, re.DOTALL | re.MULTILINE)
    written = json.loads(alert_of_the_readme().bodies[protocol])
    _compare(json.loads(examples[number]), written)


def test_the_short_message_shown_is_the_one_the_product_writes() -> None:
    assert f"\n{alert_of_the_readme().bodies['sms']}\n" in ALERTS


def _compare(shown: Any, written: Any) -> None:
    """Objects have the same keys; a list shows some of what is written; texts may end in `...`."""
    if isinstance(written, dict):
        assert set(shown) == set(written)
        for name in set(shown) - NOT_COMPARED:
            _compare(shown[name], written[name])
    elif isinstance(written, list):
        assert shown
        assert all(one in written for one in shown)
    elif isinstance(shown, str) and shown.endswith("..."):
        assert written.startswith(shown.removesuffix("..."))
    else:
        assert shown == written

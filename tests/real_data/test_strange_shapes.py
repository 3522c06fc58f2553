"""What form services, CRMs and naughty people really send: always an answer of ours."""

import json
import os
from pathlib import Path

import pytest

from tests.handlers.lambda_stage import batch, message, request
from tests.handlers.test_passing_faults import Scene

FOLDER = Path(os.environ.get("REAL_DATA", ""))
STATUSES = {201, 303, 400, 403, 413, 415, 422}

pytestmark = pytest.mark.skipif(
    "REAL_DATA" not in os.environ, reason="set REAL_DATA to the folder of captured webhooks"
)


def webhooks(ending: str) -> list[str]:
    return sorted(str(file) for file in (FOLDER / "webhooks").rglob(f"*{ending}"))


@pytest.mark.parametrize("file", webhooks(".json"))
def test_a_webhook_posted_as_a_form_is_answered(file: str) -> None:
    answer = Scene().capture(request(Path(file).read_bytes()))
    assert answer["statusCode"] in STATUSES


@pytest.mark.parametrize("file", webhooks(".json"))
@pytest.mark.parametrize("source", ["example.webhooks", "aws.ses"])
def test_a_webhook_put_on_the_bus_is_refused_or_passed_over(file: str, source: str) -> None:
    scene = Scene()
    detail = json.loads(Path(file).read_text(encoding="utf-8"))
    assert scene.record(batch(message(detail, source=source, **{"detail-type": "webhook"})))
    assert scene.counts["refused"] + scene.counts["passed_over"] >= 1
    assert scene.leads.moves == []


@pytest.mark.parametrize("file", webhooks("urlencoded.txt"))
def test_a_captured_form_post_is_answered(file: str) -> None:
    body = Path(file).read_bytes()
    event = request(body, content_type="application/x-www-form-urlencoded", accept="*/*")
    assert Scene().capture(event)["statusCode"] in STATUSES


def test_naughty_strings_are_kept_verbatim_or_refused_by_name() -> None:
    naughty = json.loads((FOLDER / "attack" / "blns.json").read_text(encoding="utf-8"))
    kept = 0
    for text in naughty:
        for field in ("company", "name"):
            scene = Scene()
            answer = scene.capture(request({"email": "anna@example.com", field: text}))
            assert answer["statusCode"] in {201, 422}
            kept += answer["statusCode"] == 201
            assert not text.strip() or len(text) < 8 or text not in answer["body"]
    assert kept > len(naughty)

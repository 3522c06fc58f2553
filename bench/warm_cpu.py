"""What a warm function needs for an event: CPU time, and what it writes into its log.

The real handlers ask, by the real SDK, a DynamoDB that is in another process and answers with a
lead that has lived. Every event is new to it, so each is read, kept, scored and written.
"""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from bench.counted_lambdas import forget_what_is_warm
from bench.lead_stream import START, activity, address_of, answers_of
from bench.metered_tables import FACTS, LEADS, MeteredTables
from bench.product import ROOT, Product, batch_of, form_request, lead_id, model
from bench.stream_run import SEED
from functions import capture_form, record_activity
from functions.runtime import wiring
from functions.scoring.instants import DAY_MS, format_instant

INVOCATIONS = 200
_WARM_UP = 20
_LIVED = 50  # things the lead did before
_NAMES = itertools.count()  # a logger of a known name keeps the output it found first


class Warm(NamedTuple):
    """Of one invocation: CPU time in ms, and bytes of log."""

    cpu_ms: float
    log_bytes: float


def warm_form() -> Warm:
    """A form of a known person."""
    fields = answers_of(1, random.Random(SEED))

    def post(number: int) -> None:
        event = form_request("demo", fields | {"submission_id": f"form {number}"})
        if capture_form.handler(event, None)["statusCode"] != 201:
            raise RuntimeError("the form was not accepted")

    return _measured(post)


def warm_batch(size: int) -> Warm:
    """A batch of activities, each of another lead."""

    def record(number: int) -> None:
        now = wiring.clock()
        details = [
            {
                "kind": "page_viewed",
                "path": "/pricing",
                "id": f"{number} {place}",
                "lead": address_of(place),
                "at": format_instant(now),
            }
            for place in range(size)
        ]
        if record_activity.handler(batch_of(details, at=now), None)["batchItemFailures"]:
            raise RuntimeError("an activity was not recorded")

    return _measured(record)


def _measured(invoke: Callable[[int], None]) -> Warm:
    with _answered(), redirect_stdout(StringIO()) as log:
        for number in range(_WARM_UP):
            invoke(number)
        log.truncate(0)
        log.seek(0)
        began = time.process_time()
        for number in range(INVOCATIONS):
            invoke(_WARM_UP + number)
        cpu = time.process_time() - began
        return Warm(1000 * cpu / INVOCATIONS, len(log.getvalue().encode()) / INVOCATIONS)


@contextmanager
def _answered() -> Iterator[None]:
    """Start the functions anew, on the DynamoDB of another process."""
    command = [sys.executable, "-m", "bench.answering_aws", json.dumps(_lived_lead())]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as answering,
    ):
        assert answering.stdin is not None
        assert answering.stdout is not None
        port = int(answering.stdout.readline())
        with patch.dict(os.environ, _environment(Path(folder), port)):
            forget_what_is_warm()
            try:
                yield
            finally:
                forget_what_is_warm()
                answering.stdin.close()


def _environment(folder: Path, port: int) -> dict[str, str]:
    compiled = folder / "scoring-model.json"
    compiled.write_text(json.dumps(model()), encoding="utf-8")
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "NO_PROXY": "127.0.0.1",
        "LEADS_TABLE": LEADS,
        "FACTS_TABLE": FACTS,
        "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:alerts",
        "LEAD_ID_KEY": "a key for the bench",
        "MODEL_FILE": str(compiled),
        "POWERTOOLS_SERVICE_NAME": f"lead-scoring-{next(_NAMES)}",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def _lived_lead() -> dict[str, Any]:
    """The item of a lead that sent a form and did some fifty things, warm and not due."""
    chance, tables = random.Random(SEED), MeteredTables()
    product, lead = Product(tables, now=START), address_of(1)
    product.post("contact", answers_of(1, chance) | {"submission_id": "the form"})
    now = wiring.clock()
    product.now = now
    instants = [now - (_LIVED - number) * 2 * DAY_MS for number in range(_LIVED)]
    product.record(
        [
            activity(chance) | {"id": f"{at}", "lead": lead, "at": format_instant(at)}
            for at in instants
        ]
    )
    item = dict(tables.leads[lead_id(lead)])
    item.pop("alert", None)
    return item

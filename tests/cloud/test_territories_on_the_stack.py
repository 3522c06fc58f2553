"""Each rep hears of the leads of a territory: filters of subscriptions, from settings to queues."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.scoring.instants import format_instant
from infra.local.local_stack import LocalStack
from infra.local.visitors import post_form, put_activity
from tests.cloud.stack_driving import lead_ids, now, take_messages, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("watched_stack")]

POLISH, GERMAN = "maria@firma.example.com", "max@firma.example.net"


@dataclass(slots=True)
class Territory:
    """A rep's queue, and what has come to it so far."""

    stack: LocalStack
    queue: str
    came: list[dict[str, Any]] = field(default_factory=list)

    def look(self) -> list[dict[str, Any]]:
        url = self.stack.client("sqs").get_queue_url(QueueName=self.queue)["QueueUrl"]
        self.came += [json.loads(message["Body"]) for message in take_messages(self.stack, url)]
        return self.came


OWNER: dict[str, dict[str, str]] = {"PL": {"owner": "rep@example.com"}, "DE": {}}  # by the team


def test_an_alert_for_a_polish_lead_reaches_the_polish_queue_and_not_the_german_one(
    watched_stack: LocalStack,
) -> None:
    poland = Territory(watched_stack, "alerts-poland")
    germany = Territory(watched_stack, "alerts-germany")

    turn_hot(watched_stack, POLISH, "Polska")
    wait_until("the Polish rep hears of the Polish lead", poland.look)
    turn_hot(watched_stack, GERMAN, "Niemcy")
    wait_until("the German rep hears of the German lead", germany.look)

    (polish,), (german,) = poland.look(), germany.look()  # one alert each, though told twice
    check_alert(watched_stack, polish, POLISH, "PL")
    check_alert(watched_stack, german, GERMAN, "DE")


def turn_hot(stack: LocalStack, address: str, country: str) -> None:
    answers = {"email": address, "company": "Example Ltd", "country": country}
    status, answer = post_form(stack, "demo", {**answers, "utm_source": "newsletter"})
    assert status == 201, answer
    visit = {"id": "prices", "lead": address, "kind": "page_viewed", "path": "/pricing"}
    for _ in range(2):
        put_activity(stack, {**visit, "at": format_instant(now())})


def check_alert(stack: LocalStack, envelope: dict[str, Any], address: str, country: str) -> None:
    attributes = {name: one["Value"] for name, one in envelope["MessageAttributes"].items()}
    told = json.loads(envelope["Message"])
    assert attributes.pop("alert_id") == told["alert_id"]
    assert attributes == {
        "kind": "hot",
        "band": "hot",
        "score": "75",
        "country": country,
        "channel": "other",
        **OWNER[country],
    }
    assert envelope["MessageAttributes"]["score"]["Type"] == "Number"
    assert (told["lead"], told["email"]) == (lead_ids(stack)(address), address)
    assert (told["score"], told["fit"], told["engagement"]) == (75, 40, 35)
    assert told["answers"]["country"] == country
    assert told["why_now"].startswith("Looked at the prices")
    assert envelope["Subject"] == "Hot: Example Ltd - 75 (fit 40, engagement 35)"

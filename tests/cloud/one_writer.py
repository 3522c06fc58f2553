"""One of several processes that write the same lead, by the real move over the real table.

Run with the endpoint, the tables' names, the model's file, the lead and the writer's number as one
JSON argument. It begins with the line that comes on its standard input, writes its facts a few at a
time, sends them again until they are taken, and prints what it met.
"""

import json
import random
import sys
import time
from collections import Counter
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.hot_alert import Alert
from functions.leads.lead_table import LeadTable, TryLater
from functions.leads.surroundings import Surroundings
from functions.runtime.wiring import PATIENT
from functions.scoring.facts import Fact
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from infra.local.cloud import KEY, REGION

AT_ONCE = 5  # facts of one move
PAUSED_MS = 20  # the product waits up to 400 ms between two tries; a test need not


class Published(list[Alert]):
    """The topic of this process."""

    def publish(self, alert: Alert) -> None:
        self.append(alert)


def main(asked: dict[str, Any]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    published = Published()
    move = Move(surroundings(asked, counts, published))
    tell("ready")
    sys.stdin.readline()
    facts = [fact(asked, number) for number in range(asked["facts"])]
    for first in range(0, len(facts), AT_ONCE):
        counts["tries"] += tries_until_taken(move, facts[first : first + AT_ONCE])
    return {**counts, "published": len(published)}


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fact(asked: dict[str, Any], number: int) -> Fact:
    writer = asked["writer"]
    return Fact(
        lead=asked["lead"],
        at=asked["at"] + number,
        id=f"{writer}-{number}",
        kind="page_viewed",
        email="many@example.com",
        properties={"path": f"/writer-{writer}"},
    )


def tries_until_taken(move: Move, facts: list[Fact]) -> int:
    tries = 0
    while True:
        tries += 1
        try:
            verdicts = move.apply(facts[0].lead, [Arrival(fact, fact.at) for fact in facts])
        except TryLater:
            continue
        assert set(verdicts) <= {Verdict.APPLIED, Verdict.UNCHANGED}, verdicts
        return tries


def surroundings(asked: dict[str, Any], counts: Counter[str], published: Published) -> Surroundings:
    with open(asked["model"], encoding="utf-8") as file:  # noqa: PTH123
        model = json.load(file)
    client: Any = get_session().create_client(
        "dynamodb",
        endpoint_url=asked["endpoint"],
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        config=PATIENT.merge(Config(proxies={})),
    )

    def count(name: str, number: int) -> None:
        counts[name] += number

    return Surroundings(
        store=LeadTable(client, asked["leads"], asked["facts_table"], model["retention"]),
        publisher=published,
        book=RuleBook(model),
        naming=Naming(model),
        clock=lambda: time.time_ns() // 1_000_000,
        pause=lambda _: time.sleep(random.uniform(0, PAUSED_MS / 1000)),
        count=count,
        gauge=lambda *_: None,
    )


if __name__ == "__main__":
    tell(json.dumps(main(json.loads(sys.argv[1]))))

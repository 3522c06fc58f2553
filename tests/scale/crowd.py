"""Many leads, of a thousand different stories, stored as the move would have stored them.

Each story is played once by the move in this process; who shares it gets a copy of its item under
an id of their own. Written one by one through the stack they would take an hour.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.progress import Advance
from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.lead_table import BATCH_WRITE_MAX, decode, encode
from functions.leads.listing import home_shard
from functions.leads.surroundings import Surroundings
from functions.scoring.facts import Fact
from functions.scoring.instants import HOUR_MS, MINUTE_MS, format_instant, parse_instant
from functions.scoring.touches import Naming
from infra.local.lead_reading import rule_book
from infra.local.local_stack import LocalStack
from tests.cloud.stack_driving import lead_ids, now
from tests.fakes import MemoryStore, RecordingTopic
from tests.oracle import brute_force

STORIES = 1_000
PAGES_MAX = 40
PATHS = ("/pricing", "/news/1", "/news/2", "/blog")
EVERYBODY = "somebody@example.com"

Line = Mapping[str, Any]


@dataclass
class Crowd:
    """`leads` people in a stack."""

    stack: LocalStack
    leads: int
    stories: list[list[Line]] = field(default_factory=list)
    begun: int = field(default_factory=now)

    def __post_init__(self) -> None:
        chance = random.Random(1)
        number = min(STORIES, self.leads)
        self.stories = [list(self._story(chance)) for _ in range(number)]
        ids = lead_ids(self.stack)
        self.addresses = {ids(address): address for address in map(self.address, range(self.leads))}

    @staticmethod
    def address(number: int) -> str:
        """Give the address of one of the crowd."""
        return f"visitor-{number}@example.com"

    def store(self, advance: Advance) -> None:
        """Put everybody into the table."""
        items = [self._played(story) for story in self.stories]
        client, table = self.stack.client("dynamodb"), self.stack.leads_table
        people = list(self.addresses.items())
        for first in range(0, len(people), BATCH_WRITE_MAX):
            some = people[first : first + BATCH_WRITE_MAX]
            requests = [
                {"PutRequest": {"Item": encode(_copied(items[(first + n) % len(items)], *who))}}
                for n, who in enumerate(some)
            ]
            client.batch_write_item(RequestItems={table: requests})
            advance(len(some))

    def faults(self, document: Any, facts: Sequence[Line]) -> Iterator[str]:
        """Say of whom the stored score is not what the oracle makes of the facts."""
        at = format_instant(now())
        by_story = [_oracle(document, story, at) for story in self.stories]
        visits: dict[str, list[Line]] = {}
        for fact in facts:
            visits.setdefault(fact["lead"], []).append(fact)
        stored = {item["lead"]: item for item in self._items()}
        for place, (lead, address) in enumerate(self.addresses.items()):
            expected = by_story[place % len(by_story)]
            if address in visits:
                expected = _oracle(
                    document, [*self.stories[place % len(by_story)], *visits[address]], at
                )
            item = stored.get(lead, {})
            if (item.get("score"), item.get("band")) != expected:
                yield f"{address} has {item.get('score')}, {item.get('band')}; not {expected}"

    def _items(self) -> Iterator[dict[str, Any]]:
        pages = self.stack.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=self.stack.leads_table):
            yield from map(decode, page["Items"])

    def _story(self, chance: random.Random) -> Iterator[Line]:
        """Facts of the last twenty hours, none of which ends within the next three."""
        if chance.random() < 0.7:
            yield {
                "id": "form", "kind": "form_submitted", "form": "demo",
                "answers": {"company": "Example Ltd"}, "at": self._instant(chance),
            }  # fmt: skip
        for number in range(chance.randrange(PAGES_MAX)):
            path = chance.choice(PATHS)
            yield {
                "id": f"page-{number}", "kind": "page_viewed", "path": path,
                "at": self._instant(chance),
            }  # fmt: skip

    def _instant(self, chance: random.Random) -> str:
        return format_instant(self.begun - chance.randrange(MINUTE_MS, 20 * HOUR_MS))

    def _played(self, story: Sequence[Line]) -> dict[str, Any]:
        book, store = rule_book(self.stack.model), MemoryStore()
        around = Surroundings(
            store=store, publisher=RecordingTopic(), book=book, naming=Naming(book.model),
            clock=now, pause=lambda _: None, count=lambda *_: None, gauge=lambda *_: None,
        )  # fmt: skip
        start = Fact(EVERYBODY, self.begun - 20 * HOUR_MS, "start", "email_opened", EVERYBODY)
        facts = [start, *map(_fact, story)]
        Move(around).apply(EVERYBODY, [Arrival(fact, now(), silent=True) for fact in facts])
        return dict(store.leads[EVERYBODY])


def _oracle(document: Any, story: Sequence[Line], at: str) -> tuple[int, str]:
    start = {"lead": EVERYBODY, "id": "start", "kind": "email_opened", "at": "2000-01-01T00:00:00Z"}
    facts = [{**fact, "lead": EVERYBODY} for fact in story]
    told = brute_force.score(document, [start, *facts], at, ahead=False)[EVERYBODY]
    return told["score"], told["band"]


def _fact(line: Line) -> Fact:
    answers = line.get("answers", {})
    path = {"path": line["path"]} if "path" in line else {"form": "demo"}
    return Fact(
        EVERYBODY, parse_instant(line["at"]), line["id"], line["kind"], EVERYBODY,
        properties=path, answers=answers, touch={} if answers else None,
    )  # fmt: skip


def _copied(item: Mapping[str, Any], lead: str, address: str) -> dict[str, Any]:
    copy = {**item, "lead": lead, "email": address}
    if "call_order" in item:
        copy["call_order"] = item["call_order"].replace(EVERYBODY, lead)
    if "due_shard" in item:
        copy["due_shard"] = home_shard(lead)
    return copy

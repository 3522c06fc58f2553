"""Row 2: one event applied to a lead that has state, against the naive loop.

Both find the message's JSON decoded and checked by the same plain code (is the kind known, is
everything of its type, is the instant one), find the lead's state in memory, match the activity
with the rules, merge it into what is kept, and score. Ours is `RuleBook.merge` and
`RuleBook.totals`, and makes its fact first; what the lead's answers decide is remembered with its
state, as it is by every scoring of a move but the first. An occurrence is kept under a hash of all
its content, where the naive loop compares ids.

What the product asks of a stranger's message before it trusts it (depth, doubled keys, numbers,
control characters, canonical addresses, keyed lead ids) is the same whatever scores the lead, and
takes longer than scoring: that reading is told beside, and what is left of the ratio with it.
"""

import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from bench.figure import Figure
from bench.naive_loop import Document, Kept, Naive, Points
from bench.racing import Entrant, seconds_each
from bench.scoring_work import NOW, SEED, WorkLead, activity, compiled, document, leads, rule_book
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.lead_identity import keyed_id
from functions.scoring.facts import Fact
from functions.scoring.instants import MINUTE_MS, format_instant, parse_instant
from functions.scoring.state import State

EVENTS = 1_000
GOAL = 1.6
_KEY = b"a key of the bench, 32 bytes long"
_OURS, _NAIVE, _READ = "ours", "naive loop", "read"


class Event(NamedTuple):
    """A message of the queue, and what is stored of its lead, in both shapes."""

    body: str
    state: State
    kept: Kept
    answers: Document


def measure() -> list[Figure]:
    """Measure both engines on the same events, and the product's reading of messages."""
    events = drawn_events(EVENTS)
    differing = disagreeing(events)
    each = seconds_each(
        {name: Entrant(apply, events) for name, apply in engines().items()}
        | {_READ: Entrant(_reader().read, [event.body for event in events])}
    )
    ratio = each[_NAIVE] / each[_OURS]
    with_reading = (each[_NAIVE] + each[_READ]) / (each[_OURS] + each[_READ])
    return [
        Figure("2", "ours against the naive loop", ratio, "x", f">= {GOAL}x", ratio >= GOAL),
        Figure("2", "the same, each after the product's own reading", with_reading, "x"),
        *(Figure("2", f"{name}: events applied", 1 / each[name], "events/s a core")
          for name in (_OURS, _NAIVE)),
        Figure("2", "the product's own reading of a message", each[_READ] * 1e6, "us"),
        Figure("2", f"of {EVENTS} events scored otherwise", differing, "events", "0",
               differing == 0),
    ]  # fmt: skip


def engines() -> dict[str, Callable[[Event], Any]]:
    """What each engine does with an event."""
    book, naive, kinds = rule_book(), Naive(document()), frozenset(compiled()["kinds"])

    def ours(event: Event) -> Any:
        done = _decoded(event.body, kinds)
        fact = Fact(
            done["lead"], done["at"], done["id"], done["kind"], done["lead"], {"path": done["path"]}
        )
        return book.totals(book.merge(event.state, (fact,)), at=NOW)

    def plain(event: Event) -> Points:
        done = _decoded(event.body, kinds)
        return naive.score_kept(event.answers, naive.merge(event.kept, done), at=NOW)

    return {_OURS: ours, _NAIVE: plain}


def drawn_events(number: int) -> list[Event]:
    """One event for each of so many leads, of the last minute."""
    chance, book, naive = random.Random(SEED + 2), rule_book(), Naive(document())
    return [
        Event(
            _body(lead, activity(NOW - chance.randrange(MINUTE_MS), place + 1_000, chance)),
            book.state(lead.facts),
            naive.keep(lead.plain),
            lead.plain["answers"],
        )
        for place, lead in enumerate(leads(number))
    ]


def disagreeing(events: list[Event]) -> int:
    """How many events leave other scores by ours than by the naive loop."""
    ours, naive = engines().values()
    told = ((ours(event), naive(event)) for event in events)
    return sum(tuple(plain) != (own.fit, own.engagement, own.band) for own, plain in told)


def _body(lead: WorkLead, done: Document) -> str:
    """The message that the bus would put on the queue."""
    at = format_instant(done["at"])
    detail = done | {"at": at, "lead": lead.facts[0].email}
    event = {
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "account": "123456789012",
        "region": "eu-central-1", "time": at, "source": "website", "detail-type": done["kind"],
        "resources": [], "detail": detail,
    }  # fmt: skip
    return json.dumps({"ingested_at": format_instant(NOW), "event": event})


def _decoded(body: str, kinds: frozenset[str]) -> Document:
    """Decode a message and check that it can be scored. Raises ValueError."""
    done: Document = json.loads(body)["event"]["detail"]
    if done["kind"] not in kinds or "@" not in done["lead"]:
        raise ValueError("no known kind, or no address")
    if not all(isinstance(done[name], str) for name in ("id", "path", "at")):
        raise ValueError("not of its type")
    at = parse_instant(done["at"])
    if at > NOW:
        raise ValueError("yet to happen")
    return done | {"at": at}


def _reader() -> MessageReader:
    return MessageReader(compiled(), Doors(), partial(keyed_id, _KEY))

"""The only defaults of tests: a small model, facts of one lead, and the move on an in-memory
store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.due import Refresh
from functions.leads.surroundings import Surroundings
from functions.leads.sweep import Sweep
from functions.leads.team import Team
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.fakes import MemoryStore, RecordingTopic

MONDAY = parse_instant("2026-11-23T09:00:00Z")
ANNA = "anna@example.com"
PRICING = {"path": "/pricing"}


def activity_rule(name: str = "pricing-page", **changes: Any) -> dict[str, Any]:
    """One compiled rule on pricing pages: 12 points, 30 days, once."""
    rule: dict[str, Any] = {
        "type": "activity", "rule": name, "half": "engagement", "group": None, "stage": None,
        "says": {"en": "Looked at prices", "pl": "Ogląda cennik"}, "when": None,
        "activity": "page_viewed", "where": ["starts_with", "path", ["/pricing"]],
        "steps": [[0, 12], [30 * DAY_MS, 0]], "at_most": 1, "once_per": None,
    }  # fmt: skip
    return rule | changes


def answer_rule(name: str = "ceo", **changes: Any) -> dict[str, Any]:
    """One compiled rule on the job title: 20 points for a CEO."""
    rule: dict[str, Any] = {
        "type": "answer", "rule": name, "half": "fit", "group": None, "stage": None,
        "says": {"en": "Runs the company"}, "when": ["is", "job_title", ["CEO"]], "points": 20,
    }  # fmt: skip
    return rule | changes


def quiet_rule(name: str = "gone-quiet", **changes: Any) -> dict[str, Any]:
    """One compiled rule on silence: -5 points after 60 days."""
    rule: dict[str, Any] = {
        "type": "quiet", "rule": name, "half": "engagement", "group": None, "stage": None,
        "says": {}, "when": None, "quiet_for": 60 * DAY_MS, "points": -5,
    }  # fmt: skip
    return rule | changes


def unanswered_rule(name: str = "ignores-campaigns", **changes: Any) -> dict[str, Any]:
    """One compiled rule on ignored mail: -10 points after two mails that nobody clicked for 3
    days.
    """
    rule: dict[str, Any] = {
        "type": "unanswered", "rule": name, "half": "engagement", "group": None, "stage": None,
        "says": {}, "when": None, "sent": "email_sent", "by": ["email_clicked"], "at_least": 2,
        "after": 3 * DAY_MS, "within": 90 * DAY_MS, "points": -10,
    }  # fmt: skip
    return rule | changes


def compiled_model(*rules: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """One compiled model: hot above 20, cold below 10 unless told otherwise, so that two rules
    make a story.
    """
    model = {
        "layout": 1, "model": "test", "version": "v1", "matching": "m1", "retention": 400 * DAY_MS,
        "bands": {"hot_above": 20, "cold_below": 10},
        "halves": {"fit": {"cap": 50, "floor": -50}, "engagement": {"cap": 50, "floor": -50}},
        "groups": {}, "kinds": ["page_viewed", "form_submitted"],
        "fields": {
            "job_title": {"type": "text"}, "name": {"type": "text"}, "company": {"type": "text"},
            "phone": {"type": "phone"}, "country": {"type": "country"},
        },
        "derived": {}, "rules": list(rules) or [answer_rule(), activity_rule()],
        "channels": [["ads", ["is", "utm_medium", ["cpc"]]]],
        "campaigns": {"read_from": "utm_campaign"}, "experiments": {"read_from": "utm_content"},
        "forms": {}, "ideal_leads": [],
        "alerts": {"cooldown": 7 * DAY_MS, "language": "en", "time_zone": "Europe/Warsaw",
                   "subject_names_company": True},
    }  # fmt: skip
    return model | changes


def page_viewed(path: str = "/pricing", *, at: int = MONDAY, **changes: Any) -> Fact:
    """Anna looks at a page."""
    values: dict[str, Any] = {
        "lead": ANNA, "at": at, "id": f"page-{at}", "kind": "page_viewed", "email": ANNA,
        "properties": {"path": path},
    }  # fmt: skip
    return Fact(**(values | changes))


def form_submitted(*, at: int = MONDAY, **changes: Any) -> Fact:
    """Anna, CEO of Example Ltd, sends the demo form."""
    values: dict[str, Any] = {
        "lead": ANNA, "at": at, "id": "form-1", "kind": "form_submitted", "email": ANNA,
        "properties": {"form": "demo"}, "touch": {},
        "answers": {"job_title": "CEO", "name": "Anna Nowak", "company": "Example Ltd"},
    }  # fmt: skip
    return Fact(**(values | changes))


def arrival(fact: Fact, **changes: Any) -> Arrival:
    """One fact that arrives when it happens."""
    values: dict[str, Any] = {"fact": fact, "received_at": fact.at}
    return Arrival(**(values | changes))


@dataclass
class World:
    """The move on stores that tests can look into, with a clock they set."""

    model: dict[str, Any] = field(default_factory=compiled_model)
    now: int = MONDAY
    store: MemoryStore = field(default_factory=MemoryStore)
    topic: RecordingTopic = field(default_factory=RecordingTopic)
    counts: dict[str, int] = field(default_factory=dict)
    gauges: dict[str, int] = field(default_factory=dict)
    refresh: Refresh = field(default_factory=Refresh)
    team: Team = field(default_factory=Team)

    def move(self) -> Move:
        """Build the move under the world's present model."""
        return Move(self.around())

    def around(self) -> Surroundings:
        """Build what move and sweep stand on."""
        return Surroundings(
            store=self.store,
            publisher=self.topic,
            book=RuleBook(self.model),
            naming=Naming(self.model),
            clock=lambda: self.now,
            pause=lambda _: None,
            count=self._count,
            gauge=self.gauges.__setitem__,
            chance=lambda low, _: low,
            refresh=self.refresh,
            team=self.team,
        )

    def apply(self, *arrivals: Arrival) -> list[Any]:
        """Apply facts of one lead."""
        return self.move().apply(arrivals[0].fact.lead, list(arrivals))

    def happen(self, *facts: Fact) -> list[Any]:
        """Let facts arrive as they happen."""
        return self.apply(*(arrival(fact) for fact in facts))

    def sweep(self, leads: Iterable[str] = (ANNA,)) -> int:
        """Look after leads, due or not."""
        return Sweep(self.around()).sweep(list(leads)).written

    def item(self, lead: str = ANNA) -> dict[str, Any]:
        """The stored item of a lead."""
        return dict(self.store.read([lead])[lead])

    def _count(self, name: str, number: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

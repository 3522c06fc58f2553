"""A verdict published: exactly the leads it covers lose exactly those points, and get them back."""

from collections.abc import Mapping
from random import Random
from typing import Any

from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_document
from tests.builders import MONDAY, arrival, form_submitted, page_viewed
from tests.rescoring.rescored_world import RescoredWorld

DOCUMENT: dict[str, Any] = {
    "bands": {"hot": "above 20", "cold": "below 10"},
    "fields": {"job_title": {"type": "text"}},
    "channels": {"ads": {"utm_medium": "cpc"}},
    "fit": [{"rule": "ceo", "points": 15, "when": {"job_title": "CEO"}}],
    "engagement": [
        {"rule": "pricing", "points": 4, "activity": "page_viewed", "lasts": "60 days",
         "where": {"path": {"starts_with": "/pricing"}}, "at_most": 5, "once_per": "hour"},
        {"rule": "clicks", "points": 3, "activity": "email_clicked", "lasts": "90 days",
         "decays": {"20 days": 1}, "at_most": 6},
        {"rule": "no-answer", "points": -5,
         "unanswered": {"sent": "email_sent", "by": ["email_clicked"], "at_least": 2,
                        "after": "3 days", "within": "90 days"}},
        {"rule": "gone-quiet", "points": -4, "quiet_for": "20 days"},
    ],
}  # fmt: skip
VERDICT = {"verdict": "gateway", "domain": ["gateway.example"], "activity": ["email_clicked"]}
OURS = {  # what a lead notes of its own upkeep: it says when and under which model, nothing of it
    "revision", "written_at", "as_of", "model", "matching", "refreshed_at", "rebuild_at", "due_at",
    "due_shard", "rescored", "band_since", "call_order", "last_seen",
}  # fmt: skip
KINDS = ("page_viewed", "email_clicked", "email_clicked", "email_sent")
PEOPLE = 60


def happened(chance: Random, lead: str) -> list[Fact]:
    """Draw what a lead did in the last months."""
    facts = [form_submitted(lead=lead, email=lead, at=MONDAY - 100 * DAY_MS)]
    for number in range(chance.randrange(12)):
        at = MONDAY - chance.randrange(90 * DAY_MS)
        kind = chance.choice(KINDS)
        facts.append(page_viewed(lead=lead, email=lead, at=at, kind=kind, id=f"fact-{number}"))
    return facts


def plain(facts: list[Fact], *, at: int) -> int:
    """What the model without a verdict says of these facts."""
    book = RuleBook(compile_document(DOCUMENT))
    return book.totals(book.state(facts), at=at).score


def told(world: RescoredWorld) -> dict[str, Mapping[str, Any]]:
    """All leads as they are stored, without their upkeep."""
    return {
        name: {key: value for key, value in item.items() if key not in OURS}
        for name, item in world.store.leads.items()
    }


def test_ignoring_a_domain_changes_exactly_its_leads_and_taking_it_back_restores_them() -> None:
    chance, world = Random(8), RescoredWorld(model=compile_document(DOCUMENT))
    gateway = [f"p{number}@gateway.example" for number in range(PEOPLE)]
    others = [f"p{number}@notgateway.example" for number in range(PEOPLE)]
    facts = {lead: happened(chance, lead) for lead in (*gateway, *others)}
    clicked = {lead for lead in gateway if any(one.kind == "email_clicked" for one in facts[lead])}
    for own in facts.values():
        world.apply(*map(arrival, own))
    world.tick()
    before, alerts = told(world), len(world.topic.alerts)

    world.model = compile_document(DOCUMENT | {"ignore": [VERDICT]})
    world.rescore()
    during = told(world)
    assert {lead for lead in before if before[lead] != during[lead]} == clicked
    for lead, own in facts.items():
        clean = [one for one in own if lead not in clicked or one.kind != "email_clicked"]
        assert during[lead]["score"] == plain(clean, at=world.now), lead
    late = page_viewed(
        lead=gateway[0], email=gateway[0], at=world.now, kind="email_clicked", id="late"
    )
    world.apply(arrival(late))
    assert told(world)[gateway[0]] == during[gateway[0]]
    assert world.counts["ignored"] == 1

    world.model = compile_document(DOCUMENT)
    world.rescore()
    after = told(world)
    assert after | {gateway[0]: before[gateway[0]]} == before
    everything = [*facts[gateway[0]], late]
    assert after[gateway[0]]["score"] == plain(everything, at=world.now)
    assert len(world.topic.alerts) == alerts

"""The work all engines do: 40 rules, leads with 6 answers and 5 to 200 activities over 180 days.

24 rules on fit lie in 6 capped groups, 16 on engagement decay and count the newest 1 to 10. Nothing
here is drawn anew: the same seed gives the same leads, on every machine and in every run. Texts are
plain small letters, so that an engine which compares bytes and one which folds case agree.
"""

import random
from functools import cache
from typing import Any, NamedTuple

from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, parse_instant
from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_document

Document = dict[str, Any]

SEED = 20261123
NOW = parse_instant("2026-11-23T09:00:00Z")
DAYS = 180
ACTIVITIES_MIN, ACTIVITIES_MAX = 5, 200
ACTIVITIES_BEYOND_MIN_MEAN = 49  # cut off at the maximum the mean is 53 in all

TITLES = ("ceo", "cto", "head of sales", "developer", "student", "buyer")
COUNTRIES = ("PL", "DE", "FR", "US", "IN")
TRADES = ("software", "retail", "bank", "school", "farm")
NEEDS = ("now", "this quarter", "this year", "just looking")

FIT: dict[str, tuple[int, list[tuple[Document, int]]]] = {
    "title": (15, [
        ({"job_title": "ceo"}, 12), ({"job_title": ["cto", "head of sales"]}, 9),
        ({"job_title": {"starts_with": "head"}}, 4), ({"job_title": "student"}, -15),
    ]),
    "size": (12, [
        ({"company_size": {"from": 10, "below": 50}}, 6), ({"company_size": {"from": 50}}, 9),
        ({"company_size": {"from": 1000}}, 5), ({"company_size": {"below": 3}}, -6),
    ]),
    "place": (8, [
        ({"country": "PL"}, 6), ({"country": ["DE", "FR"]}, 5),
        ({"country": "US", "company_size": {"from": 500}}, 4), ({"country": "IN"}, -2),
    ]),
    "trade": (10, [
        ({"industry": "software"}, 7), ({"industry": ["bank", "retail"]}, 5),
        ({"industry": "school"}, -4), ({"industry": "software", "country": "PL"}, 4),
    ]),
    "money": (14, [
        ({"budget": {"from": 1_000}}, 3), ({"budget": {"from": 10_000}}, 5),
        ({"budget": {"from": 50_000}}, 8), ({"budget": {"below": 100}}, -8),
    ]),
    "need": (10, [
        ({"need": "now"}, 9), ({"need": "this quarter"}, 6),
        ({"need": "just looking"}, -5), ({"need": "now", "budget": {"from": 10_000}}, 4),
    ]),
}  # fmt: skip

# kind, start of the path, points, {days: points}, days it lasts, at most
ENGAGEMENT: list[tuple[str, str | None, int, dict[int, int], int, int]] = [
    ("page_viewed", "/pricing", 8, {7: 5, 14: 3}, 30, 3),
    ("page_viewed", "/product", 3, {14: 2, 30: 1}, 60, 5),
    ("page_viewed", "/docs", 2, {21: 1}, 45, 8),
    ("page_viewed", "/blog", 1, {30: 0}, 31, 10),
    ("page_viewed", "/customers", 4, {10: 2, 40: 1}, 60, 2),
    ("page_viewed", "/careers", -10, {30: -5}, 60, 1),
    ("page_viewed", "/compare", 6, {7: 4, 21: 2}, 42, 4),
    ("page_viewed", "/contact", 7, {3: 5, 14: 2}, 28, 2),
    ("link_clicked", "/offer", 5, {7: 3, 30: 1}, 60, 6),
    ("email_clicked", None, 4, {5: 3, 20: 1}, 40, 7),
    ("file_downloaded", "/whitepaper", 6, {14: 4, 45: 2}, 60, 3),
    ("file_downloaded", "/prices", 9, {7: 6, 21: 3}, 60, 1),
    ("video_watched", "/demo", 7, {14: 4}, 50, 2),
    ("search_made", None, 1, {10: 0}, 11, 9),
    ("webinar_attended", None, 12, {14: 8, 45: 4}, 60, 2),
    ("demo_requested", None, 25, {7: 20, 30: 10}, 60, 1),
]

# how often a kind is seen, and where; some of it no rule looks for
SEEN: dict[str, tuple[int, tuple[str, ...]]] = {
    "page_viewed": (60, (
        "/", "/about", "/pricing", "/pricing/team", "/product", "/product/tour", "/docs/start",
        "/docs/api", "/blog/one", "/blog/two", "/blog/three", "/customers", "/careers", "/compare",
        "/contact", "/imprint", "/news", "/partners", "/security", "/status", "/events", "/team",
        "/faq", "/login",
    )),
    "link_clicked": (8, ("/offer/spring", "/offer/autumn", "/elsewhere")),
    "email_clicked": (10, ("/news", "/offer")),
    "file_downloaded": (5, ("/whitepaper/one", "/whitepaper/two", "/prices.pdf", "/logo.png")),
    "video_watched": (5, ("/demo/short", "/demo/long", "/talk")),
    "search_made": (8, ("/search",)),
    "webinar_attended": (3, ("/webinar",)),
    "demo_requested": (1, ("/demo",)),
}  # fmt: skip


class WorkLead(NamedTuple):
    """One lead of the work in both shapes: `plain` for peers, facts as the product has them.

    `plain` is `{"answers": {...}, "activities": [{"id", "kind", "path", "at"}]}`, newest first.
    `facts` stand as the history gives them: activities by instant, then the form.
    """

    plain: Document
    facts: list[Fact]


@cache
def document() -> Document:
    """The scoring model as a marketer would write it."""
    fit = [
        {"rule": f"{group}-{number}", "when": when, "points": points, "group": group}
        for group, (_, rules) in FIT.items()
        for number, (when, points) in enumerate(rules)
    ]
    engagement = [_engagement_rule(number, *row) for number, row in enumerate(ENGAGEMENT)]
    return {
        "bands": {"hot": "above 70", "cold": "below 30"},
        "halves": {"fit": {"cap": 50, "floor": -50}, "engagement": {"cap": 50, "floor": -50}},
        "groups": {group: {"cap": cap} for group, (cap, _) in FIT.items()},
        "activities": ["demo_requested", "webinar_attended"],
        "fields": {
            "job_title": {"type": "text"},
            "company_size": {"type": "number"},
            "country": {"type": "country"},
            "industry": {"type": "text"},
            "budget": {"type": "number"},
            "need": {"type": "text"},
        },
        "fit": fit,
        "engagement": engagement,
    }


@cache
def compiled(*, points_more: int = 0) -> Document:
    """The model as the Lambdas read it; with `points_more`, after a change of points alone."""
    changed = document()
    if points_more:
        changed = {
            **changed,
            **{
                half: [{**rule, "points": rule["points"] + points_more} for rule in changed[half]]
                for half in ("fit", "engagement")
            },
        }
    return compile_document(changed)


def rule_book(*, points_more: int = 0) -> RuleBook:
    """Build the product's rule book of this model, with nothing remembered yet."""
    return RuleBook(compiled(points_more=points_more))


@cache
def leads(number: int) -> list[WorkLead]:
    """Draw so many leads; the first ones are always the same."""
    chance = random.Random(SEED)
    return [_lead(f"lead-{place}", chance) for place in range(number)]


def _engagement_rule(
    number: int,
    kind: str,
    path: str | None,
    points: int,
    decays: dict[int, int],
    days: int,
    most: int,
) -> Document:
    rule: Document = {
        "rule": f"engagement-{number}",
        "activity": kind,
        "points": points,
        "decays": {f"{age} days": worth for age, worth in decays.items()},
        "lasts": f"{days} days",
        "at_most": most,
    }
    return rule if path is None else rule | {"where": {"path": {"starts_with": path}}}


def _lead(name: str, chance: random.Random) -> WorkLead:
    beyond = int(chance.expovariate(1 / ACTIVITIES_BEYOND_MIN_MEAN))
    number = min(ACTIVITIES_MIN + beyond, ACTIVITIES_MAX)
    instants = sorted(NOW - chance.randrange(DAYS * DAY_MS) for _ in range(number))
    activities = [activity(at, place, chance) for place, at in enumerate(instants)]
    answers = {
        "job_title": chance.choice(TITLES),
        "company_size": chance.choice((1, 2, 5, 20, 80, 300, 1200)),
        "country": chance.choice(COUNTRIES),
        "industry": chance.choice(TRADES),
        "budget": chance.choice((50, 900, 5_000, 20_000, 80_000)),
        "need": chance.choice(NEEDS),
    }
    address = f"{name}@example.com"
    facts = [
        Fact(name, done["at"], done["id"], done["kind"], address, {"path": done["path"]}, {})
        for done in activities
    ]
    answered = NOW - chance.randrange(DAYS * DAY_MS)
    form = Fact(name, answered, "form-1", "form_submitted", address, {}, answers, touch={})
    return WorkLead({"answers": answers, "activities": activities[::-1]}, [*facts, form])


def activity(at: int, place: int, chance: random.Random) -> Document:
    """Draw one activity, as a website's visitor does them."""
    kind = chance.choices(list(SEEN), [often for often, _ in SEEN.values()])[0]
    return {"id": f"a{place}", "kind": kind, "path": chance.choice(SEEN[kind][1]), "at": at}

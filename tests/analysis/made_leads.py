"""Fact files made up with a known truth: what each rule is really worth, and which industry rises.

Two thousand leads begin over a year, answer a form, do things and are concluded. Chances of being
won follow from the truth, scores from the product; where nothing is wrong the two agree.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import exp, pi, sin
from typing import Any

from functions.intake.fact_line import read_fact
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, format_instant, parse_instant
from modelling.compile import compile_model_text

BEGIN = parse_instant("2025-01-01T08:00:00Z")
DAYS = 360
LEADS = 2000
PER_POINT = 0.05  # logits
INDUSTRIES = ("Logistics", "Retail", "Software", "Energy", "Health")
SHARES = {
    "chief": 0.3, "right-size": 0.4, "home-market": 0.5, "private": 0.25, "pricing": 0.35,
    "demo": 0.3, "webinar": 0.25, "careers": 0.15, "story": 0.3, "newsletter": 0.4,
}  # fmt: skip
POINTS = {
    "chief": 15, "right-size": 12, "home-market": 8, "private": -10, "pricing": 15,
    "demo": 20, "webinar": 14, "careers": -12, "story": 6, "newsletter": 3,
}  # fmt: skip
ANSWERS: Mapping[str, tuple[str, object, object]] = {
    "chief": ("job_title", "CEO", "Clerk"),
    "right-size": ("company_size", 50, 5),
    "home-market": ("country", "PL", "FR"),
    "private": ("private", True, False),
}
ACTIVITIES = {
    "pricing": ("page_viewed", {"path": "/pricing"}),
    "webinar": ("webinar_attended", {}),
    "careers": ("page_viewed", {"path": "/careers"}),
    "story": ("page_viewed", {"path": "/customers/acme"}),
    "newsletter": ("email_clicked", {}),
}
MODEL = """\
model: Made up
bands: {hot: above 50, cold: below 15}
halves: {fit: {cap: 50, floor: -50}, engagement: {cap: 60, floor: -50}}
activities: [webinar_attended]
fields:
  job_title: {type: text}
  company_size: {type: number}
  country: {type: country}
  industry: {type: text}
  private: {type: yes_no}
fit:
  - {rule: chief, when: {job_title: CEO}, points: 15}
  - {rule: right-size, when: {company_size: {from: 10}}, points: 12}
  - {rule: home-market, when: {country: Poland}, points: 8}
  - {rule: private, when: {private: true}, points: -10}
engagement:
  - {rule: pricing, activity: page_viewed, where: {path: /pricing}, points: 15, lasts: 90 days}
  - {rule: demo, activity: form_submitted, where: {form: demo}, points: 20, lasts: 90 days}
  - {rule: webinar, activity: webinar_attended, points: 14, lasts: 90 days}
  - {rule: careers, activity: page_viewed, where: {path: /careers}, points: -12, lasts: 90 days}
  - {rule: story, activity: page_viewed, where: {path: /customers/acme}, points: 6, lasts: 90 days}
  - {rule: newsletter, activity: email_clicked, points: 3, lasts: 90 days}
channels:
  ads: {utm_medium: cpc}
  newsletter: {utm_medium: email}
forms:
  demo: {open: true, thanks: https://www.example.com/thanks}
  contact: {open: true, thanks: https://www.example.com/thanks}
"""


@dataclass(frozen=True, slots=True)
class Truth:
    """`worth` are rules that are worth other than their points; `rising` is an industry whose part
    of all leads rises threefold over the time, `winning` one whose wins rise. `open` is the part of
    leads that are never concluded; `seasonal` leads come three times as often in high season as in
    low, twice over the time.
    """

    worth: Mapping[str, float] = field(default_factory=dict)
    rising: str | None = None
    winning: str | None = None
    leads: int = LEADS
    base: float = -2.6
    open: float = 0.0
    days: int = DAYS
    seasonal: bool = False


def made_lines(truth: Truth, *, seed: int) -> Iterator[dict[str, Any]]:
    """Lines of a fact file."""
    draw = random.Random(seed)  # the same file for the same seed
    for number in range(truth.leads):
        yield from _lead(truth, f"lead{number}@example.com", draw)


def _lead(truth: Truth, lead: str, draw: random.Random) -> Iterator[dict[str, Any]]:
    since = _since(truth, draw)
    begun = BEGIN + int(since * truth.days * DAY_MS)
    has = {rule: draw.random() < share for rule, share in SHARES.items()}
    industry = _industry(truth, since, draw)
    touch = draw.choice([{}, {"utm_medium": "cpc"}, {"utm_medium": "email"}])
    answers = {name: yes if has[rule] else no for rule, (name, yes, no) in ANSWERS.items()}
    form = "demo" if has["demo"] else "contact"
    yield _line(
        lead, begun, "form_submitted", form=form, answers=answers | {"industry": industry}, **touch
    )
    for rule, (kind, properties) in ACTIVITIES.items():
        if has[rule]:
            yield _line(lead, begun + draw.randrange(10 * DAY_MS), kind, **properties)
    points = sum(truth.worth.get(rule, POINTS[rule]) for rule, whether in has.items() if whether)
    logit = truth.base + PER_POINT * points
    if industry == truth.winning:
        logit += 3 * (since - 0.5)
    result = "won" if draw.random() < 1 / (1 + exp(-logit)) else "lost"
    ended = begun + 12 * DAY_MS + draw.randrange(40 * DAY_MS)
    if not truth.open or draw.random() >= truth.open:
        yield _line(lead, ended, "sales_concluded", result=result)


def _since(truth: Truth, draw: random.Random) -> float:
    """When a lead begins, as a part of the time: any, or more often in season."""
    since = draw.random()
    while truth.seasonal and draw.random() > (2 + sin(4 * pi * since)) / 3:
        since = draw.random()
    return since


def _industry(truth: Truth, since: float, draw: random.Random) -> str:
    weights = [(1 + 2 * since) / 1 if one == truth.rising else 1.5 for one in INDUSTRIES]
    return draw.choices(INDUSTRIES, weights)[0]


def _line(lead: str, at: int, kind: str, **properties: Any) -> dict[str, Any]:
    return {"lead": lead, "at": format_instant(at), "kind": kind, **properties}


def made_facts(truth: Truth, model: Mapping[str, Any], *, seed: int) -> list[Fact]:
    """Facts of a made file, as a command would read them."""
    read = [
        read_fact(line, received_at=None, model=model, lead_id=str)
        for line in made_lines(truth, seed=seed)
    ]
    return [fact for fact in read if isinstance(fact, Fact)]


@cache
def made_model() -> Mapping[str, Any]:
    """The compiled model of made leads: compiling takes longer than most tests."""
    return compile_model_text(MODEL)

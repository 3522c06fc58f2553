"""The leads that the answering API begins with: a few people a rep would really have on a list.

Whatever adds up in the product adds up here: lines to halves, halves to the score, criteria to the
distance.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

Lead = dict[str, Any]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Warsaw
KASIA, OLEK = "kasia@example.com", "olek@example.com"
MARKUP = "<img src=x onerror=\"document.title='broken in'\"><b>bold</b>"
HOT_ABOVE, COLD_BELOW = 70, 30
ENOUGH = 25  # points of a half of 50


def instant(**later: float) -> str:
    """So much later than NOW (`days=-3` is earlier), to the minute, as the API writes it."""
    minutes = round(timedelta(**later) / timedelta(minutes=1))
    at = NOW + timedelta(minutes=minutes)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(
    rule: str, says: str, points: int, half: str | None, *, days: float | None = None
) -> dict[str, Any]:
    """Points that began three days ago and end in so many days; without them they have no end."""
    began = None if days is None else instant(days=-3)
    until = None if days is None else instant(days=days)
    told = {"rule": rule, "says": says, "points": points, "half": half}
    return told | {"since": began, "until": until}


CEO = line("ceo-of-a-small-company", "CEO of a small company", 20, "fit")
COUNTRY = line("where-we-sell", "In a country we sell to", 10, "fit")
INDUSTRY = line("industry-we-suit", "An industry we suit", 8, "fit")
DEMO = line("demo-request", "Asked for a demo", 20, "engagement", days=40)
PRICES = line("pricing-page", "Looked at the prices", 15, "engagement", days=2 + 3.5 / 24)
WEBINAR = line("webinar-attended", "Attended a webinar", 12, "engagement", days=9)
BLOG = line("blog", "Read our blog", 9, "engagement", days=5)
CAP = line("cap web", "cap web", -4, None)
STUDENT = line("student", "A position that does not buy", -3, "fit")
JOBS = line("careers-page", "Looked at our jobs", -10, "engagement", days=30)


def lead(number: int, email: str, lines: Sequence[dict[str, Any]], **told: Any) -> Lead:
    """One lead as GET /leads/{id} gives it; `told` takes the place of what it would be."""
    fit, engagement = _half(lines, "fit"), _half(lines, "engagement")
    score = fit + engagement
    made: Lead = {
        "id": f"lead{number:018d}",
        "email": email,
        "name": None,
        "company": None,
        "job_title": None,
        "country": None,
        "phone": None,
        "score": score,
        "fit": fit,
        "engagement": engagement,
        "band": band_of(score),
        "label": _label(fit, engagement),
        "channel": "direct",
        "campaign": None,
        "owner": None,
        "contacted": None,
        "moved_since_contact": False,
        "alerted_at": None,
        "cools_at": None,
        "band_since": instant(days=-3),
        "unknown": [],
        "do_not_contact": None,
        "outcome": None,
        "later": None,
        "test": False,
        "revision": 7,
        "as_of": instant(),
        "lines": [dict(each) for each in lines],
        "forecast": _forecast(score, lines),
        "bands": {"hot_above": HOT_ABOVE, "cold_below": COLD_BELOW},
        "to_hot": [],
        "answers": [],
        "happened": [],
        "quality": None,
        "definitions": [],
        "rejected": None,
    }
    made["cools_at"] = _cools_at(made)
    return measured(made | told)


def measured(whole: Lead) -> Lead:
    """Let the nearest definition come first, and be the quality."""
    definitions = whole["definitions"] or [whole["quality"]] if whole["quality"] else []
    ordered = sorted(definitions, key=lambda one: (one["missing"] + one["unknown"], one["unknown"]))
    return whole | {"definitions": ordered, "quality": ordered[0] if ordered else None}


def anna() -> Lead:
    """A hot lead with everything a page can show."""
    return lead(
        1,
        "anna@example.com",
        [CEO, COUNTRY, INDUSTRY, DEMO, PRICES, BLOG, CAP],
        name="Anna Nowak",
        company="Example Ltd",
        job_title="CEO",
        country="PL",
        phone="+48 600 100 200",
        channel="ads",
        campaign="spring",
        alerted_at=instant(hours=-3),
        unknown=["b2b", "revenue"],
        answers=[
            answer("company", "Example Ltd"),
            answer("job_title", "CEO"),
            answer("company_size", 120),
            answer("country", "PL"),
            answer("industry", "Software", "sales"),
            answer("message", "We would like to see it\nbefore Christmas, please."),
        ],
        happened=[
            happening("page_viewed", -0.125, path="/pricing", title="Prices"),
            happening("email_clicked", -1.2, link="/stories/warehouse", subject="How they grew"),
            happening("email_opened", -1.3, machine=True, subject="How they grew"),
            happening("form_submitted", -3, form="demo"),
        ],
        quality={
            "definition": "b2b-ceo",
            "says": "A CEO who sells to companies",
            "missing": 0,
            "unknown": 2,
            "distance": None,
            "criteria": [
                criterion("ceo", "Is it the CEO?", "yes", "guess"),
                criterion("b2b", "Does it sell to companies?", "unknown", None),
                criterion("revenue", "Is its revenue above a million?", "unknown", None),
            ],
        },
    )


def torn() -> Lead:
    """Anna, who may be either ideal: one tick decides which is nearer."""
    shop = {
        "definition": "shop-ceo",
        "says": "A CEO of an online shop",
        "missing": 0,
        "unknown": 2,
        "distance": None,
        "criteria": [
            criterion("ceo", "Is it the CEO?", "yes", "guess"),
            criterion("shop", "Is there an online shop?", "unknown", None),
            criterion("team", "Is there a marketer?", "unknown", None),
        ],
    }
    return measured(anna() | {"definitions": [anna()["quality"], shop]})


def team() -> list[dict[str, Any]]:
    """Who sells: Kasia calls three a day, Olek is away."""
    return [
        {"mail": KASIA, "name": "Kasia Nowak", "role": "rep", "calls_a_day": 3, "away": False},
        {"mail": OLEK, "name": "Olek Lis", "role": "rep", "calls_a_day": None, "away": True},
    ]


def people() -> list[Lead]:
    """The leads of a working day, in call order."""
    return [
        anna(),
        lead(
            2,
            "jan.kowalski@warehouse.example",
            [COUNTRY, INDUSTRY, CEO, DEMO, WEBINAR, line("director", "Director", 12, "fit")],
            name="Jan Kowalski",
            company="Warehouse and Logistics of the North sp. z o.o. sp. k.",
            job_title="Director of operations and development",
            country="PL",
            phone="+48 22 100 20 30",
            channel="newsletter",
            owner=KASIA,
            contacted={"at": instant(days=-1), "result": "no_answer", "by": KASIA},
            moved_since_contact=True,
            alerted_at=instant(days=-2),
        ),
        lead(
            3,
            "layla@example.net",
            [COUNTRY, INDUSTRY, PRICES, WEBINAR],
            name="ليلى حداد",
            company="شركة المثال",
            job_title="Head of marketing",
            country="DE",
            channel="search",
            owner=OLEK,
            to_hot=[
                {
                    "rule": "demo-request",
                    "says": "Asked for a demo",
                    "points": 29,
                    "score": 74,
                }
            ],
        ),
        lead(
            4,
            "student@university.example",
            [STUDENT, WEBINAR, PRICES, DEMO, JOBS],
            name="Piotr Lis",
            job_title="Student",
            country="CZ",
            channel="search",
            do_not_contact="unsubscribed",
        ),
        lead(
            5,
            "info@shop.example",
            [CEO, COUNTRY],
            company="Shop",
            channel="ads",
            test=True,
            later=instant(days=6),
        ),
    ]


def won() -> Lead:
    """A lead that was sold to: in no list, found by its address."""
    sold = {"at": instant(days=-1), "result": "won", "amount": 12000.5, "reason": None, "by": KASIA}
    lines = [CEO, COUNTRY, DEMO]
    return lead(6, "won@example.com", lines, name="Wanda Won", owner=KASIA, outcome=sold)


def strange() -> Lead:
    """Somebody who typed markup wherever anything can be typed."""
    return lead(
        99,
        "strange@example.com",
        [line(MARKUP, MARKUP, 40, "fit"), line(MARKUP, MARKUP, -5, "engagement", days=1)],
        **dict.fromkeys(("name", "company", "job_title", "country", "phone", "channel"), MARKUP),
        campaign=MARKUP,
        owner=None,
        contacted={"at": instant(days=-1), "result": "reached", "by": MARKUP},
        outcome={"at": instant(days=-1), "result": "lost", "amount": None}
        | {"reason": MARKUP, "by": None},
        to_hot=[{"rule": MARKUP, "says": MARKUP, "points": 40, "score": 75}],
        answers=[answer(MARKUP, MARKUP)],
        happened=[happening(MARKUP, -1) | {"properties": {MARKUP: MARKUP}}],
        quality={
            "definition": MARKUP,
            "says": MARKUP,
            "missing": 1,
            "unknown": 0,
            "distance": 1,
            "criteria": [criterion(MARKUP, MARKUP, "no", "tick")],
        },
        rejected={"at": instant(days=-1), "reason": MARKUP},
    )


def crowd(number: int) -> list[Lead]:
    """So many warm leads, one like the other."""
    lines = [CEO, COUNTRY, INDUSTRY]
    return [
        lead(1000 + place, f"lead{place}@example.com", lines, name=f"Lead {place}")
        for place in range(number)
    ]


def row_of(whole: Lead) -> Lead:
    """The part of a lead that a list shows."""
    beyond = {"lines", "forecast", "bands", "to_hot", "answers", "happened", "quality", "rejected"}
    beyond.add("definitions")
    return {name: deepcopy(value) for name, value in whole.items() if name not in beyond}


def band_of(score: int) -> str:
    """Above 70 is hot, below 30 cold."""
    return "hot" if score > HOT_ABOVE else "cold" if score < COLD_BELOW else "warm"


def answer(field: str, value: object, origin: str = "form") -> dict[str, Any]:
    """One answer of three days ago."""
    return {"field": field, "value": value, "origin": origin, "at": instant(days=-3)}


def happening(kind: str, days: float, /, *, machine: bool = False, **properties: Any) -> Lead:
    """One fact of so many days later than NOW."""
    told = {"at": instant(days=days), "kind": kind, "properties": properties}
    return told | {"machine": machine, "ignored": None}


def criterion(name: str, asks: str, given: str, origin: str | None) -> dict[str, Any]:
    """One question about an ideal lead."""
    return {"criterion": name, "asks": asks, "answer": given, "from": origin}


def _half(lines: Sequence[dict[str, Any]], half: str) -> int:
    """A line without a half (a bound) belongs to the half of the line before it."""
    total, current = 0, "fit"
    for each in lines:
        current = each["half"] or current
        total += each["points"] if current == half else 0
    return total


def _label(fit: int, engagement: int) -> str:
    if fit >= ENOUGH:
        return "ready" if engagement >= ENOUGH else "to_nurture"
    return "curious" if engagement >= ENOUGH else "not_for_us"


def _forecast(score: int, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    steps = []
    for each in sorted((one for one in lines if one["until"]), key=lambda one: one["until"]):
        score -= each["points"]
        steps.append({"at": each["until"], "score": score, "band": band_of(score)})
    return steps


def _cools_at(made: Lead) -> str | None:
    worse = {"hot": ("warm", "cold"), "warm": ("cold",), "cold": ()}[made["band"]]
    return next((step["at"] for step in made["forecast"] if step["band"] in worse), None)

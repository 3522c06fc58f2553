"""Model documents over every option, small, so that rules often meet, cap and outlive another.

They are drawn by hypothesis, or, ten times as fast and without shrinking, by a seeded `Random`.
"""

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

Document = dict[str, Any]
Draw = st.DrawFn | Random
T = TypeVar("T")

PAGE_VIEWED, CLICKED, FORM = "page_viewed", "email_clicked", "form_submitted"
SENT, REPLIED, OPENED, WEBINAR = "email_sent", "email_replied", "email_opened", "webinar_attended"
RETENTIONS = (60, 120, 400)  # days; the short ones, so that facts outlive them

POINTS = (8, 5, 12, 20, 35, 1, -2, -5, -20)
GROUP_BOUNDS = ("cap and floor", "cap", "floor")
HALF_BOUNDS = (*GROUP_BOUNDS, "none")

FIELDS: Document = {
    "job_title": {"type": "text"},
    "company": {"type": "text"},
    "company_size": {"type": "number"},
    "country": {"type": "country"},
    "wants_demo": {"type": "yes_no"},
    "founded": {"type": "date"},
    "email_kind": {"read_from": "email"},
    "seniority": {
        "read_from": "job_title",
        "words": {
            "c_level": {
                "any": ["ceo", "prezes*", "vice-president"],
                "unless": ["asystent*", "assistant"],
            },
            "student": {"any": ["student*", "stażyst*"]},
        },
    },
}

LEAVES: tuple[Document, ...] = (
    {"job_title": "CEO"},
    {"job_title": ["prezes zarzadu", "student"]},
    {"job_title": {"starts_with": "Prez"}},
    {"email": {"starts_with": ["an", "jan"]}},
    {"job_title": {"ends_with": ["zarządu", "ceo"]}},
    {"job_title": {"contains": "ASYST"}},
    {"job_title": {"like": ["c?o*", "*student*"]}},
    {"company": {"like": "*tools"}},
    {"company": {"ends_with": "tools"}},
    {"email": {"ends_with": ["gmail.com", "le.com"]}},
    {"job_title": {"missing": True}},
    {"company": {"missing": False}},
    {"company": {"none_of": ["Łódź Tools", "Example"]}},
    {"company": {"contains": "lodz"}},
    {"company_size": 50},
    {"company_size": [10, 250]},
    {"company_size": {"from": 10, "below": 250}},
    {"company_size": {"from": 50}},
    {"company_size": {"below": 50}},
    {"company_size": {"none_of": [50]}},
    {"company_size": {"missing": True}},
    {"country": "PL"},
    {"country": ["PL", "DE"]},
    {"country": {"none_of": ["PL"]}},
    {"wants_demo": True},
    {"wants_demo": False},
    {"founded": {"from": "2020-01-01"}},
    {"founded": {"from": "2015-05-05", "below": "2020-01-01"}},
    {"email_kind": ["free", "disposable"]},
    {"email_kind": "business"},
    {"email_kind": {"none_of": ["business"]}},
    {"email": {"ends_with": "example.com"}},
    {"seniority": "c_level"},
    {"seniority": ["student", "c_level"]},
    {"seniority": {"none_of": ["student"]}},
    {"seniority": {"missing": True}},
)
WHERES: dict[str, tuple[Document, ...]] = {
    PAGE_VIEWED: (
        {"path": {"starts_with": "/pricing"}},
        {"path": ["/careers", "/pricing"]},
        {"path": {"like": "/*s"}},
        {"not": {"path": "/careers"}},
        {"path": {"contains": "ri"}, "seconds": {"from": 10}},
    ),
    CLICKED: (
        {"link": {"ends_with": "/demo"}},
        {"value": {"from": 5, "below": 9}},
        {"value": [5, "yes"]},
        {"value": 1},
        {"value": {"none_of": [True]}},
        {"value": {"missing": True}},
        {"any": [{"link": {"contains": "sale"}}, {"value": {"none_of": [5]}}]},
    ),
    FORM: ({"form": "demo"}, {"form": {"none_of": ["contact"]}}),
    WEBINAR: ({"title": {"missing": False}},),
    OPENED: ({"link": {"missing": True}},),
}

VERDICTS: tuple[Document, ...] = (
    {"verdict": "gateway", "domain": ["example.com"]},
    {"verdict": "shop", "domain": ["gmail.com", "example.com"], "activity": [PAGE_VIEWED]},
    {"verdict": "prices", "where": {"path": {"starts_with": "/pricing"}}},
    {"verdict": "demo", "activity": [CLICKED, SENT], "where": {"link": {"contains": "demo"}}},
    {"verdict": "autumn", "domain": ["example.com"], "since": "2026-10-20", "before": "2026-11-20"},
    {"verdict": "not-five", "where": {"value": {"none_of": [5]}}, "before": "2026-11-15"},
)


def pick(draw: Draw, values: Sequence[T]) -> T:
    """Draw one of some values; making a strategy each time would take most of the time."""
    if isinstance(draw, Random):
        return values[draw.randrange(len(values))]
    return values[draw(_index(len(values)))]


@cache
def _index(length: int) -> st.SearchStrategy[int]:
    return st.integers(0, length - 1)


@st.composite
def models(draw: st.DrawFn) -> Document:
    """Draw a document of a few rules in either half."""
    return drawn_model(draw)


def drawn_model(draw: Draw) -> Document:
    """Draw a document with whatever draws."""
    groups = {
        name: _bounds(draw, GROUP_BOUNDS) for name in ("fit-group", "engagement-group", "other")
    }
    halves: dict[str, list[Document]] = {"fit": [], "engagement": []}
    for number in range(pick(draw, (3, 4, 5, 6))):
        half = pick(draw, ("fit", "engagement", "engagement"))
        rule = {"rule": f"rule-{number}", **pick(draw, RULES)(draw)}
        group = pick(draw, (None, f"{half}-group", f"{half}-group", "other"))
        if group is not None and (group != "other" or half == "engagement"):
            rule["group"] = group
        halves[half].append(rule)
    used = {rule["group"] for rules in halves.values() for rule in rules if "group" in rule}
    return {
        "model": "drawn",
        "bands": {
            "hot": pick(draw, ("above 20", "above 70", "above 9.5")),
            "cold": pick(draw, ("below 5", "below 9")),
        },
        "halves": {half: _bounds(draw, HALF_BOUNDS) for half in halves},
        "groups": {name: bounds for name, bounds in groups.items() if name in used},
        "activities": [WEBINAR],
        "fields": FIELDS,
        **halves,
        **({"ignore": [pick(draw, VERDICTS)]} if pick(draw, range(6)) == 0 else {}),
    }


def condition(draw: Draw) -> Document:
    """Draw a condition on answers: one leaf, two, or a combination."""
    one, two = pick(draw, LEAVES), pick(draw, LEAVES)
    return pick(
        draw,
        (
            one,
            one,
            {**one, **two},
            {"any": [one, two]},
            {"all": [one, two]},
            {"not": one},
            {"not": {"any": [one, two]}},
            {"any": [{"not": one}, {"all": [two]}]},
        ),
    )


def _bounds(draw: Draw, kinds: tuple[str, ...]) -> Document:
    kind, bounds = pick(draw, kinds), {}
    if "cap" in kind:
        bounds["cap"] = pick(draw, (4, 10, 25))
    if "floor" in kind:
        bounds["floor"] = pick(draw, (0, -1, -4))
    return bounds


def _activity_rule(draw: Draw) -> Document:
    kind = pick(
        draw, (PAGE_VIEWED, PAGE_VIEWED, PAGE_VIEWED, CLICKED, CLICKED, FORM, WEBINAR, OPENED)
    )
    rule: Document = {"activity": kind, "points": pick(draw, POINTS)}
    if pick(draw, (False, False, True)):
        rule["where"] = pick(draw, WHERES[kind])
    _maybe_when(draw, rule)
    rule["lasts"] = pick(draw, ("7 days", "30 days", "50 days", "1 month", "3 hours", "forever"))
    if at_most := pick(draw, (0, 1, 2, 3, 5)):
        rule["at_most"] = at_most
    if once_per := pick(draw, (None, None, "hour", "day", "2 days", "7 days")):
        rule["once_per"] = once_per
    fading = pick(draw, ("never", "decays", "half_life")) if rule["lasts"] != "3 hours" else "never"
    if fading == "decays":
        ages = pick(draw, (("1 day",), ("2 days", "5 days"), ("36 hours", "3 days", "6 days")))
        rule["decays"] = {age: pick(draw, (7, 4, 2, 0, -3)) for age in ages}
    if fading == "half_life":
        rule["half_life"] = pick(draw, ("1 day", "3 days", "14 days"))
        if holds := pick(draw, (None, "2 days", "5 days", "12 hours")):
            rule["holds"] = holds
    return rule


def _answer_rule(draw: Draw) -> Document:
    return {"when": condition(draw), "points": pick(draw, POINTS)}


def _unanswered_rule(draw: Draw) -> Document:
    asked = {
        "sent": SENT,
        "by": pick(draw, ([CLICKED], [CLICKED, REPLIED], [REPLIED], [OPENED, CLICKED])),
        "at_least": pick(draw, (1, 1, 2)),
        "after": pick(draw, ("2 hours", "1 day", "3 days")),
        "within": pick(draw, ("30 days", "5 days")),
    }
    return _maybe_when(draw, {"unanswered": asked, "points": pick(draw, POINTS)})


def _quiet_rule(draw: Draw) -> Document:
    quiet_for = pick(draw, ("5 days", "30 days", "12 hours"))
    return _maybe_when(draw, {"quiet_for": quiet_for, "points": pick(draw, POINTS)})


def _maybe_when(draw: Draw, rule: Document) -> Document:
    if pick(draw, (False, False, False, True)):
        rule["when"] = condition(draw)
    return rule


RULES = (*[_activity_rule] * 3, _answer_rule, _unanswered_rule, _quiet_rule)

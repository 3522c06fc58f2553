"""Facts of a lead or two, drawn around the instants at which a model's points step or end."""

from typing import Any

from hypothesis import strategies as st

from tests.laws.drawn_models import (
    CLICKED,
    FORM,
    OPENED,
    PAGE_VIEWED,
    REPLIED,
    RETENTIONS,
    SENT,
    WEBINAR,
    Document,
    Draw,
    models,
    pick,
)
from tests.oracle import brute_force

FactLine = dict[str, Any]
Case = tuple[Document, int, list[FactLine], int]

SALES_ANSWERED = "sales_answered"
HOUR, DAY = 3_600_000, 86_400_000
LEADS = ("anna@example.com", "jan@gmail.com", "ola@mailinator.com")
NOWS = (
    "2026-11-23T10:00:00.000Z",
    "2026-11-23T00:00:00.000Z",
    "2026-11-25T23:59:59.999Z",
)  # the second: a Monday's midnight

ANSWERS: dict[str, tuple[Any, ...]] = {
    "job_title": (
        "CEO",
        "Prezes Zarządu",
        "asystentka prezesa",
        "Studentka prawa",
        "Vice President, sales",
        "x",
    ),
    "company": ("Łódź Tools", "Example", "lodz  tools"),
    "company_size": (9, 10, 50, 249, 250),
    "country": ("PL", "DE", "FR"),
    "wants_demo": (True, False),
    "founded": ("2019-12-31", "2020-01-01", "2015-05-05"),
}
PROPERTIES: dict[str, dict[str, tuple[Any, ...]]] = {
    PAGE_VIEWED: {
        "path": ("/pricing", "/Pricing/plans", "/careers", "/blog"),
        "seconds": (5, 10, "10"),
    },
    CLICKED: {
        "link": ("https://example.com/demo", "https://example.com/Sale"),
        "value": (5, 9, "yes", True, 1),
    },
    WEBINAR: {"title": ("Leads",)},
    SENT: {},
    REPLIED: {},
    OPENED: {"link": ("https://example.com/x",)},
}
KINDS = (
    *[PAGE_VIEWED] * 5,
    *[CLICKED] * 3,
    *[SENT] * 4,
    *[FORM] * 5,
    SALES_ANSWERED,
    SALES_ANSWERED,
    WEBINAR,
    REPLIED,
    OPENED,
    OPENED,
)


def turning_ages(document: Document, retention_days: int) -> list[int]:
    """Ages in milliseconds at which something of this model begins, steps or ends."""
    world = brute_force.world_of(document, retention_days=retention_days)
    ages = {0, retention_days * DAY}
    for rule in brute_force.rules(world):
        ages |= {age for age, _ in world["steps"].get(rule["rule"], [])}
        ages |= {brute_force.span(rule[name]) for name in ("quiet_for",) if name in rule}
        ages |= {
            brute_force.span(rule["unanswered"][name])
            for name in ("after", "within")
            if "unanswered" in rule
        }
    return sorted(ages)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a model, its retention in days, facts, and the instant asked for."""
    document, retention = draw(MODELS), pick(draw, RETENTIONS)
    now = brute_force.milliseconds(pick(draw, NOWS))
    return document, retention, _history(draw, turning_ages(document, retention), now), now


def _history(draw: Draw, ages: list[int], now: int) -> list[FactLine]:
    """Draw up to a dozen facts of one or two leads, some twice."""
    leads = pick(draw, (LEADS[:1], LEADS[1:2], LEADS[2:], LEADS[:2]))
    facts: list[FactLine] = []
    for number in range(pick(draw, range(5, 15))):
        before = brute_force.milliseconds(facts[-1]["at"]) if facts else now
        at = _instant(draw, ages, now, before)
        facts.append(drawn_fact(draw, f"id-{number}", leads[number % len(leads)], at))
        if pick(draw, range(8)) == 7:
            facts.append(drawn_repeat(draw, facts[-1], at))
        if facts[-1]["kind"] in {CLICKED, REPLIED} and pick(draw, range(4)) == 3:
            facts.append({**facts[-1], "id": f"mail-{number}", "kind": SENT})
    return facts


def _instant(draw: Draw, ages: list[int], now: int, before: int) -> int:
    way = pick(draw, range(10))
    if way <= 3:
        return now - pick(draw, ages) + pick(draw, (0, 0, 1, -1))
    if way == 4:
        return before
    if way == 5:
        length = pick(draw, (HOUR, DAY))
        return before // length * length + pick(draw, (0, -1))
    if way == 6:
        return before + pick(draw, (HOUR // 2, HOUR, DAY, -DAY, 7 * DAY))
    return now - pick(draw, range(-24, 24 * 24)) * HOUR


def drawn_fact(draw: Draw, name: str, lead: str, at: int) -> FactLine:
    """Draw what one lead did or said at an instant."""
    kind = pick(draw, KINDS)
    fact: FactLine = {"id": name, "lead": lead, "at": brute_force.text_of(at), "kind": kind}
    if kind in {FORM, SALES_ANSWERED}:
        fact["answers"] = _answers(draw, may_take_back=kind != FORM)
        return fact | ({"form": pick(draw, ("demo", "contact"))} if kind == FORM else {})
    for prop, values in PROPERTIES[kind].items():
        if (value := pick(draw, (*values, None))) is not None:
            fact[prop] = value
    if pick(draw, range(10)) == 9:
        fact["machine"] = True
    return fact


def _answers(draw: Draw, *, may_take_back: bool) -> dict[str, Any]:
    first, count = pick(draw, range(len(ANSWERS))), pick(draw, (1, 2, 3, 4))
    names = (list(ANSWERS) * 2)[first : first + count]
    nothing = (None, None) if may_take_back else ()
    return {name: pick(draw, (*ANSWERS[name], *nothing)) for name in names}


def drawn_repeat(draw: Draw, fact: FactLine, at: int) -> FactLine:
    """The same fact once more; of a form also a later receipt that says something else."""
    if fact["kind"] == FORM and pick(draw, (False, True)):
        later = brute_force.text_of(at + pick(draw, (1, HOUR, DAY)))
        return {**fact, "at": later, "answers": _answers(draw, may_take_back=False)}
    if fact["kind"] in {FORM, SALES_ANSWERED} or pick(draw, (False, True)):
        return dict(fact)
    return {**fact, "again": 1}


MODELS = models()

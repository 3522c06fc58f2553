"""R100-R104: how good the leads of a month were, by channel and beside the month before; each
figure is that of a plain computation over the leads.
"""

import csv
import io
from fractions import Fraction
from random import Random
from statistics import median
from typing import Any

import pytest

from functions.sales.period import Period, PeriodError, read_period
from functions.sales.quality_report import differs, is_hot
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
from modelling.compile import compile_document
from modelling.mistakes import ModelInvalid
from tests.builders import MONDAY, form_submitted, page_viewed
from tests.sales.sales_stage import KASIA, OLEK, Answer, SalesStage, envelope

MANAGER = {"cognito:groups": "[managers]"}
OCTOBER = MONDAY - 40 * DAY_MS
REASONS = ("a student", "no budget", "wrong country", "a competitor")


def lead_of(
    stage: SalesStage, number: int, *, at: int, medium: str, name: str = "demo", **answers: Any
) -> str:
    address = f"person-{number}@example.com"
    stage.world.now = at
    touch = {"utm_medium": medium} if medium else {}
    form = form_submitted(
        id=f"f-{number}", lead=address, email=address, at=at, touch=touch, answers=answers,
        properties={"form": name},
    )  # fmt: skip
    stage.world.happen(form)
    return address


def later_form(lead: str, *, at: int) -> Fact:
    """A form the person sends after the first, which says nothing new."""
    return form_submitted(
        id="later", lead=lead, email=lead, at=at, answers={}, properties={"form": "newsletter"}
    )


def crowd(seed: int) -> tuple[SalesStage, list[dict[str, Any]]]:
    """Sixty leads of two months, and what happened to each, as a person would note it down."""
    stage, chance, noted = SalesStage(), Random(seed), list[dict[str, Any]]()
    for number in range(60):
        month = chance.choice((OCTOBER, MONDAY))
        at = month + number * MINUTE_MS
        note: dict[str, Any] = {"month": month, "ads": chance.random() < 0.4, "rejected": None}
        answers = {"job_title": "CEO"} if chance.random() < 0.6 else {}
        medium = "cpc" if note["ads"] else ""
        note["form"] = ("demo", "contact", "e-book")[number % 3]
        note["owner"] = (None, KASIA, OLEK)[number // 3 % 3]
        lead = lead_of(stage, number, at=at, medium=medium, name=note["form"], **answers)
        stage.world.happen(later_form(lead, at=at + MINUTE_MS))  # first is first
        note["hot"] = bool(answers) and chance.random() < 0.5
        if note["hot"]:
            stage.world.happen(page_viewed(lead=lead, email=lead, at=at))
        ticked = chance.choice((None, "yes", "no"))
        ceo = "yes" if answers else None  # guessed
        note["no"] = int(ticked == "no")
        note["distance"] = None if ticked is None or ceo is None else note["no"]
        if ticked:
            stage.ask("PUT", f"/leads/{lead}/ticks", {"ticks": {"b2b": ticked}})
        note["won"] = chance.choice((None, None, 100, 250))
        if note["won"]:
            body = {"result": "won", "amount": note["won"]}
            stage.ask("PUT", f"/leads/{lead}/outcome", body)
        if chance.random() < 0.3:
            note["rejected"] = chance.choice(REASONS)
            stage.ask("POST", f"/leads/{lead}/reject", {"reason": note["rejected"]})
        note["minutes"] = None
        if chance.random() < 0.5:
            note["minutes"] = chance.randrange(600)
            stage.world.now = at + note["minutes"] * MINUTE_MS
            stage.ask("POST", f"/leads/{lead}/contacted", {"result": "reached"})
        if note["owner"]:
            stage.ask("PUT", f"/leads/{lead}/owner", {"owner": note["owner"]}, token=MANAGER)
        noted.append(note)
    stage.world.now = MONDAY + DAY_MS
    return stage, noted


def report(stage: SalesStage, first: str, last: str, **more: str) -> Answer:
    return stage.ask("GET", "/reports/quality", query={"from": first, "to": last} | more)


def plainly(notes: list[dict[str, Any]]) -> dict[str, Any]:
    known = [note["distance"] for note in notes if note["distance"] is not None]
    mean = Fraction(sum(known), len(known)) if known else None
    spread = Fraction(sum((one - mean) ** 2 for one in known), len(known)) if known else None
    rejected = [note["rejected"] for note in notes if note["rejected"]]
    minutes = [note["minutes"] for note in notes if note["minutes"] is not None]
    commonest = sorted(set(rejected), key=lambda reason: (-rejected.count(reason), reason))[:3]
    return {
        "leads": len(notes),
        "by_distance": {str(one): known.count(one) for one in sorted(set(known))},
        "distance_unknown": len(notes) - len(known),
        "missing_most": "b2b" if any(note["no"] for note in notes) else None,
        "distance_mean": None if mean is None else round(float(mean), 4),
        "distance_variance": None if spread is None else round(float(spread), 4),
        "hot": sum(note["hot"] for note in notes),
        "won": sum(bool(note["won"]) for note in notes),
        "won_value": sum(note["won"] or 0 for note in notes),
        "rejected": len(rejected),
        "rejected_for": [{"reason": one, "leads": rejected.count(one)} for one in commonest],
        "minutes_to_contact": median(minutes) if minutes else None,
    }


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_that_of_a_plain_computation(seed: int) -> None:
    stage, noted = crowd(seed)
    answer = stage.get("/reports/quality")
    assert answer.status == 200, answer.body
    told = {name: answer.body[name] for name in ("from", "to", "before_from", "before_to", "by")}
    assert told == {
        "from": "2026-11", "to": "2026-11", "before_from": "2026-10", "before_to": "2026-10",
        "by": "channel",
    }  # fmt: skip
    groups = {group["group"]: group for group in answer.body["groups"]}
    assert set(groups) == {"ads", "direct"}
    for name, group in groups.items():
        ours = [note for note in noted if note["ads"] == (name == "ads")]
        now = plainly([note for note in ours if note["month"] == MONDAY])
        before = plainly([note for note in ours if note["month"] == OCTOBER])
        assert {what: group[what] for what in now} == now
        assert group["before"] == before


@pytest.mark.parametrize("seed", [5, 6])
@pytest.mark.parametrize("by", ["form", "owner"])
def test_every_figure_of_a_form_and_of_an_owner_is_that_of_a_plain_computation(
    seed: int, by: str
) -> None:
    """The median of minutes, and mean and variance of distances, among them."""
    stage, noted = crowd(seed)
    groups = {
        group["group"]: group for group in stage.get("/reports/quality", by=by).body["groups"]
    }
    assert set(groups) == {note[by] or "-" for note in noted}
    for name, group in groups.items():
        ours = [note for note in noted if (note[by] or "-") == name]
        now = plainly([note for note in ours if note["month"] == MONDAY])
        assert None not in (now["minutes_to_contact"], now["distance_mean"])
        assert {what: group[what] for what in now} == now
        assert group["before"] == plainly([note for note in ours if note["month"] == OCTOBER])


def test_a_table_by_form_has_a_line_for_each() -> None:
    stage, noted = crowd(3)
    event = envelope("GET", "/reports/quality.csv", token=MANAGER, query={"by": "form"})
    rows = csv.DictReader(io.StringIO(stage.answer(event)["body"][1:], newline=""))
    assert {row["group"]: int(row["leads"]) for row in rows} == {
        form: sum(note["form"] == form and note["month"] == MONDAY for note in noted)
        for form in ("demo", "contact", "e-book")
    }


def test_a_report_reads_the_months_asked_for_and_those_before_and_no_other() -> None:
    stage, _ = crowd(1)
    asked: list[str] = []
    store = stage.world.store
    qualities = store.qualities
    store.qualities = lambda month: asked.append(month) or qualities(month)  # type: ignore[method-assign,func-returns-value]
    report(stage, "2026-10", "2026-11")
    assert asked == ["2026-10", "2026-11", "2026-08", "2026-09"]
    store.calls.clear()
    assert stage.get("/reports/completeness").body["leads"] > 0
    assert store.calls == ["qualities"]


@pytest.mark.parametrize("by", ["campaign", "experiment", "definition", "month"])
def test_a_report_is_grouped_by_whatever_is_asked(by: str) -> None:
    stage, noted = crowd(2)
    body = report(stage, "2026-10", "2026-11", by=by).body
    assert sum(group["leads"] for group in body["groups"]) == len(noted)
    names = {"definition": {"b2b-ceo"}, "month": {"2026-10", "2026-11"}}.get(by, {"-"})
    assert {group["group"] for group in body["groups"]} == names


def test_r13_completeness_says_of_how_many_leads_a_field_is_known() -> None:
    stage = SalesStage()
    for number in range(5):
        lead_of(stage, number, at=MONDAY, medium="", **({"job_title": "CEO"} if number else {}))
    body = stage.get("/reports/completeness").body
    known = {one["field"]: one["known"] for one in body["fields"]}
    assert (body["leads"], known["job_title"], known["phone"]) == (5, 4, 0)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-13", "2026-12"),
        ("2026-11", "2026-10"),
        ("2024-11", "2026-11"),
        ("11-2026", "2026-11"),
    ],
)
def test_a_span_that_is_none_or_too_long_is_refused(first: str, last: str) -> None:
    with pytest.raises(PeriodError):
        read_period(first, last)
    answer = report(SalesStage(), first, last)
    assert (answer.status, answer.mistakes) == (422, [("from", "invalid_period")])


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    assert list(read_period("2025-12", "2026-02")) == ["2025-12", "2026-01", "2026-02"]
    assert list(read_period("2025-12", "2026-02").before()) == ["2025-09", "2025-10", "2025-11"]
    assert Period(2026 * 12, 2026 * 12).before().first == "2025-12"


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ((50, 100), (30, 100), True),  # z = 2.89
        ((36, 100), (30, 100), False),  # z = 0.90
        ((3, 10), (1, 10), None),  # two expected: nothing can be told
        ((0, 0), (5, 10), None),
        ((0, 100), (0, 100), None),
    ],
)
def test_a_difference_is_told_from_chance(
    ours: tuple[int, int], theirs: tuple[int, int], verdict: bool | None
) -> None:
    def leads(hot: int, of: int) -> list[dict[str, Any]]:
        return [{"hot": number < hot} for number in range(of)]

    assert differs(leads(*ours), leads(*theirs), is_hot) is verdict


def test_the_time_to_contact_counts_from_the_alert_and_stays_as_it_was() -> None:
    stage = SalesStage()
    lead = lead_of(stage, 1, at=MONDAY, medium="", job_title="CEO")
    stage.world.now = MONDAY + HOUR_MS
    stage.world.happen(page_viewed(lead=lead, email=lead, at=stage.world.now))
    stage.world.now += 10 * MINUTE_MS
    stage.ask("POST", f"/leads/{lead}/contacted", {"result": "no_answer"})
    stage.world.now += DAY_MS
    stage.ask("POST", f"/leads/{lead}/contacted", {"result": "reached"})
    (group,) = stage.get("/reports/quality").body["groups"]
    assert group["minutes_to_contact"] == 10


@pytest.mark.parametrize("seed", [1, 2])
def test_goals_are_held_against_what_each_channel_brought(seed: int) -> None:
    stage, noted = crowd(seed)
    stage.world.model["goals"] = {"ads": {"leads": 5, "ideal": 60}, "events": {"leads": 1}}
    body = stage.get("/reports/goals", month="2026-11").body
    told = {one.pop("channel"): one for one in body["channels"]}
    assert set(told) == {"ads", "direct", "events"}
    for name in ("ads", "direct"):
        ours = [
            note for note in noted if note["month"] == MONDAY and note["ads"] == (name == "ads")
        ]
        ideal = sum(note["distance"] == 0 for note in ours)
        percent = round(100 * ideal / len(ours), 4)
        asked = name == "ads"
        assert told[name] == {
            "leads": len(ours), "leads_goal": 5 if asked else None,
            "leads_reached": len(ours) >= 5 if asked else None,
            "ideal": ideal, "ideal_percent": percent, "ideal_goal": 60 if asked else None,
            "ideal_reached": percent >= 60 if asked else None,
        }  # fmt: skip
    assert (told["events"]["leads_reached"], told["events"]["ideal_percent"]) == (False, None)


def test_a_goal_of_no_channel_is_a_mistake() -> None:
    with pytest.raises(ModelInvalid, match="There is no channel `adds`"):
        compile_document(
            {"channels": {"ads": {"utm_medium": "cpc"}}, "goals": {"adds": {"leads": 1}}}
        )
    compiled = compile_document({"goals": {"direct": {"leads": 40, "ideal": 30}}})
    assert compiled["goals"] == {"direct": {"leads": 40, "ideal": 30}}

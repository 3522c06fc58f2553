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
from functions.sales.quality_report import goals_reached, quality_report
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


def reason_of(note: dict[str, Any]) -> str:
    """A complaint as it is reported: one that the console words has a code."""
    reason = str(note["rejected"])
    return "competitor" if reason == "a competitor" else reason


def plainly(notes: list[dict[str, Any]]) -> dict[str, Any]:
    known = [note["distance"] for note in notes if note["distance"] is not None]
    mean = Fraction(sum(known), len(known)) if known else None
    spread = Fraction(sum((one - mean) ** 2 for one in known), len(known)) if known else None
    rejected = [reason_of(note) for note in notes if note["rejected"]]
    lacking = sum(note["no"] for note in notes)
    minutes = [note["minutes"] for note in notes if note["minutes"] is not None]
    commonest = sorted(set(rejected), key=lambda reason: (-rejected.count(reason), reason))[:3]
    return {
        "leads": len(notes),
        "by_distance": {str(one): known.count(one) for one in sorted(set(known))},
        "distance_known": len(known),
        "distance_unknown": len(notes) - len(known),
        # of those whose distance is known: a lead nobody measured is not one that is not ideal
        "ideal_percent": round(100 * known.count(0) / len(known), 4) if known else None,
        "missing_most": "b2b" if lacking else None,
        "missing_most_asks": "Does it sell to companies?" if lacking else None,
        "missing_most_leads": lacking,
        "missing_most_of": "b2b-ceo" if lacking else None,
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
        distances = [note["distance"] for note in ours if note["distance"] is not None]
        ideal, known = distances.count(0), len(distances)
        percent = round(100 * ideal / known, 4)  # of the known: what nobody measured is not "no"
        asked = name == "ads"
        assert told[name] == {
            "leads": len(ours), "leads_goal": 5 if asked else None,
            "leads_reached": len(ours) >= 5 if asked else None,
            "ideal": ideal, "distance_known": known, "distance_unknown": len(ours) - known,
            "ideal_percent": percent, "ideal_goal": 60 if asked else None,
            "ideal_reached": percent >= 60 if asked else None,
            "ideal_by_few": known * 0.4 < 5 if asked else None,
        }  # fmt: skip
    assert (told["events"]["leads_reached"], told["events"]["ideal_percent"]) == (False, None)


def told_leads(*, known: int, ideal: int, unknown: int = 0) -> list[dict[str, Any]]:
    """Leads of one channel as the index tells of them."""
    measured = [{"channel": "ads", "distance": int(one >= ideal)} for one in range(known)]
    return measured + [{"channel": "ads", "unknown": 2}] * unknown


@pytest.mark.parametrize(
    ("known", "ideal", "goal", "reached", "by_few"),
    [
        (0, 0, 10, None, None),  # 14 leads of whom nothing is known miss no goal
        (10, 1, 10, True, True),
        (49, 4, 10, False, True),
        (50, 5, 10, True, False),  # five ideal ones expected: Cochran's rule
        (4, 4, 100, True, True),
        (5, 4, 100, False, False),
    ],
)
def test_unknown_is_never_no_a_goal_is_judged_by_leads_whose_distance_is_known(
    known: int, ideal: int, goal: int, reached: bool | None, by_few: bool | None
) -> None:
    leads = told_leads(known=known, ideal=ideal, unknown=14)
    (told,) = goals_reached(leads, {"ads": {"ideal": goal}})
    assert (told["leads"], told["distance_unknown"]) == (known + 14, 14)
    assert (told["ideal_reached"], told["ideal_by_few"]) == (reached, by_few)
    assert told["ideal_percent"] == (round(100 * ideal / known, 4) if known else None)


def test_unknown_is_never_no_nor_makes_it_a_difference() -> None:
    before = told_leads(known=40, ideal=20)
    now = told_leads(known=40, ideal=20, unknown=400)
    (group,) = quality_report(now, before, by="channel")
    assert (group["ideal_percent"], group["distance_unknown"]) == (50, 400)
    assert group["differs"]["ideal"] is False


def test_each_figure_says_whether_it_differs_by_more_than_chance() -> None:
    """Forty leads of each period, all of whom are known, were won and were called."""

    def leads(*, far: int, amount: int, minutes: int) -> list[dict[str, Any]]:
        return [
            {
                "distance": far * (one % 2), "missing": ["b2b", "ceo"][: far * (one % 2)],
                "outcome": ["won", amount + one], "minutes": minutes + one, "hot": one % 2 == 0,
            }
            for one in range(40)
        ]  # fmt: skip

    same = {
        "hot": False, "won": None, "rejected": None, "ideal": False, "missing_most": False,
        "distance_mean": False, "distance_variance": False, "won_value": False,
        "minutes_to_contact": False,
    }  # fmt: skip
    now = leads(far=1, amount=900, minutes=10)
    (group,) = quality_report(now, now, by="channel")
    assert group["differs"] == same
    (group,) = quality_report(now, leads(far=2, amount=300, minutes=90), by="channel")
    assert group["differs"] == same | dict.fromkeys(
        ("distance_mean", "distance_variance", "won_value", "minutes_to_contact"), True
    )
    (group,) = quality_report(now, leads(far=0, amount=900, minutes=10), by="channel")
    assert (group["differs"]["missing_most"], group["before"]["missing_most"]) == (True, None)
    (group,) = quality_report(now[:9], now, by="channel")
    assert set(group["differs"].values()) == {None}


def test_a_sale_of_unknown_value_is_none_of_nothing() -> None:
    won = [{"outcome": ["won", amount]} for amount in [900] * 12 + [None] * 30]
    (group,) = quality_report(won, won[:12], by="channel")
    assert (group["won"], group["won_value"], group["differs"]["won_value"]) == (42, 10800, False)


def test_r103_by_month_each_month_stands_beside_the_one_before() -> None:
    stage, noted = crowd(4)
    body = report(stage, "2026-10", "2026-12", by="month").body
    assert (body["before_from"], body["before_to"]) == ("2026-09", "2026-11")
    september, december = plainly([]), plainly([])
    october, november = (
        plainly([note for note in noted if note["month"] == month]) for month in (OCTOBER, MONDAY)
    )
    pairs = [(october, september), (november, october), (december, november)]
    assert [group["group"] for group in body["groups"]] == ["2026-10", "2026-11", "2026-12"]
    for group, (now, before) in zip(body["groups"], pairs, strict=True):
        assert {what: group[what] for what in now} == now
        assert group["before"] == before
    assert body["groups"][1]["differs"]["hot"] is not None


def test_by_month_one_month_more_is_read_and_no_other() -> None:
    stage, _ = crowd(1)
    asked: list[str] = []
    qualities = stage.world.store.qualities
    stage.world.store.qualities = lambda month: asked.append(month) or qualities(month)  # type: ignore[method-assign,func-returns-value]
    report(stage, "2026-10", "2026-11", by="month")
    assert asked == ["2026-09", "2026-10", "2026-11"]


def test_what_is_missing_most_is_asked_in_the_readers_language_as_a_rep_is() -> None:
    stage = SalesStage()
    asks = {"en": "Do they sell to companies?", "pl": "Czy sprzedają firmom?"}
    (ideal,) = stage.world.model["ideal_leads"]
    stage.world.model["ideal_leads"] = [
        {**ideal, "ideal": "other", "criteria": [{"criterion": "b2b", "asks": "Another"}] * 3},
        {**ideal, "criteria": [ideal["criteria"][0], {"criterion": "b2b", "asks": asks}]},
    ]
    lead = lead_of(stage, 1, at=MONDAY, medium="", job_title="CEO")
    ticks = {"ticks": {"b2b": "no"}, "definition": "b2b-ceo"}
    assert stage.ask("PUT", f"/leads/{lead}/ticks", ticks).status == 200
    for language, words in asks.items():
        (group,) = stage.get("/reports/quality", language=language).body["groups"]
        assert (group["missing_most"], group["missing_most_asks"]) == ("b2b", words)
    stage.world.model["ideal_leads"] = []
    (group,) = stage.get("/reports/quality").body["groups"]
    assert group["missing_most_asks"] == "b2b", "another model asks for it no more"


def test_a_goal_of_no_channel_is_a_mistake() -> None:
    with pytest.raises(ModelInvalid, match="There is no channel `adds`"):
        compile_document(
            {"channels": {"ads": {"utm_medium": "cpc"}}, "goals": {"adds": {"leads": 1}}}
        )
    compiled = compile_document({"goals": {"direct": {"leads": 40, "ideal": 30}}})
    assert compiled["goals"] == {"direct": {"leads": 40, "ideal": 30}}

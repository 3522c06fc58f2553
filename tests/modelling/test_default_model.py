"""The scoring model a company starts with: what it asks, what it rewards, and the stories it tells."""

# ruff: noqa: E501 - a case is one line

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from functions.scoring.conditions import compile_condition
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, parse_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts
from modelling.compile import compile_model_file
from modelling.lint import lint_model_file

FILE = Path(__file__).resolve().parents[2] / "scoring-model.yaml"
MONDAY = parse_instant("2026-11-23T09:00:00Z")
BUSINESS, PRIVATE = "anna@example.com", "anna@gmail.com"


@cache
def model() -> dict[str, Any]:
    return compile_model_file(FILE)


@cache
def book(without: str = "") -> RuleBook:
    return RuleBook(
        {**model(), "rules": [rule for rule in model()["rules"] if rule["rule"] != without]}
    )


def did(kind: str, *, at: int = MONDAY, email: str = BUSINESS, **properties: str) -> Fact:
    return Fact(
        lead=email,
        at=at,
        id=f"{kind}-{at}-{properties}",
        kind=kind,
        email=email,
        properties=properties,
    )


def viewed(path: str, *, at: int = MONDAY) -> Fact:
    return did("page_viewed", path=path, at=at)


def told(*, email: str = BUSINESS, at: int = MONDAY, **answers: Any) -> Fact:
    """What sales learnt by telephone: answers, and no activity that earns."""
    return Fact(
        lead=email,
        at=at,
        id="call",
        kind="sales_answered",
        email=email,
        answers=answers,
        origin="sales",
    )


def sent_form(form: str, *, at: int = MONDAY, email: str = BUSINESS, **answers: Any) -> Fact:
    return Fact(
        lead=email,
        at=at,
        id=f"{form}-{at}",
        kind="form_submitted",
        email=email,
        properties={"form": form},
        answers=answers,
    )


def scored(*facts: Fact, at: int | None = None, without: str = "") -> Score:
    return score_facts(
        book(without), facts, at=max(fact.at for fact in facts) if at is None else at
    )


IGNORED = [did("email_sent", at=MONDAY - day * DAY_MS) for day in range(4, 9)]

# each row, the field or rule that serves it, and a lead on which that rule alone changes the score
ROWS: dict[str, tuple[str, str, list[Fact]]] = {
    "R18": ("size-we-are-made-for", "company_size", [told(company_size=200)]),
    "R19": ("revenue-that-carries-us", "revenue", [told(revenue=1_000_000)]),
    "R20": ("size-we-are-not-made-for", "company_size", [told(company_size=2)]),
    "R21": ("persona-we-know", "persona", [told(persona="Builder")]),
    "R22": ("where-we-sell", "country", [told(country="DE")]),
    "R23": ("industry-we-suit", "industry", [told(industry="Software house")]),
    "R24": ("department-that-uses-us", "department", [told(department="Dział Sprzedaży")]),
    "R25": ("department-large-enough", "department_size", [told(department_size=3)]),
    "R26": ("director", "job_title", [told(job_title="Dyrektorka handlowa")]),
    "R34": ("mail-reply", "", [did("email_replied")]),
    "R35": ("pricing-page", "", [viewed("/pricing/teams")]),
    "R36": ("registration", "", [did("registered")]),
    "R37": ("demo-request", "", [sent_form("demo")]),
    "R38": ("specification-download", "", [did("file_downloaded", file="/files/Product-Spec.pdf")]),
    "R39": ("webinar-registration", "", [did("webinar_registered")]),
    "R40": ("video-in-the-product", "", [did("video_watched")]),
    "R40, a feature": ("feature-adopted", "", [did("feature_adopted")]),
    "R41": ("mail-click", "", [did("email_clicked")]),
    "R43": ("careers-page", "", [viewed("/kariera")]),
    "R44": ("unsubscribed", "", [did("email_unsubscribed")]),
    "R52": ("ceo-of-a-small-company", "seniority", [told(job_title="CEO", company_size=50)]),
    "R54": ("student-on-careers", "seniority", [viewed("/careers/internships"), told(job_title="Studentka ekonomii")]),
    "R56": ("position-that-does-not-buy", "seniority", [told(job_title="Asystentka prezesa")]),
    "R57": ("careers-page", "", [viewed("/careers")]),
    "R58": ("industry-we-do-not-suit", "industry", [told(industry="Hazard online")]),
    "R59": ("where-we-do-not-sell", "country", [told(country="RU")]),
    "R60": ("size-we-are-not-made-for", "company_size", [told(company_size=5_000)]),
    "R63": ("mail-click", "", [did("email_clicked"), did("email_clicked", at=MONDAY - DAY_MS)]),
    "R67": ("webinar-attendance", "", [did("webinar_attended")]),
    "R68": ("private-address", "email_kind", [did("page_viewed", email=PRIVATE, path="/about")]),
    "R69": ("ignores-campaigns", "", IGNORED),
    "R80": ("calls-unanswered", "", [did("sales_contacted", result="no_answer")]),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "field", "facts"), ROWS.values(), ids=ROWS.keys())
def test_the_row_has_a_rule_that_alone_changes_a_leads_score(
    rule: str, field: str, facts: list[Fact]
) -> None:
    with_it, without_it = scored(*facts, at=MONDAY), scored(*facts, at=MONDAY, without=rule)

    assert with_it.total != without_it.total
    assert [line for line in with_it.lines if line.rule != rule] == without_it.lines
    assert field in {"", *model()["fields"], *model()["derived"]}


def test_the_default_model_lints_clean() -> None:
    assert lint_model_file(FILE) == []


def test_the_default_model_is_short_enough_to_be_read() -> None:
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= 370


def test_number_of_employees_is_the_company_size() -> None:
    assert "employees" in model()["fields"]["company_size"]["also"]  # R20


def test_the_ceo_of_a_small_company_is_worth_twenty_points() -> None:
    assert scored(told(job_title="CEO", company_size=50)).total == 20  # R52, R53


@pytest.mark.parametrize(("size", "points"), [(9, 0), (10, 20), (249, 20), (250, 15), (4_999, 15)])
def test_a_small_company_has_from_10_to_249_people(size: int, points: int) -> None:
    assert scored(told(job_title="Prezeska zarządu", company_size=size)).total == points


@pytest.mark.parametrize(
    ("score", "band"),
    [(29.99, "cold"), (30, "warm"), (70, "warm"), (70.01, "hot"), (29, "cold"), (71, "hot")],
)
def test_hot_is_above_70_and_cold_below_30(score: float, band: str) -> None:
    assert book().band(score) == band  # R76-R78


def perfect_fit() -> Fact:
    return told(
        job_title="CEO", company_size=50, revenue=5_000_000, country="PL", industry="SaaS",
        department="Sales", department_size=10, persona="builder",
    )  # fmt: skip


def every_engagement() -> list[Fact]:
    days = [MONDAY - day * DAY_MS for day in range(3)]
    return [
        sent_form("demo"), sent_form("contact"), did("registered"), did("email_replied"), did("webinar_attended"),
        *(viewed(path, at=at) for path in ("/pricing", "/customers", "/product") for at in days),
        *(did("email_clicked", at=at) for at in days),
    ]  # fmt: skip


def test_nobody_is_hot_on_one_half_alone() -> None:
    fit, engagement = scored(perfect_fit()), scored(*every_engagement())

    assert (fit.fit, fit.engagement, fit.band) == (50, 0, "warm")
    assert (engagement.fit, engagement.engagement, engagement.band) == (0, 50, "warm")
    assert scored(perfect_fit(), *every_engagement()).band == "hot"  # R51


def test_each_half_can_fall_below_zero() -> None:
    fit = scored(told(job_title="Student", country="RU", industry="gambling"))
    engagement = scored(did("email_complained"), viewed("/careers"))

    assert (fit.total, engagement.total) == (-50, -48)  # R55


def test_a_lead_at_a_business_address_with_only_opens_stays_at_zero() -> None:
    opens = [did("email_opened", at=MONDAY - hour * HOUR_MS) for hour in range(50)]

    assert scored(*opens).total == 0  # R62


def test_the_uninterested_ceo_and_the_manager_who_intends_to_buy_are_told_apart() -> None:
    ceo = scored(perfect_fit())
    manager = scored(
        told(job_title="Marketing Manager", company_size=50), viewed("/pricing"), sent_form("demo")
    )

    assert ceo.fit > manager.fit
    assert manager.engagement > ceo.engagement  # R47


def test_a_student_on_the_careers_page_loses_points() -> None:
    student = told(job_title="Studentka")

    assert scored(student, viewed("/careers")).total < scored(student).total < 0  # R54


def test_the_pricing_page_is_worth_more_than_every_other_page() -> None:
    pages = {
        rule["rule"]: rule["steps"][0][1]
        for rule in model()["rules"]
        if rule.get("activity") == "page_viewed"
    }

    assert max(pages, key=pages.__getitem__) == "pricing-page"
    assert len(set(pages.values())) == len(pages)  # R64, R65


def test_a_webinar_counts_a_month_an_event_a_year_a_click_a_week() -> None:
    ends = {
        rule["rule"]: rule["steps"][-1][0] // DAY_MS
        for rule in model()["rules"]
        if rule["type"] == "activity"
    }

    assert (ends["webinar-attendance"], ends["event-attendance"], ends["mail-click"]) == (
        30,
        365,
        7,
    )  # R71


def test_a_demo_form_makes_a_fitting_lead_warm_the_pricing_page_hot_and_its_expiry_warm_again() -> (
    None
):
    form = sent_form("demo", job_title="CEO", company_size=50, country="PL", industry="SaaS")
    visit = viewed("/pricing", at=MONDAY + HOUR_MS)

    assert scored(form).band == "warm"
    hot = scored(form, visit)
    assert hot.band == "hot"
    cooled = next(step for step in hot.forecast if step.band != "hot")
    assert cooled.band == "warm"
    assert scored(form, visit, at=visit.at + 30 * DAY_MS).total == scored(form).total


def test_the_very_best_lead_is_not_hot_by_a_form_alone() -> None:
    forms = [
        Fact(
            lead=BUSINESS,
            at=MONDAY,
            id="f",
            kind="form_submitted",
            email=BUSINESS,
            properties={"form": "demo"},
        )
    ]

    assert scored(perfect_fit(), *forms).total == 70


def test_every_rule_speaks_to_people_in_english_and_polish() -> None:
    plain = {rule["rule"].replace("-", " ") for rule in model()["rules"]}
    for rule in model()["rules"]:
        assert set(rule["says"]) == {"en", "pl"}
        assert not plain & set(rule["says"].values())
        assert rule["says"]["en"] != rule["says"]["pl"]


@pytest.mark.parametrize(
    ("touch", "channel"),
    [
        ({"utm_medium": "CPC"}, "ads"),
        ({"utm_medium": "email"}, "newsletter"),
        ({"referrer": "https://www.linkedin.com/feed"}, "social"),
        ({"referrer": "https://www.google.pl/"}, "search"),
        ({"utm_medium": "cpc", "referrer": "https://www.google.pl/"}, "ads"),
    ],
)
def test_channels_are_told_by_links_and_referrers(touch: dict[str, str], channel: str) -> None:
    assert (
        next(name for name, term in model()["channels"] if compile_condition(term)(touch))
        == channel
    )

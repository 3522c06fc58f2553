"""A score straight from facts is the score of the state they make, whatever is odd about them."""

from typing import Any

import pytest

from functions.scoring.facts import EMAIL_OPENED, SALES, SALES_ANSWERED, Fact
from functions.scoring.forecast import next_changes
from functions.scoring.instants import DAY_MS, HOUR_MS
from functions.scoring.remembering import REMEMBERED_MAX, Remembering
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts, score_state
from tests.builders import (
    ANNA,
    MONDAY,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
    quiet_rule,
    unanswered_rule,
)

DECAYING = [[0, 12], [7 * DAY_MS, 8], [30 * DAY_MS, 0]]
STUDENT = ["is", "job_title", ["student"]]
BUCKETS = activity_rule(
    "daily", once_per=DAY_MS, at_most=3, where=None, steps=[[0, 2], [DAY_MS, 0]]
)
RULES = [
    answer_rule(),
    activity_rule("prices", at_most=2, steps=DECAYING),
    activity_rule("students", where=None, when=STUDENT, steps=[[0, -7], [40 * DAY_MS, 0]]),
    BUCKETS,
    activity_rule("deep", where=["range", "seconds", 1, 60], steps=[[0, 1], [DAY_MS, 0]]),
    unanswered_rule(at_least=1),
    unanswered_rule("students-ignore", at_least=1, when=STUDENT, points=-3),
    quiet_rule(),
]


def book(*rules: dict[str, Any], **changes: Any) -> RuleBook:
    return RuleBook(compiled_model(*(rules or RULES), **changes))


def happened(kind: str, day: float, **changes: Any) -> Fact:
    at = MONDAY + int(day * DAY_MS)
    return page_viewed(at=at, **{"id": f"{kind}-{day}", "kind": kind} | changes)


def numbers(score: Score) -> tuple[object, ...]:
    return (score.fit, score.engagement, score.total, score.band)


HISTORIES: dict[str, list[Fact]] = {
    "in their order": [page_viewed(at=MONDAY + day * DAY_MS) for day in range(9)],
    "the newest first": [page_viewed(at=MONDAY + day * DAY_MS) for day in range(9, 0, -1)],
    "an old one behind the new ones": [
        *(page_viewed(at=MONDAY + day * DAY_MS) for day in range(390, 400)),
        page_viewed(at=MONDAY),
    ],
    "two of one instant": [page_viewed(id="a"), page_viewed(id="b"), page_viewed("/x", id="c")],
    "one that came twice": [page_viewed(), page_viewed(at=MONDAY + 1), page_viewed()],
    "a form that came twice": [
        form_submitted(answers={"job_title": "student"}),
        form_submitted(at=MONDAY + DAY_MS),
        page_viewed(at=MONDAY + 2 * DAY_MS),
    ],
    "answers of forms and of sales": [
        form_submitted(answers={"job_title": "student", "name": "Anna"}),
        form_submitted(at=MONDAY + 1, id="form-2", answers={"job_title": "CEO"}),
        happened(SALES_ANSWERED, 1, answers={"job_title": "student"}, origin=SALES),
        page_viewed(at=MONDAY + 2 * DAY_MS),
    ],
    "an answer that sales took back": [
        form_submitted(),
        happened(SALES_ANSWERED, 1, answers={"job_title": "x"}, origin=SALES),
        happened(SALES_ANSWERED, 2, answers={"job_title": None}, origin=SALES),
    ],
    "mails and reactions": [
        happened("email_sent", 0),
        happened("email_clicked", 1),
        happened("email_sent", 2),
        happened("email_sent", 3, machine=True),
        happened(EMAIL_OPENED, 3),
        page_viewed(at=MONDAY + 4 * DAY_MS, machine=True),
    ],
    "a day seen twice": [page_viewed(at=MONDAY + hour * HOUR_MS) for hour in (0, 5, 30)],
    "numbers in what is looked at": [
        page_viewed(at=MONDAY + place, id=str(place), properties={"path": "/p", "seconds": seconds})
        for place, seconds in enumerate((1, True, 5, 5.0, 0.5, "5"))
    ],
    "nothing for a long time": [page_viewed(), form_submitted(at=MONDAY + 70 * DAY_MS)],
    "no facts at all": [],
}  # fmt: skip
DAYS = (-1, 0, 0.5, 1, 2, 3, 6, 8, 31, 61, 70, 75, 399, 400, 401, 480)


@pytest.mark.parametrize("facts", HISTORIES.values(), ids=HISTORIES)
def test_facts_score_as_the_state_they_make(facts: list[Fact]) -> None:
    rules = book()
    whole = rules.state(facts)  # one state, asked again and again
    newest = max((fact.at for fact in facts), default=0)
    for day in DAYS:
        at = MONDAY + int(day * DAY_MS)
        scored = score_facts(rules, facts, at=at)
        state = rules.state(facts, at=at)
        of_state = score_state(rules, state, at=at)
        assert at < newest or of_state == score_state(rules, whole, at=at)
        assert numbers(scored) == numbers(of_state)
        assert scored.state == of_state.state == state
        assert sum(line.points for line in scored.lines) == scored.total


def test_a_lead_that_never_did_anything_is_not_quiet() -> None:
    facts = [form_submitted(answers={"name": "Anna"})]
    assert score_facts(book(), facts, at=MONDAY + 90 * DAY_MS).total == 0


def test_what_a_model_asks_of_the_address_is_asked_of_the_facts() -> None:
    asks = answer_rule(when=["is", "email_kind", ["business"]])
    titled = answer_rule("titled", when=["is", "level", ["top"]], points=3)
    domains = {"free": ["gmail.com"], "disposable": []}
    level = {"read_from": "job_title", "words": {"top": {"any": ["ceo"]}}}
    derived = {"email_kind": {"read_from": "email"}, "level": level}
    rules = book(asks, titled, derived=derived, mail_domains=domains)
    assert score_facts(rules, [form_submitted()], at=MONDAY).total == 23
    other = form_submitted(email="anna@gmail.com", answers={})
    assert score_facts(rules, [other], at=MONDAY).total == 0
    state = rules.state([form_submitted()])
    assert rules.known(state, at=MONDAY) == {
        **form_submitted().answers, "email": ANNA, "email_kind": "business", "level": "top"
    }  # fmt: skip
    assert rules.won(state, at=MONDAY)["job_title"].value == "CEO"


def test_a_rule_may_ask_for_several_answers_at_once() -> None:
    both = ["all", [["is", "job_title", ["CEO"]], ["is", "country", ["PL"]]]]
    rules = book(answer_rule(when=both), answer_rule("missing", when=["missing", "phone", True]))
    polish = form_submitted(answers={"job_title": "CEO", "country": "PL", "phone": "1"})
    assert score_facts(rules, [polish], at=MONDAY).total == 20
    german = form_submitted(answers={"job_title": "CEO", "country": "DE"})
    assert score_facts(rules, [german], at=MONDAY).total == 20


def test_a_rule_book_names_bands_and_the_rules_a_fact_meets() -> None:
    rules = book()
    assert [rules.band(score) for score in (9, 10, 20, 21)] == ["cold", "warm", "warm", "hot"]
    met = [rule.name for rule in rules.rules_met(page_viewed())]
    assert met == ["prices", "students", "daily"]
    assert rules.rules_met(page_viewed(machine=True)) == ()
    assert rules.rules_met(page_viewed(kind="chat_started")) == ()


def test_merging_what_is_known_already_gives_the_very_same_state() -> None:
    rules = book()
    state = rules.state([page_viewed(), form_submitted()])
    assert rules.merge(state, [page_viewed()]) is state


def test_what_is_remembered_has_a_limit_and_is_asked_anew_after_it() -> None:
    asked: list[object] = []

    def ask(known: Any) -> str:
        asked.append(known["path"])
        return str(known["path"])

    remembering = Remembering(("path",), ask)
    for number in range(REMEMBERED_MAX + 1):
        remembering({"path": f"/{number}"})
    assert remembering.kept == {f"/{REMEMBERED_MAX}": f"/{REMEMBERED_MAX}"}
    assert [remembering({"path": value}) for value in (True, 1, 1.0, True)] == [
        "True", "1", "1.0", "True"
    ]  # fmt: skip


def test_a_rule_the_model_no_longer_has_gives_nothing() -> None:
    state = book().state([page_viewed()])
    assert score_state(book(answer_rule()), state, at=MONDAY).total == 0


def test_of_two_answers_of_one_instant_and_id_the_same_one_counts_in_any_order() -> None:
    answers = [form_submitted(answers={"job_title": title}) for title in ("CEO", "CTO")]
    sales = [
        happened(SALES_ANSWERED, 0, answers=fact.answers, origin=SALES, id="crm")
        for fact in answers
    ]
    totals = {
        score_facts(book(), order, at=MONDAY).total for order in (sales, sales[::-1], sales * 2)
    }
    assert len(totals) == 1


def test_the_next_change_of_points_may_leave_the_band_as_it_is() -> None:
    steps = [[0, 40], [DAY_MS, 30], [2 * DAY_MS, 25], [3 * DAY_MS, 0]]
    rules = book(activity_rule(steps=steps))
    state = rules.state([page_viewed()])
    day = MONDAY + DAY_MS
    assert next_changes(rules, state, at=MONDAY) == (day, MONDAY + 3 * DAY_MS)
    assert next_changes(rules, state, at=MONDAY, until=day + 1, band="hot") == (day, None)
    capped = book(activity_rule(steps=[[0, 60], [DAY_MS, 55], [2 * DAY_MS, 0]]))
    told = score_facts(capped, [page_viewed()], at=MONDAY).forecast
    assert [(step.at, step.score) for step in told] == [(MONDAY + 2 * DAY_MS, 0)]


def test_a_new_answer_is_asked_although_the_state_before_it_was_scored() -> None:
    rules = book()
    state = rules.state([form_submitted(answers={"name": "Anna"})])
    assert score_state(rules, state, at=MONDAY + 1).total == 0
    later = form_submitted(id="form-2", at=MONDAY + 1)
    assert score_state(rules, rules.merge(state, [later]), at=MONDAY + 1).total == 20

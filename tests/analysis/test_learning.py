"""What is learned from past leads: what won ones share, and a model as people write them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bands import BandWish
from analysis.learning import Learned, Proposal, Wish, learn
from modelling.compile import compile_document, compile_model_text
from modelling.lint import lint_model_text
from modelling.reading import read_model_text
from tests.analysis.made_up_leads import MAPPING, imported, made_up_past, made_up_rows
from tests.analysis.measure import Past, learned_from, past_of_lines, product_scores
from tests.soak import times


@cache
def past() -> Past:
    return made_up_past(1_000, seed=11)


@cache
def learned() -> Learned:
    return learned_from(past(), past().examples)


def proposal_of(one: Learned) -> Proposal:
    assert one.proposal is not None, one.refusal
    return one.proposal


def points(one: Learned, subject: str) -> dict[str, int]:
    return {
        rule.trait.value: rule.points
        for rule in proposal_of(one).rules
        if rule.trait.subject == subject
    }


def errors(text: str) -> list[str]:
    return [str(found) for found in lint_model_text(text) if found.level == "error"]


def test_the_points_tell_the_truth_the_leads_were_made_up_with() -> None:
    jobs, asked = points(learned(), "job"), points(learned(), "demo_asked")
    assert jobs["boss"] > 0
    assert jobs["student"] < 0
    assert asked["done"] > 0
    assert all(isinstance(rule.points, int) for rule in proposal_of(learned()).rules)


def test_missing_is_a_value_of_its_own() -> None:
    rules = [rule.trait.when for rule in proposal_of(learned()).rules]
    assert {"job": {"missing": True}} in rules or {"job": {"missing": False}} in rules


def test_points_rise_with_a_number_and_never_turn() -> None:
    own = [rule for rule in proposal_of(learned()).rules if rule.trait.subject == "size"]
    in_order = sorted(own, key=lambda rule: rule.trait.place or 0)
    assert in_order
    assert [rule.points for rule in in_order] == sorted(rule.points for rule in in_order)


def test_to_take_from_who_did_not_answer_is_to_give_to_who_did() -> None:
    turned = [rule for rule in proposal_of(learned()).rules if rule.trait.value == "answered"]
    assert [rule.trait.subject for rule in turned] == ["job"]
    assert turned[0].points > 0
    assert turned[0].lift.ratio > 1
    answered = sum(e.known.get("job") is not None for e in past().examples)
    assert turned[0].lift.leads == answered


def test_what_is_shared_is_told_with_its_lift_surest_first() -> None:
    shared = {(one.trait.subject, one.trait.value): one.lift for one in learned().shared}
    boss = shared["job", "boss"]
    has = [example.known.get("job") == "boss" for example in past().examples]
    won = [example.won for example in past().examples]
    assert boss.won == sum(h and w for h, w in zip(has, won, strict=True))
    assert boss.rest == sum(h and not w for h, w in zip(has, won, strict=True))
    assert learned().shared[0].lift.is_sure()


def test_the_rule_book_gives_the_scores_the_proposal_was_made_by() -> None:
    proposal = proposal_of(learned())
    assert product_scores(proposal.text, past().examples).tolist() == proposal.scores.tolist()


def test_bands_are_where_the_team_wishes_and_one_half_alone_is_never_hot() -> None:
    few = learned_from(past(), past().examples, Wish(BandWish(hot_share=0.1)))
    for share, one in ((0.1, few), (0.2, learned())):
        proposal = proposal_of(one)
        hot = float((proposal.scores > proposal.bounds.hot_above).mean())
        assert hot == pytest.approx(share, abs=0.06)
        assert proposal.bounds.hot_above >= proposal.bounds.cap
        assert proposal.bounds.cold_below <= proposal.bounds.hot_above


def test_bands_may_be_asked_for_by_the_wins_of_hot_leads() -> None:
    one = learned_from(past(), past().examples, Wish(BandWish(hot_precision=0.7)))
    proposal = proposal_of(one)
    won = np.array([example.won for example in past().examples])
    assert float(won[proposal.scores > proposal.bounds.hot_above].mean()) >= 0.7


def test_both_halves_are_capped_as_the_team_asks_and_rules_are_as_few() -> None:
    one = learned_from(past(), past().examples, Wish(cap=40, rules_max=5))
    document = proposal_of(one).document
    for half in ("fit", "engagement"):
        assert document["halves"][half]["cap"] <= 40
        assert document["halves"][half]["floor"] == -40
    assert len(document["fit"]) + len(document["engagement"]) <= 5


def test_what_looks_filled_in_afterwards_is_refused_unless_it_is_kept() -> None:
    leaky = MAPPING.replace("  job: Job", "  job: Job\n  note: Note")
    other = past_of_lines(imported(made_up_rows(600, seed=3), leaky))
    refused = learned_from(other, other.examples)
    assert [one.column for one in refused.leaking] == ["note"]
    assert points(refused, "note") == {}
    kept = learned_from(other, other.examples, Wish(keep=frozenset({"note"})))
    assert points(kept, "note") != {}


def test_the_best_customers_are_the_better_half_by_amount() -> None:
    one = learned_from(past(), past().examples, Wish(best=True))
    assert one.least_amount == 200
    expected = sum(e.won and (e.amount or 0) >= 200 for e in past().examples)
    assert one.won == expected < learned().won


def test_of_few_won_leads_only_what_differs_for_sure_becomes_a_rule() -> None:
    few = made_up_past(170, seed=5)
    one = learned_from(few, few.examples)
    assert 20 <= one.won < 100
    assert one.shared
    if one.proposal is not None:
        assert all(rule.lift.is_sure() for rule in one.proposal.rules)
        assert len(one.proposal.rules) < len(proposal_of(learned()).rules)


def test_of_too_few_nothing_is_proposed_and_it_says_why() -> None:
    few = made_up_past(40, seed=6)
    one = learned_from(few, few.examples)
    assert one.proposal is None
    assert "too few" in one.refusal
    assert one.shared == () or all(shared.lift.interval()[0] > 0 for shared in one.shared)


def test_of_leads_dealt_out_by_chance_nothing_is_proposed() -> None:
    for seed in (1, 2):
        dealt = [example.won for example in past().examples]
        random.Random(seed).shuffle(dealt)
        examples = [
            replace(example, won=is_won)
            for example, is_won in zip(past().examples, dealt, strict=True)
        ]
        assert learned_from(past(), examples).refusal.startswith("nothing that was answered")


def test_it_is_measured_on_later_leads_than_it_was_learned_from() -> None:
    measured = learned().measured
    assert measured is not None
    assert measured.leads == 300
    assert measured.low > 0.6


def test_without_times_lifetimes_are_by_experience_and_it_says_so() -> None:
    assert not learned().know_times
    assert "by experience" in learned().lifetimes["demo_asked"].because


def test_lifetimes_come_from_the_time_between_activity_and_win() -> None:
    day = {"a": 2, "b": 80}
    lines = []
    for number in range(60):
        lead = f"lead{number}@example.com"
        kind = "a" if number % 2 else "b"
        base = {"lead": lead, "at": "2026-01-01T00:00:00Z"}
        lines.append({**base, "id": f"{number}", "kind": f"done_{kind}"})
        end = f"2026-{1 + day[kind] // 31:02}-{1 + day[kind] % 31:02}T00:00:00Z"
        won = "won" if number % 5 else "lost"
        lines.append(
            {**base, "at": end, "id": f"{number}e", "kind": "sales_concluded", "result": won}
        )
    found = imported([])
    found.lines = lines
    other = past_of_lines(found)
    lifetimes = learned_from(other, other.examples).lifetimes
    assert lifetimes["done_a"].days == 7
    assert lifetimes["done_b"].days == 90
    assert "won leads" in lifetimes["done_a"].because


def test_the_teams_own_forms_and_fields_stay_in_the_proposal() -> None:
    base: dict[str, Any] = {
        "model": "Ours",
        "fields": {"job": {"type": "text", "also": ["stanowisko"]}},
        "forms": {"demo": {"thanks": "https://www.example.com/thanks"}},
        "alerts": {"cooldown": "3 days", "language": "pl"},
    }
    one = learn(
        past().examples, base=base, model=past().declared.extend(compile_document(base)),
        declared=past().declared, wish=Wish(),
    )  # fmt: skip
    document = read_model_text(proposal_of(one).text).content
    assert document["fields"]["job"] == base["fields"]["job"]
    assert document["alerts"] == base["alerts"]
    assert document["forms"] == base["forms"]
    assert "source" not in document["fields"] or points(one, "source")


def test_a_base_that_leaves_no_room_gives_way_to_what_rules_ask() -> None:
    base: dict[str, Any] = {
        "model": "Full", "fields": {f"field_{n}": {"type": "text"} for n in range(49)},
    }  # fmt: skip
    model = past().declared.extend(past().model)
    one = learn(past().examples, base=base, model=model, declared=past().declared, wish=Wish())
    assert errors(proposal_of(one).text) == []


def test_each_rule_says_what_it_rests_on() -> None:
    text = proposal_of(learned()).text
    assert text.count(" leads, ") > len(proposal_of(learned()).rules) - 1
    assert "lift" in text


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
STRANGE = ["yes", "null", "12:30", "a: b", "*", "@x", "#1", '"', "\\", "ł", "12", "-", "a,b", "{x}"]


@settings(max_examples=times(push=6, soak=100), deadline=None)
@given(
    st.integers(0, 1_000),
    st.lists(st.one_of(st.sampled_from(STRANGE), WORDS), min_size=3, max_size=6, unique=True),
    st.sampled_from([5, 20, 50]),
    st.sampled_from([0.05, 0.2, 0.6]),
)
def test_a_proposal_always_passes_lint(
    seed: int, words: Sequence[str], cap: int, share: float
) -> None:
    drawn = random.Random(seed)
    rows = made_up_rows(260, seed=seed, strength=2.0)
    values: Mapping[str, str] = {name: drawn.choice(words) for name in ("search", "ads", "fair")}
    for row in rows:
        row[2] = values.get(row[2], row[2])
        row[6] = drawn.choice(words) if row[6] else ""
    found = past_of_lines(imported(rows))
    one = learned_from(found, found.examples, Wish(BandWish(hot_share=share), cap=cap))
    if one.proposal is not None:
        assert errors(one.proposal.text) == []
        compile_model_text(one.proposal.text)
        assert len(one.proposal.rules) <= 40

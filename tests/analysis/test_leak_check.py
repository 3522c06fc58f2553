"""Which columns look filled in after the outcome, on tables made up in the shapes of real ones."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from analysis.leak_check import Ended, suspicions
from tests.analysis.made_up_leads import COLUMNS, imported, made_up_rows

LEADS = 3_000
SOUND = (
    *("Origin", "Source", "Visits", "Seconds on site", "Pages", "Last activity", "Country"),
    *("Branch", "City", "Occupation", "What matters", "Mail wanted", "Asked since spring"),
)
LEAKING = ("Tags", "Lead Quality", "Profile of lead", "Index A", "Index B", "Score A", "Seller")
Draw = Callable[[random.Random, bool, float], str]


def made_up(seed: int) -> tuple[dict[str, list[str]], Ended]:
    """Columns as exports have them: what people said, what machines counted, what reps noted."""
    drawn = random.Random(seed)
    won = [drawn.random() < 0.39 for _ in range(LEADS)]
    along = [place / LEADS for place in range(LEADS)]
    columns = {
        name: [
            draw(drawn, is_won, where) for is_won, where in zip(won, along, strict=True)
        ]
        for name, draw in DRAWS.items()
    }  # fmt: skip
    scored = [0.1 < where % 0.5 < 0.35 for where in along]
    for name in ("Index A", "Index B", "Score A"):
        columns[name] = [
            cell if is_scored else ""
            for cell, is_scored in zip(columns[name], scored, strict=True)
        ]  # fmt: skip
    mask = np.array(won)
    return columns, Ended(won=mask, lost=~mask, order=np.array(along))


def in_codes(columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same with a code for each value, as exports of codes have them."""
    return {
        name: [f"v{sorted(set(cells)).index(cell)}" if cell else "" for cell in cells]
        for name, cells in columns.items()
        if name not in {"Visits", "Seconds on site", "Pages"}
    }


def pick(won: dict[str, float], lost: dict[str, float]) -> Draw:
    """A column whose values come with these weights to won and to lost leads."""

    def draw(drawn: random.Random, is_won: bool, _: float) -> str:
        weights = won if is_won else lost
        return drawn.choices(list(weights), list(weights.values()))[0]

    return draw


def counted(won: float, lost: float) -> Draw:
    """A column of whole numbers, larger for won leads."""
    return lambda drawn, is_won, _: str(int(drawn.expovariate(1 / (won if is_won else lost))))


DRAWS: dict[str, Draw] = {
    "Origin": pick({"page": 50, "api": 30, "form": 20}, {"page": 55, "api": 44, "form": 1}),
    "Source": pick(
        {"google": 32, "chat": 13, "friend": 15, "": 1}, {"google": 30, "chat": 24, "friend": 1}
    ),
    "Visits": lambda drawn, is_won, _: str(drawn.randint(0, 12 if is_won else 8)),
    "Seconds on site": counted(900, 300),
    "Pages": lambda drawn, _, __: f"{drawn.uniform(0, 6):.2f}" if drawn.random() < 0.95 else "",
    "Last activity": pick({"sms": 48, "mail": 36, "chat": 2}, {"sms": 17, "mail": 40, "chat": 17}),
    "Country": pick({"india": 70, "": 30}, {"india": 74, "": 26}),
    "Branch": pick({"finance": 30, "retail": 30, "": 40}, {"finance": 22, "retail": 26, "": 52}),
    "City": pick({"mumbai": 40, "pune": 20, "": 40}, {"mumbai": 33, "pune": 20, "": 47}),
    "Occupation": pick({"none": 70, "works": 17, "": 10}, {"none": 55, "works": 1, "": 42}),
    "What matters": pick({"career": 90, "": 10}, {"career": 58, "": 42}),
    "Mail wanted": pick({"yes": 96, "no": 4}, {"yes": 90, "no": 10}),
    "Asked since spring": lambda drawn, _, where: drawn.choice("abc") if where > 0.4 else "",
    "Tags": pick(
        {"will pay": 55, "busy": 5, "": 40}, {"rings": 40, "other": 20, "busy": 2, "": 38}
    ),
    "Lead Quality": pick(
        {"high": 17, "might be": 30, "": 53}, {"worst": 10, "not sure": 14, "": 76}
    ),
    "Profile of lead": pick(
        {"potential lead": 35, "other": 5, "": 60},
        {"potential lead": 6, "other": 7, "of another school": 3, "": 84},
    ),
    "Index A": pick({"01.High": 3, "02.Medium": 6}, {"01.High": 3, "02.Medium": 5, "03.Low": 1}),
    "Index B": pick({"01.High": 4, "02.Medium": 5}, {"01.High": 3, "02.Medium": 6}),
    "Score A": pick({"14": 4, "15": 5}, {"13": 3, "14": 4, "17": 2}),
    "Seller": lambda drawn, is_won, _: f"s{drawn.randint(1, 400)}" if is_won else "",
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_noted_after_the_outcome_is_named_and_nothing_else(seed: int) -> None:
    columns, ended = made_up(seed)
    found = {one.column for one in suspicions(columns, ended)}
    assert found == set(LEAKING)
    assert len(SOUND) >= 10


def test_without_telling_names_what_was_noted_is_still_found() -> None:
    columns, ended = made_up(4)
    names = {name: f"column {place}" for place, name in enumerate(columns)}
    hidden = {names[name]: cells for name, cells in columns.items()}
    found = {one.column for one in suspicions(hidden, ended)}
    assert found == {names[name] for name in LEAKING}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_neutral_codes_for_values_too_the_same_columns_are_found(seed: int) -> None:
    columns, ended = made_up(seed)
    assert {one.column for one in suspicions(in_codes(columns), ended)} == set(LEAKING)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_words_alone_make_no_suspicion(seed: int) -> None:
    drawn = random.Random(seed)
    won = np.array([drawn.random() < 0.24 for _ in range(1_500)])
    values = {
        "Market segment": ["low-cost chains", "high street"], "Score on quiz": ["low", "high"],
        "Purchase stage": ["sure", "unsure"], "Budget rank": ["low", "medium", "high"],
        "Tag of campaign": ["best-practices", "worst-mistakes"], "Lead Quality": ["good", "bad"],
    }  # fmt: skip
    columns = {name: [drawn.choice(one) for _ in won] for name, one in values.items()}
    columns["Budget rank"] = [
        drawn.choices(["low", "high"], [2, 3] if is_won else [3, 2])[0] for is_won in won
    ]
    ended = Ended(won=won, lost=~won, order=np.arange(1_500.0))
    assert suspicions(columns, ended) == []


def test_of_few_wins_no_value_that_loses_is_a_sign() -> None:
    drawn = random.Random(1)
    won = np.array([drawn.random() < 0.04 for _ in range(2_000)])
    columns = {"Segment": [drawn.choice("abcdef") for _ in won]}
    assert suspicions(columns, Ended(won=won, lost=~won)) == []


def test_questions_of_a_form_that_was_used_now_and_then_are_no_batches() -> None:
    drawn = random.Random(2)
    along = [place / LEADS for place in range(LEADS)]
    won = np.array([drawn.random() < 0.4 for _ in along])
    forms = ["fair" if 0.1 < where % 0.5 < 0.35 else "web" for where in along]
    asked = {
        name: [drawn.choice("abc") if form == "fair" else "" for form in forms]
        for name in ("Size of stand", "Hall")
    }
    ended = Ended(won=won, lost=~won, order=np.array(along))
    assert suspicions({"Form": forms, **asked}, ended) == []
    assert [one.column for one in suspicions(asked, ended)] == list(asked)


def test_what_a_form_shows_before_anything_is_chosen_counts_as_nothing() -> None:
    columns, ended = made_up(1)
    shown = {name: [cell or "Select" for cell in cells] for name, cells in columns.items()}
    assert {one.column for one in suspicions(shown, ended)} == set(LEAKING)


def test_a_date_later_than_the_outcome_is_noticed() -> None:
    won = np.array([True, False] * 100)
    ended = Ended(won=won, lost=~won, at=np.full(200, 1_700_000_000_000.0))
    columns = {"Signed": ["2026-01-01"] * 200, "Born": ["1980-01-01"] * 200}
    assert [one.column for one in suspicions(columns, ended)] == ["Signed"]


def test_a_few_leads_tell_nothing_of_a_column() -> None:
    won = np.array([True, False] * 20)
    columns = {"Tags": ["yes", "no"] * 20}
    assert suspicions(columns, Ended(won=won, lost=~won)) == []


def test_a_suspicion_says_why_in_words() -> None:
    columns, ended = made_up(1)
    told = {one.column: str(one) for one in suspicions(columns, ended)}
    assert "decides:" in told["Tags"]
    assert "filled for 100% of leads with a win, for 0% of the others" in told["Seller"]
    assert "filled in exactly the rows where" in told["Index B"]


def test_an_import_names_leaking_columns_unprompted() -> None:
    found = imported(made_up_rows(800, seed=5))
    assert [one.column for one in found.leaking] == ["Verdict", "Note"]
    assert set(COLUMNS) >= {"Verdict", "Note"}
    assert found.used_though_leaking == []

"""Conditions on texts, numbers and words, held against brute force on letters that make trouble."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.scoring.answers import word_table
from functions.scoring.conditions import fold
from tests.laws.asked_product import rule_book
from tests.laws.law_profile import law
from tests.oracle import brute_force

TRIES = 500
LETTERS = "aAbBlLłŁoóÓøØǿđĐsSßẞiIİéÉzŻź ﬁⅧ㎒ \t_-.*?/0"
TEXTS = st.text(LETTERS, max_size=8)
PATTERNS = st.text(LETTERS, min_size=1, max_size=5).filter(str.strip)
WORDS = PATTERNS.filter(lambda text: any(letter.isalnum() for letter in text))
VALUES: st.SearchStrategy[Any] = st.one_of(
    TEXTS, st.booleans(), st.integers(-2, 3), st.sampled_from((0.5, 1.0))
)
PLAIN = st.one_of(PATTERNS, st.booleans(), st.integers(-2, 3))
OPERATIONS = st.one_of(
    PLAIN,
    st.lists(PLAIN, min_size=1, max_size=3),
    st.fixed_dictionaries({"none_of": st.lists(PLAIN, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"from": st.integers(-2, 3)}),
    st.fixed_dictionaries({"below": st.integers(-2, 3)}),
    st.fixed_dictionaries({"missing": st.booleans()}),
    *(
        st.fixed_dictionaries({name: PATTERNS})
        for name in ("starts_with", "ends_with", "contains", "like")
    ),
)


@law(TRIES)
@given(TEXTS)
def test_texts_compare_as_brute_force_compares_them(text: str) -> None:
    assert fold(text) == brute_force.fold(text)
    assert fold(fold(text)) == fold(text)


@law(TRIES)
@given(OPERATIONS, VALUES)
def test_a_condition_on_an_activity_is_what_brute_force_says(wanted: Any, value: Any) -> None:
    rule = {"rule": "r", "activity": "page_viewed", "points": 1, "lasts": "7 days"}
    book = rule_book({"engagement": [{**rule, "where": {"what": wanted}}]})
    where = getattr(book.rules[0], "where")  # noqa: B009 - only activity rules have one
    for known in ({"what": value}, {}):
        assert where(known) is brute_force.truth({"what": wanted}, known)


@law(TRIES)
@given(st.lists(WORDS, min_size=1, max_size=3), TEXTS, st.booleans())
def test_words_are_found_where_brute_force_finds_them(
    patterns: list[str], text: str, veto: bool
) -> None:
    table = {
        "found": {"any": patterns[:1], "unless": patterns[1:] if veto else []},
        "other": {"any": patterns},
    }
    assert word_table(table)(text) == brute_force.category(table, text)

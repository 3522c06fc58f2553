"""What follows from an answer: seniority by whole words, the kind of an address by its domain."""

import pytest

from functions.scoring.answers import email_kind, word_table

TABLE = word_table(
    {
        "c_level": {
            "any": ["ceo", "prezes", "prezeska", "vice president"],
            "unless": ["asystent*", "assistant"],
        },
        "student": {"any": ["student*", "stażyst*"]},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Prezeska Zarządu", "c_level"),
        ("CEO/Founder", "c_level"),
        ("asystentka prezesa", None),
        ("Assistant to the CEO", None),
        ("Vice-President", "c_level"),
        ("Vicepresident", None),
        ("STAŻYSTKA", "student"),
        ("ceo_student", "c_level"),
        ("Oceograph", None),
        ("", None),
    ],
)
def test_words_are_whole_words_and_a_star_completes_them(title: str, category: str | None) -> None:
    assert TABLE(title) == category


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("a@example.com", "business"),
        ("a@gmail.com", "free"),
        ("a@mail.gmail.com", "free"),
        ("a@notgmail.com", "business"),
        ("a@trash.example", "disposable"),
        ("a@both.example", "disposable"),
    ],
)
def test_an_address_is_business_free_or_disposable(address: str, kind: str) -> None:
    free = frozenset({"gmail.com", "both.example"})
    assert email_kind(free, frozenset({"trash.example", "both.example"}))(address) == kind

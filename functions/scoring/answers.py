"""What a lead is: the values of declared fields, and what follows from them.

Per field and origin the greatest (instant, id) is kept, so merging is a maximum. Sales is read
before forms; an explicit None from sales lets the form's answer through again. Derived fields are
never stored: they are computed from the answer that won, so a better word table is right for
everybody at once.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from functions.scoring.conditions import fold, glob_regex
from functions.scoring.facts import ANSWERING, FORM, SALES, Answer, Fact, canonical_json

EMAIL = "email"
ORIGINS = (SALES, FORM)  # highest first: who is believed before whom


class Given(NamedTuple):
    """One answer as it was given: when (UTC ms), by which fact, and its value (None takes it
    back).
    """

    at: int
    id: str
    value: Answer


Answers = Mapping[str, Mapping[str, Given]]
Deriver = Callable[[str], str | None]


def merge_answers(answers: Answers, facts: Iterable[Fact], fields: Iterable[str]) -> Answers:
    """Take what these facts answer into account; the same object comes back where nothing changed.

    Only declared `fields` are kept: an answer to a field of an older model is dropped (C36).
    """
    merged = answers
    declared = frozenset(fields)
    for fact in facts:
        if fact.kind not in ANSWERING:
            continue
        for name, value in fact.answers.items():
            given = Given(fact.at, fact.id, value)
            if name not in declared or not _is_newer(given, merged.get(name, {}).get(fact.origin)):
                continue
            if merged is answers:
                merged = dict(answers)
            merged[name] = {**merged.get(name, {}), fact.origin: given}  # type: ignore[index]
    return merged


def winning(answers: Answers, *, at: int, retention: int) -> dict[str, Given]:
    """Per field the answer that counts at this instant: not older than the retention, highest
    origin first.
    """
    oldest = at - retention
    won: dict[str, Given] = {}
    for name, by_origin in answers.items():
        for origin, given in by_origin.items():
            counts = given[2] is not None and oldest < given[0] <= at
            if counts and (name not in won or origin == SALES):
                won[name] = given
    return won


def told(facts: Iterable[Fact], *, at: int, retention: int) -> Mapping[str, Answer] | None:
    """Per field the answer that counts at this instant, straight from facts: what `winning` gives
    once they are merged.

    None where two of them share an id: they may be one form that came twice, and merging tells.
    """
    telling = [fact for fact in facts if fact.kind in ANSWERING]
    oldest = at - retention
    if len(telling) == 1:
        return telling[0].answers if oldest < telling[0].at <= at else {}
    if len({fact.id for fact in telling}) < len(telling):
        return None
    said: dict[str, dict[str, Answer]] = {FORM: {}, SALES: {}}
    counting = [fact for fact in telling if oldest < fact.at <= at]
    for fact in sorted(counting, key=attrgetter("at", "id")):
        said[fact.origin].update(fact.answers)
    meant = {name: value for name, value in said[SALES].items() if value is not None}
    return {**said[FORM], **meant}


@dataclass(frozen=True, slots=True)
class WordTable:
    """Categories found by whole words, in their order: `any` finds one, `unless` vetoes it."""

    categories: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]

    def __call__(self, text: str) -> str | None:
        """Name the first category whose words are in the text, or None."""
        words = _words(text)
        for name, wanted, vetoes in self.categories:
            if wanted.search(words) and not (vetoes and vetoes.search(words)):
                return name
        return None


def word_table(categories: Mapping[str, Mapping[str, Iterable[str]]]) -> WordTable:
    """Build the table of `{category: {"any": [...], "unless": [...]}}`."""
    return WordTable(
        tuple(
            (
                name,
                _any_word(entry["any"]),
                _any_word(unless) if (unless := list(entry.get("unless", ()))) else None,
            )
            for name, entry in categories.items()
        )
    )


def email_kind(free: frozenset[str], disposable: frozenset[str]) -> Deriver:
    """Build the function that tells business, free and disposable addresses apart by their
    domain (R68).

    Disposable is asked first: public lists of free providers hold disposable ones too.
    """

    def kind(address: str) -> str:
        domain = address.rpartition("@")[2]
        labels = domain.split(".")
        parents = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        for name, domains in (("disposable", disposable), ("free", free)):
            if any(parent in domains for parent in parents):
                return name
        return "business"

    return kind


def _is_newer(given: Given, than: Given | None) -> bool:
    if than is None:
        return True
    if given[:2] != than[:2]:
        return given[:2] > than[:2]
    return canonical_json(given.value) > canonical_json(than.value)


def _any_word(patterns: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(
        glob_regex(_words(pattern, keep="*").strip(), any_letter=r"\w") for pattern in patterns
    )
    return re.compile(f" (?:{alternatives}) ")


def _words(text: str, keep: str = "") -> str:
    return (
        " " + " ".join(re.findall(rf"[\w{re.escape(keep)}]+", fold(text).replace("_", " "))) + " "
    )

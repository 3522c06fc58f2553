"""What is known of a lead at an instant: its answers, its address, and what follows from them.

Conditions ask what is known here. It is the same whether the answers were merged into a state or
are read from facts just now.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import inf

from functions.scoring.answers import (
    EMAIL,
    Answers,
    Deriver,
    Given,
    email_kind,
    told,
    winning,
    word_table,
)
from functions.scoring.conditions import Known
from functions.scoring.facts import Answer, Fact
from functions.scoring.model import CompiledModel

TEXTS_REMEMBERED = 4096  # distinct job titles and addresses of a warm function


class Knowing:
    """Answers, address and derived fields, as one model has them."""

    def __init__(self, compiled: CompiledModel, asked: Iterable[str]) -> None:
        """Build what derives fields; `asked` names what conditions on leads look at."""
        self.retention: int = compiled["retention"]
        self._derived = _derivers(compiled)
        asked = frozenset(asked)
        self._asked_derived = tuple(
            (name, *self._derived[name]) for name in sorted(asked & self._derived.keys())
        )
        read = asked | {source for _, source, _ in self._asked_derived}
        self._asked_fields = tuple(sorted(read & compiled["fields"].keys()))
        self._answers_do = asked <= compiled["fields"].keys()

    def won(self, answers: Answers, *, at: int) -> dict[str, Given]:
        """Per field the answer that counts at an instant."""
        return winning(answers, at=at, retention=self.retention)

    def span(self, answers: Answers, *, at: int) -> tuple[float, float]:
        """From when until when the answers that count are those of this instant."""
        since, until = -inf, inf
        for by_origin in answers.values():
            for given in by_origin.values():
                begin = given[0]
                for turn in (begin, begin + self.retention):
                    if turn <= at:
                        since = max(since, turn)
                    else:
                        until = min(until, turn)
        return since, until

    def known(self, answers: Answers, email: str, *, at: int) -> dict[str, Answer]:
        """All that conditions may ask."""
        known: dict[str, Answer] = {
            name: given.value for name, given in self.won(answers, at=at).items()
        }
        known[EMAIL] = email or None
        for name, (source, derive) in self._derived.items():
            known[name] = _derived(derive, known.get(source))
        return known

    def asked_of_answers(self, answers: Answers, email: str, *, at: int) -> Known:
        """What conditions ask, of merged answers."""
        won = self.won(answers, at=at)
        return self._asked({name: given[2] for name, given in won.items()}, email)

    def asked_of_facts(self, facts: Sequence[Fact], *, at: int) -> Known | None:
        """What conditions ask, of a lead's facts; None where facts have to be told apart first."""
        answers = told(facts, at=at, retention=self.retention)
        if answers is None or self._answers_do:
            return answers
        return self._asked(answers, address(facts, at=at))

    def source(self, name: str) -> str:
        """Name the field that a derived one is read from; every other field is its own."""
        return self._derived[name][0] if name in self._derived else name

    def _asked(self, answers: Known, email: str) -> Known:
        if self._answers_do:
            return answers
        known = {name: answers.get(name) for name in self._asked_fields}
        known[EMAIL] = email or None
        for name, source, derive in self._asked_derived:
            known[name] = _derived(derive, known.get(source))
        return known


def address(facts: Iterable[Fact], *, at: int | None = None) -> str:
    """Canonical address of a lead: of its facts, not later than `at`, the first one that came."""
    return next((fact.email or fact.lead for fact in facts if at is None or fact.at <= at), "")


def _derived(derive: Deriver, text: Answer) -> Answer:
    return derive(text) if isinstance(text, str) and text else None


def _derivers(compiled: CompiledModel) -> Mapping[str, tuple[str, Deriver]]:
    derivers: dict[str, tuple[str, Deriver]] = {}
    for name, derived in compiled["derived"].items():
        derive: Deriver
        if "words" in derived:
            derive = word_table(derived["words"])
        else:
            domains = compiled["mail_domains"]
            derive = email_kind(frozenset(domains["free"]), frozenset(domains["disposable"]))
        derivers[name] = (derived["read_from"], lru_cache(TEXTS_REMEMBERED)(derive))
    return derivers

"""Why sales complains of a lead: a few reasons have a code, which is the same in every language;
whatever else is typed is compared without regard to case, accents and spaces.

The console sends the code. Before it did, it sent the words of the rep's language: they are read
as their code.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from functions.scoring.conditions import fold

REASON_WORDS: Mapping[
    str, Mapping[str, str]
] = {  # as the console words them, which a test compares
    "no_company": {"en": "not a company", "pl": "to nie firma"},
    "wrong_contact": {"en": "wrong contact data", "pl": "błędne dane kontaktowe"},
    "student": {"en": "a student or a job seeker", "pl": "student albo szuka pracy"},
    "competitor": {"en": "a competitor", "pl": "konkurencja"},
    "too_small": {"en": "too small for us", "pl": "dla nas za mała firma"},
}
_CODES = {
    fold(text): code for code, words in REASON_WORDS.items() for text in (code, *words.values())
}


def counted_reasons(reasons: Iterable[str]) -> list[tuple[str, int]]:
    """Count reasons, the commonest first: each by its code, or as it was typed most often."""
    typed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for reason in reasons:
        folded = fold(reason)
        code = _CODES.get(folded)
        typed[code or folded][code or reason] += 1
    told = [(_commonest(spellings), spellings.total()) for spellings in typed.values()]
    return sorted(told, key=lambda one: (-one[1], one[0]))


def reason_in(language: str, reason: str) -> str:
    """Word a reason: a code in this language, else as it was typed."""
    words = REASON_WORDS.get(reason)
    return reason if words is None else words.get(language, words["en"])


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda one: (-spellings[one], one))

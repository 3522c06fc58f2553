"""Finds the sender's e-mail address among fields that nobody declared.

Form services name their fields as they like and nest them, so an address may be known by its value
alone. It is taken only where it can be nobody else's: never from a field that names another person,
and never where two might be meant, for a wrong lead is worse than a form to be mended.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from functions.intake.answer_reading import TEXT_LETTERS_MAX
from functions.intake.email_address import looks_like_address
from functions.scoring.conditions import fold

_WORDS = re.compile(r"[^\W_]+")
_SOMEBODY_ELSE = re.compile(
    r"(?:boss|chef|szef|manager|supervisor|przelozon|vorgesetzt|assist|asystent|friend|freund"
    r"|znajom|przyjaci|colleague|coworker|kole[gz]|kolleg|refer|recommend|empf"
    r"|polec|invit|recipient|odbiorc|parent|rodzic|owner|admin|b?cc\b)"
)
_MAIL = re.compile(r"mail|adres|address|correo|courriel|contact|kontakt")
_OPAQUE = re.compile(
    r"\w*\d\w*|\w{1,2}|fields?|inputs?|entr(?:y|ies)|questions?|answers?|values?|texts?|items?|data"
    r"|elements?|columns?|forms?|responses?|controls?|wpforms|meta|payload|body|short|string"
)
_NAMING = frozenset(
    {"name", "label", "title", "key", "field", "question", "type", "id", "ref", "slug"}
)


def found_address(fields: Mapping[str, Any], undeclared: Iterable[str]) -> str | None:
    """Give the one address that can only be the sender's, None where there is none.

    Exactly one whose field says that it is a mail's; where none says so, exactly one at all, in a
    field whose name says nothing.
    """
    candidates = [
        (words, text)
        for name in undeclared
        for words, text in _texts(fields[name], [name, *_beside(name, fields)])
        if looks_like_address(text)
    ]
    own = [(words, text) for words, text in candidates if not _any(_SOMEBODY_ELSE, words)]
    told = {text for words, text in own if any(_MAIL.search(word) for word in words)}
    if told:
        return told.pop() if len(told) == 1 else None
    found = {text for _, text in own}
    unnamed = all(_OPAQUE.fullmatch(word) for words, _ in own for word in words)
    return found.pop() if len(found) == 1 and unnamed else None


def _any(pattern: re.Pattern[str], words: Iterable[str]) -> bool:
    return any(pattern.match(word) for word in words)


def _texts(value: object, names: list[str]) -> Iterator[tuple[list[str], str]]:
    """All texts inside a value, each with the words of all names above and beside it."""
    if isinstance(value, str):
        yield [word for name in names for word in _WORDS.findall(_short(name))], value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, names)
    elif isinstance(value, dict):
        beside = [text for key in value if _short(key) in _NAMING for text in _names(value[key])]
        for key, part in value.items():
            yield from _texts(part, [*names, key, *beside])


def _short(name: str) -> str:
    """Fold the beginning of a name: what is longer than an answer is read no further."""
    return fold(name[:TEXT_LETTERS_MAX])


def _names(value: object) -> Iterator[str]:
    """What names a field beside its value: a text, or texts of an object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (part for part in value.values() if isinstance(part, str))


def _beside(name: str, fields: Mapping[str, Any]) -> list[str]:
    """What plain forms say of `fields[7][value]` by `fields[7][title]`."""
    stem, bracket, _ = name.rpartition("[")
    if not bracket or not stem:
        return []
    return [
        text
        for naming in sorted(_NAMING)
        if isinstance(text := fields.get(f"{stem}[{naming}]"), str) and f"{stem}[{naming}]" != name
    ]

"""Conditions of a rule as functions of what is known: true, false or unknown.

A condition on what nobody answered is unknown, and not unknown is unknown: only what is true earns,
so a rule about "not Poland" gives nothing for a lead whose country nobody knows.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeGuard

from functions.scoring.facts import Answer, Scalar

Known = Mapping[str, Answer]
Truth = bool | None
Condition = Callable[[Known], Truth]
Node = Sequence[object]

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans("łŁøØđĐħĦ", "lLoOdDhH")


_REMEMBERED_LETTERS_MAX = 64  # longer texts hardly come twice, and one letter may become eighteen


def fold(text: str) -> str:
    """Bring text to the form in which texts compare: no case, no diacritics (ł is l), single
    spaces.
    """
    return _remembered(text) if len(text) <= _REMEMBERED_LETTERS_MAX else _folded(text)


def _folded(text: str) -> str:
    plain = text
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        letters = (letter for letter in decomposed if not unicodedata.combining(letter))
        plain = "".join(letters).translate(_LETTERS_WITHOUT_DECOMPOSITION)  # of a ǿ an ø is left
    return " ".join(plain.casefold().split())


_remembered = lru_cache(maxsize=4096)(_folded)


def compile_condition(node: Node) -> Condition:
    """Build the function of one compiled condition, `["is", "country", ["PL"]]` or a combination
    of such.

    Raises KeyError for an operator this code does not know: the compiled model is of another
    version.
    """
    return _COMPILERS[str(node[0])](node)


def fields_named(node: Node | None) -> frozenset[str]:
    """Names of everything a compiled condition looks at."""
    if node is None:
        return frozenset()
    if node[0] in {"all", "any"}:
        return frozenset().union(*(fields_named(part) for part in _nodes(node[1])))
    if node[0] == "not":
        return fields_named(_node(node[1]))
    return frozenset((str(node[1]),))


def _all(node: Node) -> Condition:
    parts = [compile_condition(part) for part in _nodes(node[1])]
    if len(parts) == 1:
        return parts[0]

    def every(known: Known) -> Truth:
        result: Truth = True
        for part in parts:
            truth = part(known)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return every


def _any(node: Node) -> Condition:
    parts = [compile_condition(part) for part in _nodes(node[1])]

    def some(known: Known) -> Truth:
        result: Truth = False
        for part in parts:
            truth = part(known)
            if truth:
                return True
            if truth is None:
                result = None
        return result

    return some


def _not(node: Node) -> Condition:
    inner = compile_condition(_node(node[1]))

    def opposite(known: Known) -> Truth:
        truth = inner(known)
        return None if truth is None else not truth

    return opposite


def _is(node: Node) -> Condition:
    name = str(node[1])
    wanted = frozenset(_comparable(value) for value in _scalars(node[2]))

    def one_of(known: Known) -> Truth:
        value = known.get(name)
        return None if value is None else _comparable(value) in wanted

    return one_of


def _none_of(node: Node) -> Condition:
    return _not(("not", ("is", node[1], node[2])))


def _range(node: Node) -> Condition:
    name, low, high = str(node[1]), node[2], node[3]

    def within(known: Known) -> Truth:
        value = known.get(name)
        if not _orders_with(value, low) or not _orders_with(value, high):
            return None
        return (low is None or value >= low) and (high is None or value < high)  # type: ignore[operator]

    return within


def _text(test: Callable[[str, tuple[str, ...]], bool]) -> Callable[[Node], Condition]:
    def compiled(node: Node) -> Condition:
        name = str(node[1])
        wanted = tuple(fold(str(value)) for value in _scalars(node[2]))

        def matches(known: Known) -> Truth:
            value = known.get(name)
            return test(fold(value), wanted) if isinstance(value, str) else None

        return matches

    return compiled


def _like(node: Node) -> Condition:
    name = str(node[1])
    pattern = re.compile(
        "|".join(glob_regex(fold(str(value))) for value in _scalars(node[2])), re.DOTALL
    )

    def matches(known: Known) -> Truth:
        value = known.get(name)
        return pattern.fullmatch(fold(value)) is not None if isinstance(value, str) else None

    return matches


def _missing(node: Node) -> Condition:
    name, wanted = str(node[1]), bool(node[2])
    return lambda known: (known.get(name) is None) is wanted


def glob_regex(glob: str, *, any_letter: str = ".") -> str:
    """Regular expression of a glob: `*` is any run, `?` one character, the rest is itself.

    Every run but the last ends at the first place where what follows it fits, and is not tried
    again: that finds the same texts, and no text a stranger sends can make it slow.
    """
    first, *others = (_literal(part, any_letter) for part in re.sub(r"\*+", "*", glob).split("*"))
    if not others:
        return first
    *middle, last = others
    runs = "".join(f"(?>{any_letter}*?{part})" for part in middle if part)
    return f"{first}{runs}{any_letter}*{last}"


def _literal(part: str, any_letter: str) -> str:
    return "".join(any_letter if letter == "?" else re.escape(letter) for letter in part)


def _comparable(value: Scalar) -> tuple[str, Scalar]:
    if isinstance(value, str):
        return ("text", fold(value))
    if isinstance(value, bool):
        return ("yes_no", value)
    return ("number", value)


def _orders_with(value: object, bound: object) -> bool:
    if bound is None:
        return _is_number(value) or isinstance(value, str)
    if isinstance(bound, str):
        return isinstance(value, str)
    return _is_number(value)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nodes(value: object) -> list[Node]:
    return [_node(part) for part in value] if isinstance(value, list | tuple) else []


def _node(value: object) -> Node:
    if not isinstance(value, list | tuple):
        msg = "a compiled condition is a list"
        raise TypeError(msg)
    return value


def _scalars(value: object) -> list[Scalar]:
    return (
        [part for part in value if isinstance(part, str | int | float)]
        if isinstance(value, list | tuple)
        else []
    )


_COMPILERS: dict[str, Callable[[Node], Condition]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "is": _is,
    "none_of": _none_of,
    "range": _range,
    "starts_with": _text(lambda text, wanted: text.startswith(wanted)),
    "ends_with": _text(lambda text, wanted: text.endswith(wanted)),
    "contains": _text(lambda text, wanted: any(part in text for part in wanted)),
    "like": _like,
    "missing": _missing,
}

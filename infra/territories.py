"""What a subscriber's filter may ask of an alert.

SNS compares letter by letter and takes every value: a filter that fits no alert is silent for
good. So each attribute takes here what alerts carry, and nothing else.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modelling.country_names import country_code

FILTERS = {
    "kind",
    "band",
    "score",
    "country",
    "channel",
    "owner",
    "owner_away",
}  # attributes of an alert
COMPARISONS = {"=", ">", ">=", "<", "<="}
NUMERIC = '[{"numeric": [">", 90]}]'
LISTS = 'an object of lists, as in {"country": ["PL"]}'


def mistakes_in(territory: object) -> Iterator[str]:
    """What is wrong with a filter, a sentence for each attribute; nothing where it is well."""
    if not isinstance(territory, Mapping):
        yield f"write {LISTS}"
        return
    for attribute, values in territory.items():
        if attribute not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            yield f"{attribute} is no attribute of an alert; known are {known}"
        elif not isinstance(values, list) or not values:
            yield f"{attribute}: write {LISTS}, with one value at least"
        else:
            said = filter(None, map(READERS[attribute], values))
            yield from (f"{attribute}: {sentence}" for sentence in dict.fromkeys(said))


def _hot(value: object) -> str:
    return "" if value == "hot" else 'only hot leads are told of: write ["hot"] or leave it out'


def _kind(value: object) -> str:
    known = (
        'an alert is of kind hot, escalation or summary: write ["hot"], ["escalation"] or several'
    )
    return "" if value in ("hot", "escalation", "summary") else known


def _away(value: object) -> str:
    known = 'it is there while the owner is away: write ["true"] or an object of exists'
    return "" if value == "true" or _exists(value) else known


def _owner(value: object) -> str:
    if _exists(value) or (isinstance(value, str) and re.fullmatch(r"[^@\sA-Z]+@[^@\sA-Z]+", value)):
        return ""
    return 'write an address in small letters, as in ["kasia@example.com"], or an object of exists'


def _score(value: object) -> str:
    if _exists(value):
        return ""
    asked = _operator(value, "numeric")
    if isinstance(asked, list) and len(asked) in {2, 4}:
        numbers = [type(number) in {int, float} for number in asked[1::2]]
        if all(numbers) and all(compared in COMPARISONS for compared in asked[::2]):
            return ""
    return f"a score is a number: write {NUMERIC}"


def _country(value: object) -> str:
    if isinstance(value, str):
        return country_mistake(value)
    if _exists(value):
        return ""
    beginning = _operator(value, "prefix")
    if isinstance(beginning, str) and re.fullmatch(r"[A-Z]{1,2}", beginning):
        return ""
    excluded = _operator(value, "anything-but")
    if isinstance(excluded, Mapping):
        return _country(excluded)
    listed = excluded if isinstance(excluded, list) else [excluded]
    if all(isinstance(one, str) for one in listed) and listed:
        return next(filter(None, map(country_mistake, listed)), "")
    return 'write two capital letters, as in ["PL"], or an object of exists, anything-but or prefix'


def country_mistake(text: str) -> str:
    """What is wrong with a country's code, empty where nothing is."""
    code = country_code(text)
    if code is None:
        return f"{text} is no country: write two capital letters, as in PL"
    return "" if code == text else f"write {code}, not {text}"


def _channel(value: object) -> str:
    if isinstance(value, str) or _exists(value):
        return ""
    beginning, excluded = _operator(value, "prefix"), _operator(value, "anything-but")
    if isinstance(beginning, str) or isinstance(excluded, str):
        return ""
    if isinstance(excluded, list) and excluded and all(isinstance(one, str) for one in excluded):
        return ""
    if isinstance(_operator(excluded, "prefix"), str):
        return ""
    return 'write a channel, as in ["ads"], or an object of exists, anything-but or prefix'


def _exists(value: object) -> bool:
    return isinstance(_operator(value, "exists"), bool)


def _operator(value: object, name: str) -> Any:
    """What the object asks by its one operator, or None."""
    return value[name] if isinstance(value, Mapping) and set(value) == {name} else None


READERS: Mapping[str, Callable[[object], str]] = {
    "kind": _kind,
    "band": _hot,
    "score": _score,
    "country": _country,
    "channel": _channel,
    "owner": _owner,
    "owner_away": _away,
}

"""Conditions as people write them, turned into the nested lists that are scored.

What a condition asks must be something that can be true: a country is a country of this world, a
category one the word table has, a number is compared with a number. What cannot be is a mistake,
not a rule that silently never earns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.scoring.conditions import fold
from modelling.country_names import country_code, nearest_country
from modelling.mistakes import Margin, Path, did_you_mean
from modelling.number_slips import number_advice

Term = list[Any]
DEPTH_MAX = 10
VALUES_MAX = 500
TEXT_MAX = 300
COMBINING = ("any", "all", "not")
TEXT_TESTS = ("starts_with", "ends_with", "contains", "like")
TESTS = ("none_of", "from", "below", *TEXT_TESTS, "missing")
YES_NO = {"yes": True, "no": False, "true": True, "false": False, "tak": True, "nie": False}
EMAIL_KINDS = ("business", "free", "disposable")
ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a condition may speak of: its type, and its only values where it has a list of
    them.
    """

    type: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """What conditions of one kind may name; `closed` ones know every name.

    `refuses` gives the reason and the advice for a name that can never have a value.
    """

    known: Mapping[str, Subject]
    noun: str
    closed: bool = True
    refuses: Callable[[str], tuple[str, str] | None] = lambda _: None


@dataclass(slots=True)
class ConditionReader:
    """Reads conditions that speak of the same subjects; mistakes go to the margin."""

    subjects: Subjects
    margin: Margin

    def read(self, written: object, path: Path, depth: int = 0) -> Term | None:
        """Give the compiled condition, or None where it has a mistake."""
        if not isinstance(written, dict) or not written:
            self._note(
                path,
                "A condition needs a name and what it must be",
                "Write for example `{country: Poland}`",
            )
            return None
        if depth > DEPTH_MAX:
            self._note(path, f"Conditions lie more than {DEPTH_MAX} deep", "Make two rules of it")
            return None
        terms = [
            self._part(str(name), value, (*path, str(name)), depth)
            for name, value in written.items()
        ]
        if None in terms:
            return None
        return terms[0] if len(terms) == 1 else ["all", terms]

    def _part(self, name: str, value: object, path: Path, depth: int) -> Term | None:
        if name == "not":
            inner = self.read(value, path, depth + 1)
            return None if inner is None else ["not", inner]
        if name in COMBINING:
            return self._combined(name, value, path, depth)
        return self._test(name, value, path)

    def _combined(self, name: str, value: object, path: Path, depth: int) -> Term | None:
        if not isinstance(value, list) or not value or len(value) > VALUES_MAX:
            self._note(
                path, f"`{name}` takes a list of conditions", f"Write `{name}: [{{...}}, {{...}}]`"
            )
            return None
        parts = [self.read(part, (*path, index), depth + 1) for index, part in enumerate(value)]
        return None if None in parts else [name, parts]

    def _test(self, name: str, value: object, path: Path) -> Term | None:
        if (refused := self.subjects.refuses(name)) is not None:
            self._note(path, *refused)
            return None
        subject = self.subjects.known.get(name)
        if subject is None:
            if self.subjects.closed:
                self._note(
                    path,
                    f"There is no {self.subjects.noun} `{name}`",
                    did_you_mean(name, self.subjects.known),
                )
                return None
            subject = Subject(ANYTHING)
        if isinstance(value, dict):
            return self._operators(name, subject, value, path)
        values = self._values(subject, value, path)
        return None if values is None else ["is", name, values]

    def _operators(
        self, name: str, subject: Subject, written: dict[str, Any], path: Path
    ) -> Term | None:
        terms: list[Term | None] = []
        if not written:
            self._note(
                path, "Nothing is asked here", f"Write a value, or one of {', '.join(TESTS)}"
            )
            return None
        for operator in written:
            if operator not in TESTS:
                self._note(
                    (*path, operator), f"There is no test `{operator}`", _instead_of(operator, name)
                )
                terms.append(None)
        if "from" in written or "below" in written:
            terms.append(self._range(name, subject, written, path))
        terms += [
            self._operator(name, subject, operator, value, (*path, operator))
            for operator, value in written.items()
            if operator in TESTS and operator not in ("from", "below")
        ]
        if None in terms:
            return None
        return terms[0] if len(terms) == 1 else ["all", terms]

    def _operator(
        self, name: str, subject: Subject, operator: str, value: object, path: Path
    ) -> Term | None:
        if operator == "missing":
            if isinstance(value, bool):
                return ["missing", name, value]
            self._note(path, "`missing` takes true or false", "Write `missing: true`")
            return None
        if operator == "none_of":
            values = self._values(subject, value, path)
            return None if values is None else ["none_of", name, values]
        return self._text_test(name, subject, operator, value, path)

    def _text_test(
        self, name: str, subject: Subject, operator: str, value: object, path: Path
    ) -> Term | None:
        if subject.type in ("number", "country", "yes_no", "date"):
            self._note(
                path,
                f"`{operator}` is for texts, and {name} is a {subject.type}",
                _fitting(subject.type),
            )
            return None
        texts = _listed(value)
        if not texts or len(texts) > VALUES_MAX or not all(_is_text(text) for text in texts):
            reason = f"`{operator}` takes a text or a list of texts, none of them empty"
            self._note(path, reason, f'Write `{operator}: "..."`')
            return None
        return [operator, name, texts]

    def _range(
        self, name: str, subject: Subject, written: dict[str, Any], path: Path
    ) -> Term | None:
        bounds = {key: written[key] for key in ("from", "below") if key in written}
        if subject.type not in BOUNDS:
            reason = f"`from` and `below` are for numbers and dates, and {name} is a {subject.type}"
            self._note((*path, next(iter(bounds))), reason, _fitting(subject.type))
            return None
        wrong = [key for key, bound in bounds.items() if not BOUNDS[subject.type](bound)]
        if wrong:
            noun = "date" if subject.type == "date" else "number"
            usual = "Write a number such as 250, or a date such as 2026-12-31"
            advice = number_advice(bounds[wrong[0]]) if noun == "number" else None
            reason = f"`{wrong[0]}: {bounds[wrong[0]]}` is no {noun}"
            self._note((*path, wrong[0]), reason, advice or usual)
            return None
        low, high = bounds.get("from"), bounds.get("below")
        if low is not None and high is not None and not _is_ascending(low, high):
            reason = f"Nothing is from {low} and below {high}"
            self._note(path, reason, "Put the smaller one at `from`")
            return None
        return ["range", name, low, high]

    def _values(self, subject: Subject, value: object, path: Path) -> list[Any] | None:
        listed = _listed(value)
        if None in listed and self.margin.has_note_under(path):
            return None
        if not listed or len(listed) > VALUES_MAX:
            self._note(
                path,
                "The list of values is empty or too long",
                f"Name between 1 and {VALUES_MAX} values",
            )
            return None
        read = [self._value(subject, one, path) for one in listed]
        return None if None in read else read

    def _value(self, subject: Subject, value: object, path: Path) -> Any:
        if not isinstance(value, (str, int, float)) or (
            isinstance(value, str) and len(value) > TEXT_MAX
        ):
            self._note(
                path,
                f"`{value}` is no value" if value is not None else "No value stands here",
                "Write a text, a number, true or false",
            )
            return None
        readers: dict[str, Callable[[Any, Path], Any]] = {
            "country": self._country,
            "yes_no": self._yes_no,
            "number": self._number,
            "date": self._date,
            ANYTHING: lambda one, _: one,
        }
        if subject.values:
            return self._category(subject, value, path)
        return readers.get(subject.type, self._plain_text)(value, path)

    def _country(self, value: object, path: Path) -> str | None:
        code = country_code(str(value))
        if code is None or isinstance(value, bool):
            near = nearest_country(str(value))
            self._note(
                path,
                f"`{value}` is no country we know",
                f"Did you mean `{near}`, perhaps"
                if near
                else "Write its name or its two letters, such as PL",
            )
            return None
        return code

    def _yes_no(self, value: object, path: Path) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in YES_NO:
            return YES_NO[value.strip().lower()]
        self._note(path, f"`{value}` is neither yes nor no", "Write true or false")
        return None

    def _number(self, value: object, path: Path) -> int | float | None:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        self._note(
            path, f"`{value}` is no number", number_advice(value) or "Write a number without quotes"
        )
        return None

    def _date(self, value: object, path: Path) -> str | None:
        if isinstance(value, str) and is_date(value):
            return value
        self._note(path, f"`{value}` is no date", "Write a date such as 2026-12-31")
        return None

    def _category(self, subject: Subject, value: object, path: Path) -> str | None:
        if value in subject.values:
            return str(value)
        self._note(
            path, f"`{value}` is none of its categories", did_you_mean(value, subject.values)
        )
        return None

    def _plain_text(self, value: object, path: Path) -> str | None:
        if isinstance(value, str) and value.strip():
            return value
        self._note(path, f"`{value}` is no text", "Put quotes around it")
        return None

    def _note(self, path: Path, reason: str, advice: str) -> None:
        self.margin.note(path, reason, advice)


def is_date(value: object) -> bool:
    """Tell whether this is a day written as 2026-12-31."""
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    """Tell whether this is a text that something can hold: an empty one stands in everything."""
    return isinstance(value, str) and len(value) <= TEXT_MAX and fold(value) != ""


def _is_bound(value: object) -> bool:
    return _is_number(value) or is_date(value)


def _is_ascending(low: Any, high: Any) -> bool:
    return isinstance(low, str) == isinstance(high, str) and bool(low < high)


BOUNDS: Mapping[str, Callable[[object], bool]] = {
    "number": _is_number,
    "date": is_date,
    ANYTHING: _is_bound,
}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fitting(type_: str) -> str:
    return {
        "number": "Use a number, `from` or `below`",
        "date": "Use a date, `from` or `below`",
        "country": "Name the country, or a list of countries",
        "yes_no": "Write true or false",
    }.get(type_, "Use a text, a list of texts, `starts_with`, `contains` or `like`")


def _instead_of(operator: object, name: str) -> str:
    others = {
        "is": f"Write `{name}: value`",
        "in": f"Write a list: `{name}: [one, other]`",
        "not": f"Write `{name}: {{none_of: [...]}}`, or `not: {{{name}: ...}}` around it",
        "to": "Write `below`: the number itself is not included",
        "above": "Write `from`: the number itself is included",
        "min": "Write `from`",
        "max": "Write `below`: the number itself is not included",
        "equals": f"Write `{name}: value`",
        "matches": "Write `like`, with `*` for anything",
        "regex": "Write `like`, with `*` for anything",
    }
    return others.get(str(operator)) or did_you_mean(operator, TESTS)

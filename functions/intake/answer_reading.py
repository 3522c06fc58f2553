"""Reads raw answers as the typed values of declared fields.

An answer that cannot be read is told with its field and a code, never with its value; all of a
submission come back together. Empty is not an answer: missing and zero are different
things.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from functions.intake.number_reading import NoNumberError, number_meant
from functions.scoring.conditions import fold
from functions.scoring.facts import Answer

TEXT_LETTERS_MAX = 200  # code points of a single-line text: longer is no name, title or company
TEXT_BYTES_MAX = 512  # keeps a lead of 50 fields far below DynamoDB's 400 KB
MESSAGE_BYTES_MAX = 4096
PROPERTY_BYTES_MAX = 1024  # links carry long tracking parameters; a rule looks at their beginning
_ANSWER_MAX = 10**15  # no company is larger; whole numbers below it are exact in every language
_PROPERTY_MAX = 2**63  # ids of other systems
_SURROGATES_AND_NONCHARACTERS = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0, 0x110000, 0x10000))
    + "]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_BREAKS = re.compile("[\r\n\u2028\u2029]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Mistake(NamedTuple):
    """One thing wrong with what a sender sent: where, and what (never the value)."""

    field: str
    code: str


class AnswerError(ValueError):
    """An answer cannot be read as its field's type; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the code, and none of the answer."""
        super().__init__(code)
        self.code = code


class UnreadError(AnswerError):
    """An answer of the right kind says nothing that its type could be: a person was free to write
    so, and a form is taken without it.
    """


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """Typed answers by declared field, mistakes, answers that say nothing as their type (`unread`),
    and the names nobody declared (dropped).
    """

    answers: dict[str, Answer]
    mistakes: list[Mistake]
    unread: list[Mistake]
    ignored: list[str]


Reader = Callable[[Any, Mapping[str, Any]], Answer]


def read_answers(
    raw: Mapping[str, object], model: Mapping[str, Any], *, keep_nulls: bool = False
) -> ReadAnswers:
    """Read every answer by its declared field, whose name or `also` it carries in any case and
    accents (B23-B25).

    `keep_nulls`: an explicit null is sales taking an answer back. Of two names of one field the
    first with an answer stands.
    """
    names = field_names(model)
    result = ReadAnswers({}, [], [], [])
    for given, value in raw.items():
        name = names.get(name_key(given))
        if name is None:
            result.ignored.append(given)
        elif value is None and keep_nulls:
            result.answers.setdefault(name, None)
        elif name not in result.answers:
            _read_into(result, name, value, model)
    return result


def field_names(model: Mapping[str, Any]) -> dict[str, str]:
    """Declared field by each folded name it may come under."""
    fields = model["fields"].items()
    names = {name_key(also): name for name, field in fields for also in field.get("also", ())}
    return names | {name_key(name): name for name, _ in fields}


def read_text(value: object) -> str:
    """Read a single-line text: NFC, at most 200 code points and 512 bytes (B31-B35). Raises
    AnswerError.
    """
    return _within(_single_line(value), letters=TEXT_LETTERS_MAX, size=TEXT_BYTES_MAX)


def read_yes_no(value: object) -> bool:
    """Read a tick or a word for yes or no, in English, Polish or German. Raises AnswerError."""
    if isinstance(value, list) and value:
        value = value[-1]  # a hidden "0" before the box is how HTML says "not ticked"
    if isinstance(value, bool):
        return value
    if not isinstance(value, str | int):
        raise AnswerError("invalid_type")
    word = fold(_single_line(str(value))[:TEXT_LETTERS_MAX])
    if word in _YES or word in _NO:
        return word in _YES
    raise UnreadError("invalid_yes_no")


def read_tick(value: object) -> bool:
    """Read a box: a browser sends whatever its `value=` says, so all that is not empty and no known
    no is a yes (B42). Raises AnswerError.
    """
    if isinstance(value, list):
        return any(read_tick(part) for part in value)  # a hidden "0" stands beside the box
    if value is None or isinstance(value, bool | int | float):
        return bool(value)
    text = _single_line(value)
    word = fold(text[:TEXT_LETTERS_MAX])
    return bool(word) and (word not in _NO or len(text) > TEXT_LETTERS_MAX)


def read_property(value: object) -> str | int | float | bool:
    """Read one property of an activity: a number, yes or no, or a text cut at 1,024 bytes (C18,
    C21).

    Raises AnswerError: invalid_number, invalid_text.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _ordinary(value, most=_PROPERTY_MAX)
    text = _checked(_string(value))
    if _BIDI_CONTROLS.search(text):
        raise AnswerError("invalid_text")
    return cut(text, PROPERTY_BYTES_MAX)


def read_again(value: object) -> str | int | float | bool:
    """Read what was read before and comes back as it was stored: any answer there can be.

    Raises AnswerError.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _ordinary(value)
    return _within(_checked(_string(value)), letters=MESSAGE_BYTES_MAX, size=MESSAGE_BYTES_MAX)


def cut(text: str, size: int) -> str:
    """Keep as many whole characters as fit in `size` bytes of UTF-8."""
    return text.encode(errors="surrogatepass")[:size].decode(errors="ignore")


def name_key(name: str) -> str:
    """Bring a field's name to the form that `Company size` and `company_size` share; no longer name
    than an answer is anybody's.
    """
    return fold(name[:TEXT_LETTERS_MAX].replace("_", " ").replace("-", " "))


def _read_into(result: ReadAnswers, name: str, value: object, model: Mapping[str, Any]) -> None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return
    try:
        answer = _READERS[model["fields"][name]["type"]](value, model)
    except UnreadError as error:
        result.unread.append(Mistake(name, error.code))
    except AnswerError as error:
        result.mistakes.append(Mistake(name, error.code))
    else:
        if answer != "":
            result.answers[name] = answer


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise AnswerError("invalid_type")
    return value


def _single_line(value: object) -> str:
    text = _string(value).strip(" ")
    if _LINE_BREAKS.search(text):
        raise AnswerError("control_character")
    # a tab first is somebody's spreadsheet formula, kept as it is and made harmless where it is
    # exported
    if "\t" in text.lstrip("\t"):
        raise AnswerError("invalid_text")
    return _checked(text)


def _checked(text: str) -> str:
    if _CONTROLS.search(text) or _SURROGATES_AND_NONCHARACTERS.search(text):
        raise AnswerError("invalid_text")
    return unicodedata.normalize("NFC", text)


def _within(text: str, *, letters: int, size: int) -> str:
    if len(text) > letters or len(text.encode()) > size:
        raise AnswerError("too_long")
    return text


def _text(value: object, _: Mapping[str, Any]) -> str:
    if not isinstance(value, list):
        return read_text(value)
    chosen = ""
    for choice in filter(None, map(read_text, value)):
        joined = f"{chosen}, {choice}" if chosen else choice
        if len(joined) > TEXT_LETTERS_MAX or len(joined.encode()) > TEXT_BYTES_MAX:
            break  # the first choices say enough
        chosen = joined
    return chosen


def _short(value: object) -> str:
    """A single line of which no long one could be read."""
    text = _single_line(value)
    if len(text) > TEXT_LETTERS_MAX:
        raise UnreadError("too_long")
    return text


def _message(value: object, _: Mapping[str, Any]) -> str:
    text = _checked(_string(value).replace("\r\n", "\n").replace("\r", "\n").strip())
    return _within(text, letters=MESSAGE_BYTES_MAX, size=MESSAGE_BYTES_MAX)


def _yes_no(value: object, _: Mapping[str, Any]) -> bool:
    return read_yes_no(value)


def _country(value: object, model: Mapping[str, Any]) -> str:
    code = model["countries"].get(fold(_short(value)))
    if code is None:
        raise UnreadError("invalid_country")
    return str(code)


def _url(value: object, _: Mapping[str, Any]) -> str:
    text = _short(value)
    address = text if "://" in text else f"https://{text}"
    found = re.fullmatch(_URL, address)
    if found and not fold(found[1]).endswith(_PRIVATE_NAMES):
        return address
    raise AnswerError("invalid_url") if re.search(_TARGET, text) else UnreadError("invalid_url")


def _phone(value: object, _: Mapping[str, Any]) -> str:
    for found in re.finditer(_PHONE, _short(value)):
        if 5 <= sum(letter.isdigit() for letter in found[0]) <= 20:
            return found[0]
    raise UnreadError("invalid_phone")


def _date(value: object, _: Mapping[str, Any]) -> str:
    text = _short(value)
    written = re.fullmatch(_ISO_DATE, text) or re.fullmatch(_DOTTED_DATE, text)
    try:
        if written is None:
            raise UnreadError("invalid_date")
        part = written.groupdict()
        return date(int(part["year"]), int(part["month"]), int(part["day"])).isoformat()
    except ValueError as error:
        raise UnreadError("invalid_date") from error


def _number(value: object, _: Mapping[str, Any]) -> int | float:
    if isinstance(value, bool):
        raise AnswerError("invalid_type")
    if isinstance(value, int | float):
        return _ordinary(value)
    try:
        return _ordinary(number_meant(fold(_short(value))))
    except NoNumberError as error:
        raise UnreadError("invalid_number") from error


def _ordinary(number: float, *, most: int = _ANSWER_MAX) -> int | float:
    if not abs(number) <= most:
        raise UnreadError("invalid_number")
    return int(number) if number == int(number) else number


_YES = frozenset({"true", "yes", "tak", "ja", "1", "on", "y", "t"})
_NO = frozenset({"false", "no", "nie", "nein", "0", "off", "n", "f"})
# compiled where they are first used: a cold start should not wait for all of them
_URL = (
    r"(?i)https?://((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
    r"|(?:[a-z0-9-]{1,63}\.)+xn--[a-z0-9-]{1,59})(?::\d{1,5})?(?:[/?#]\S*)?"
)
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
_TARGET = r"(?i)^[a-z][a-z0-9+.-]*:|//|\S\.\S"  # leads somewhere; a word like "none" does not
_PHONE = r"(?ai)[+\d(](?:[\d\s()./+-]*\d)?(?:\s*(?:ext|wew|x)\.?\s*\d{1,6})?"
_ISO_DATE = r"(?a)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ].*)?"
_DOTTED_DATE = r"(?a)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"
_READERS: dict[str, Reader] = {
    "text": _text,
    "message": _message,
    "number": _number,
    "country": _country,
    "url": _url,
    "phone": _phone,
    "yes_no": _yes_no,
    "date": _date,
}

"""Reads JSON as a stranger sends it, without any of the surprises of `json.loads`.

Depth is counted before parsing (a bomb of brackets never reaches the parser), a key given twice is
refused, and what is no finite number of ordinary size becomes NaN, so that whoever reads that value
refuses it at its place.
"""

import json
import math
import re

NOT_A_NUMBER = math.nan
_NUMBER_LETTERS_MAX = 40  # longer than any number a form or an activity means
_NUMBER_MAX = 2**63  # ids of other systems have 64 bits; nothing that is counted or paid is larger
_SKIPPED_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class UnreadableJsonError(ValueError):
    """JSON that cannot be read; `code` says why: too_deep, duplicate_key or invalid_json."""

    def __init__(self, code: str) -> None:
        """Keep the code, and none of the text."""
        super().__init__(code)
        self.code = code


def parse_strictly(text: str, *, depth_max: int) -> object:
    """Parse JSON nested at most `depth_max` levels (B11, B13-B15, C18, C23).

    NaN, infinities, -0 and numbers past 64 bits become NaN. Raises UnreadableJsonError.
    """
    if _is_deeper(text, depth_max):
        raise UnreadableJsonError("too_deep")
    try:
        return _DECODER.decode(text)
    except UnreadableJsonError:
        raise
    except ValueError as error:
        raise UnreadableJsonError("invalid_json") from error


def holds_bad_number(value: object) -> bool:
    """Whether a value read by `parse_strictly` has a number in it that is none."""
    if isinstance(value, dict):
        return any(holds_bad_number(part) for part in value.values())
    if isinstance(value, list):
        return any(holds_bad_number(part) for part in value)
    return isinstance(value, float) and math.isnan(value)


def _is_deeper(text: str, depth_max: int) -> bool:
    if text.count("[") + text.count("{") <= depth_max:
        return False
    depth = 0
    for found in _SKIPPED_OR_BRACKET.finditer(text):
        mark = found[0][0]
        depth += mark in "[{"
        depth -= mark in "]}"
        if depth > depth_max:
            return True
    return False


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    built = dict(pairs)
    if len(built) != len(pairs):
        raise UnreadableJsonError("duplicate_key")
    return built


def _whole(text: str) -> int | float:
    if text == "-0" or len(text) > _NUMBER_LETTERS_MAX:
        return NOT_A_NUMBER
    number = int(text)
    return number if abs(number) <= _NUMBER_MAX else NOT_A_NUMBER


def _fraction(text: str) -> float:
    number = float(text) if len(text) <= _NUMBER_LETTERS_MAX else NOT_A_NUMBER
    if not abs(number) <= _NUMBER_MAX or (number == 0 and text.startswith("-")):
        return NOT_A_NUMBER
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_int=_whole,
    parse_float=_fraction,
    parse_constant=lambda _: NOT_A_NUMBER,
)

"""Reads numbers as people write them in forms: in any country's way, as a range, with a unit.

A range is its middle, "more than" is its bound, "less than" the half of it: a rule asks for a size,
and any number inside the range answers that better than none.
"""

import re

# compiled where they are first used: a cold start should not wait for them
_DIGITS = r"\d(?:[\d .,']*\d)?"
_UNIT = r"(?: ?(k|tys\.?|mln|m)\b\.?)?"
_WORDS = r"(?: ?[^\W\d_]+\.?){0,3}"
_RANGE = rf"({_DIGITS}){_UNIT} ?(?:-|\u2013|\u2014|do|to|bis|\.\.) ?({_DIGITS}){_UNIT}{_WORDS}"
_ONE = (
    r"(?P<minus>-)?(?P<below>< ?|do |up to |less than |below |ponizej |mniej niz |unter |bis )?"
    r"(?:> ?|>= ?|over |above |more than |powyzej |ponad |od |uber |ab |~ ?|ok\. ?|ca\. ?|about )?"
    rf"(?P<amount>{_DIGITS})(?: ?(?P<unit>k|tys\.?|mln|m)\b\.?)?(?: ?\+)?{_WORDS}"
)
# thousands stand in threes behind one and the same mark, and never begin with a zero
_GROUPED = (
    r"(?a)(?P<whole>[1-9]\d{0,2}(?:(?P<mark>[ '.,])\d{3})(?:(?P=mark)\d{3})*)"
    r"(?:[.,](?P<part>\d+))?"
)
_DECIMAL = r"(?a)\d{1,40}(?:\.\d{1,20})?"
_UNITS = {"k": 1_000, "tys": 1_000, "tys.": 1_000, "m": 1_000_000, "mln": 1_000_000}


class NoNumberError(ValueError):
    """The text means no number, or more than one."""


def number_meant(text: str) -> float:
    """Read a folded single-line text as the number it means. Raises NoNumberError."""
    both = re.fullmatch(_RANGE, text)
    if both:
        low, high = _amount(both[1], both[2]), _amount(both[3], both[4])
        if low > high:
            raise NoNumberError
        return (low + high) / 2
    one = re.fullmatch(_ONE, text)
    if one is None:
        raise NoNumberError
    amount = _amount(one["amount"], one["unit"])
    if one["below"]:
        return amount / 2
    return -amount if one["minus"] else amount


def _amount(digits: str, unit: str | None) -> float:
    plain = _plain(digits)
    if not re.fullmatch(_DECIMAL, plain):
        raise NoNumberError
    return float(plain) * _UNITS.get(unit or "", 1)


def _plain(digits: str) -> str:
    grouped = re.fullmatch(_GROUPED, digits)
    if grouped is None:
        return digits.replace(",", ".")
    whole = re.sub(r"[ '.,]", "", grouped["whole"])
    return f"{whole}.{grouped['part'] or 0}"

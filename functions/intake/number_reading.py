"""Reads numbers as people write them in forms: in any country's way, as a range, with a unit.

A range is its middle, "more than" is its bound, "less than" the half of it: a rule asks for a size,
and any number inside the range answers that better than none.
"""

import re

# compiled where they are first used: a cold start should not wait for them
_DIGITS = r"\d(?:[\d .,']*\d)?"
_UNIT = r"(?: ?(k|tys\.?|mln|m)\b\.?)?"
# a word is taken whole or not at all: else two hundred letters are split in all ways there are
_WORDS = r"(?: ?\(?[^\W\d_]++\.?\)?){0,3}"
_ABOUT = (
    r"(?:(?:~|\+/-|ca\.?|circa|zirka|ok\.?|okolo|about|around|approx\.?|approximately"
    r"|etwa|rund|ungefahr|mniej wiecej) ?)"
)
_RANGE = (
    rf"(?:(?:od|from|von) )?{_ABOUT}?({_DIGITS}){_UNIT}"
    rf" ?(?:-|\u2013|\u2014|do|to|bis|\.\.) ?({_DIGITS}){_UNIT}{_WORDS}"
)
_BETWEEN = (
    rf"(?:between|(?:po)?miedzy|zwischen) ({_DIGITS}){_UNIT}"
    rf" (?:and|a|i|und) ({_DIGITS}){_UNIT}{_WORDS}"
)
_ONE = (
    r"(?P<minus>-)?"
    r"(?P<below>< ?|(?:do|up to|less than|fewer than|below|ponizej|mniej niz|unter|bis|at most"
    r"|no more than|nie wiecej niz|hochstens|weniger als|maks?\.?|max\.?|maximum) )?"
    r"(?:> ?|>= ?|\+ ?|(?:over|above|more than|powyzej|ponad|wiecej niz|od|uber|ab|at least"
    r"|co najmniej|nie mniej niz|mindestens|mehr als|min\.?|minimum) )?"
    rf"{_ABOUT}?(?P<amount>{_DIGITS})(?: ?(?P<unit>k|tys\.?|mln|m)\b\.?)?(?: ?\+)?{_WORDS}"
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
    both = re.fullmatch(_RANGE, text) or re.fullmatch(_BETWEEN, text)
    if both:
        return _middle(*both.groups())
    one = re.fullmatch(_ONE, text)
    if one is None:
        raise NoNumberError
    amount = _amount(one["amount"], one["unit"])
    if one["below"]:
        return amount / 2
    return -amount if one["minus"] else amount


def _middle(low: str, low_unit: str | None, high: str, high_unit: str | None) -> float:
    most = _amount(high, high_unit)
    least = _amount(low, low_unit or high_unit)  # "5-10k" are thousands both
    if least > most:
        least = _amount(low, low_unit)
    if least > most:
        raise NoNumberError
    return (least + most) / 2


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

"""Numbers as people type them, which YAML takes for texts: in quotes, with commas, long dashes."""

from __future__ import annotations

import re

MINUSES = "\u2010\u2011\u2012\u2013\u2014\u2212"  # hyphens, dashes and the minus of mathematics
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,3})?")
_SEPARATOR = re.compile(r"(?<=\d)[,\s'](?=\d{3}(?!\d))")


def number_advice(written: object, key: str = "") -> str | None:
    """Say what to write instead of a text that was meant as a number; None where it is none."""
    if not isinstance(written, str):
        return None
    signed = written.strip()
    if signed[:1] in tuple(MINUSES):
        signed = f"-{signed[1:].strip()}"
    number = _SEPARATOR.sub("", signed)
    if not _NUMBER.fullmatch(number):
        return None
    shown = f"`{key}: {number}`" if key else number
    if signed != written.strip():
        return f"Use the keyboard's -: {shown}"
    return f"Write {shown}" if number != signed else f"Write it without quotes: {shown}"

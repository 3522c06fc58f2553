"""Knows a person by the e-mail address, however it is written.

The canonical address is the local part in lower case, `@`, and the domain as its ASCII labels. Dots
and `+tag` stay: only some providers ignore them. Whether the local part is ASCII is asked before
lowering, since lowering turns the Kelvin sign into a k.
"""

import re
import unicodedata
from dataclasses import dataclass

_LENGTH_MAX = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
_LOCAL_MAX = 64  # RFC 5321, 4.5.3.1.1
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+[a-z]{{2,63}})")
# names that no mailbox outside can have (RFC 6761, 6762, 7686); labels like xn-- are for the
# library to judge
_FOR_THE_LIBRARY = re.compile(r"(?:^|\.)(?:arpa|invalid|local|localhost|onion|test)$|(?:^|\.)..--")
_INVISIBLE = frozenset(
    {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
)  # controls, joiners, bidi marks, soft hyphens

INVALID = "invalid_email"
LOCAL_NOT_ASCII = "email_local_not_ascii"


class AddressError(ValueError):
    """This is no address a lead can have; `code` is invalid_email or email_local_not_ascii."""

    def __init__(self, code: str) -> None:
        """Keep the code, and none of the text."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address: `canonical` is who it is, `display` how the person wrote it."""

    canonical: str
    display: str


def read_address(text: str) -> Address:
    """Read an address as people type it (B26-B30, C19). Raises AddressError."""
    display = text.strip(" \t")
    if len(display) > _LENGTH_MAX or _has_invisible(display):
        raise AddressError(INVALID)
    local, at_sign, _ = display.rpartition("@")
    if not at_sign:
        raise AddressError(INVALID)
    if not local.isascii():
        raise AddressError(LOCAL_NOT_ASCII)
    return Address(_canonical(display, len(local)), display)


def looks_like_address(text: str) -> bool:
    """Whether a text, of a field that nobody declared, can only be an address."""
    if "@" not in text:
        return False
    try:
        read_address(text)
    except AddressError:
        return False
    return True


def _has_invisible(text: str) -> bool:
    if text.isascii():
        return not text.isprintable()
    return any(unicodedata.category(letter) in _INVISIBLE for letter in text)


def _canonical(display: str, local_length: int) -> str:
    lowered = display.lower()
    plain = _PLAIN.fullmatch(lowered) if display.isascii() else None
    if plain and local_length <= _LOCAL_MAX and not _FOR_THE_LIBRARY.search(plain[2]):
        return lowered
    return _by_library(display)


def _by_library(display: str) -> str:
    # 40 ms to import, and only addresses that are not plain ASCII need it
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        valid = validate_email(
            display, allow_smtputf8=False, strict=True, check_deliverability=False
        )
    except EmailNotValidError as error:
        raise AddressError(INVALID) from error
    return f"{valid.local_part.lower()}@{valid.ascii_domain}"

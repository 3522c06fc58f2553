"""Whose a row is: a mail address as it is, anything else as a lead id made from it."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from functions.intake.email_address import AddressError, read_address

_BRACKETED = re.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>\s*$")  # as mail programs write it


@dataclass(slots=True)
class LeadCells:
    """Reads the cells that name leads, and counts what they are."""

    addresses: int = 0
    others: int = 0
    other: str = ""

    def read(self, cell: str) -> str | None:
        """Give the lead of a cell: empty where it is, None where it should be an address and is
        none.
        """
        text = cell.strip()
        if not text:
            return ""
        if "@" not in text:
            self.others += 1
            self.other = self.other or text
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
            return urlsafe_b64encode(digest[:16]).decode("ascii").rstrip("=")
        self.addresses += 1
        bracketed = _BRACKETED.search(text)
        try:
            return read_address(bracketed[1] if bracketed else text).canonical
        except AddressError:
            return None

    def notes(self, column: str) -> Iterator[str]:
        """Say where some leads are addresses and some are not."""
        if self.addresses and self.others:
            yield (
                f"{column}: {self.others:,} cells are no address and were taken as ids of leads, "
                f"such as `{self.other[:60]}`; what means nobody belongs under `empty`"
            )

"""Where a list goes on: a place in an index that only we can write.

It is signed for one person, one query and a quarter of an hour, so that nobody begins where they
like, and a forged or foreign one is told apart from an old one by nothing.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.leads.lead_lists import Listed
from functions.scoring.facts import canonical_json
from functions.scoring.instants import MINUTE_MS

LIFETIME_MS = 15 * MINUTE_MS
_PURPOSE = b"cursor of a list"  # the key of the lead ids signs nothing else with this


class CursorError(ValueError):
    """No cursor of ours, for this caller and query, or one that is too old."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors of one caller's query."""

    key: bytes
    subject: str
    query: Mapping[str, Any]

    def write(self, band: str, after: Listed, *, now: int) -> str:
        """Write the place behind a lead of a band's list."""
        place = canonical_json([band, after.lead, after.order, now + LIFETIME_MS]).encode()
        return f"{_text(place)}.{_text(self._seal(place))}"

    def read(self, cursor: str, *, now: int) -> tuple[str, Listed]:
        """Read a cursor. Raises CursorError."""
        body, _, seal = cursor.partition(".")
        try:
            place, given = _bytes(body), _bytes(seal)
        except ValueError as error:
            raise CursorError from error
        if not hmac.compare_digest(self._seal(place), given):
            raise CursorError
        band, lead, order, until = json.loads(place)
        if now >= until:
            raise CursorError
        return band, Listed(lead, order)

    def _seal(self, place: bytes) -> bytes:
        own = hmac.digest(self.key, _PURPOSE, hashlib.sha256)
        said = canonical_json([self.subject, dict(self.query)]).encode()
        return hmac.digest(own, hashlib.sha256(said).digest() + place, hashlib.sha256)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ValueError("not base64")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

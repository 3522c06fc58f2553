"""Who a lead is in the tables: a keyed hash of its canonical address.

Without the key nobody can tell from an id, or from a copy of the tables, whose it is, nor ask
whether an address is among them. The key is made once and never changed: every id would change.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

_BYTES = 16  # 128 bits: no two people share an id


def keyed_id(key: bytes, address: str) -> str:
    """Give the id of the person with this canonical address, 22 url-safe letters."""
    digest = hmac.digest(key, address.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:_BYTES]).decode("ascii").rstrip("=")

"""Lets a request of the sales API in: its body is read as strictly as a form's, before any
framework sees it.

Bad JSON, bad base64, a key given twice or a number that is none would else be a fault of ours.
"""

import json
from collections.abc import Mapping
from typing import Any

from functions.intake.form_request import (
    headers_of,
    read_json_body,
)

_WITHOUT_BODY = frozenset({"GET", "DELETE", "HEAD"})


def let_in(event: Mapping[str, Any]) -> dict[str, Any]:
    """Give the event with a body that is plain JSON text. Raises RequestError (B10-B22)."""
    method = event.get("requestContext", {}).get("http", {}).get("method")
    if method in _WITHOUT_BODY:
        return {**event, "body": None, "isBase64Encoded": False}
    body = json.dumps(read_json_body(event))
    headers = {**headers_of(event), "content-type": "application/json"}
    return {**event, "headers": headers, "body": body, "isBase64Encoded": False}

"""What a website hears back after a form: JSON for a script, a page or the way to one for a
browser.

Success sounds the same whoever sent it, so that nobody learns who is known already. Errors carry
codes and field names, never what was typed.
"""

import json
from collections.abc import Mapping
from typing import Any

from functions.intake.form_request import ACCEPT_POST, RequestError

ALWAYS = {  # on every answer of ours (reliability E)
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}
_RETRY_AFTER_SECONDS = 30  # what is away is mostly back by then, and a second try is safe

Answer = dict[str, Any]


def succeeded(
    *, page: str | None, is_page: bool, status: str = "accepted", ignored: tuple[str, ...] = ()
) -> Answer:
    """201 accepted or 202 queued as JSON; for a browser 303 to the thank-you page (B1, B6, B44)."""
    if is_page and page:
        return _answer(303, {"location": page})
    if is_page:
        return _page(200, "Thank you", "We have received what you sent.")
    body: dict[str, Any] = {"status": status}
    if ignored:
        body["ignored"] = list(ignored)
    return _json(201 if status == "accepted" else 202, body, "application/json")


def failed(
    error: RequestError, *, request_id: str, is_page: bool, form: Mapping[str, Any] | None
) -> Answer:
    """RFC 9457 as JSON; for a browser 303 to the form's error page with the code, else a page."""
    error_page = (form or {}).get("errors")
    if is_page and error_page and error.status in {400, 422}:
        joint = "&" if "?" in error_page else "?"
        return _answer(303, {"location": f"{error_page}{joint}error={error.code}"})
    if is_page:
        return _page(error.status, *_WORDS.get(error.status, _WORDS[422]), headers=_headers(error))
    body: dict[str, Any] = {
        "type": f"/errors/{error.code}",
        "status": error.status,
        "code": error.code,
        "request_id": request_id,
    }
    if error.mistakes:
        body["errors"] = [mistake._asdict() for mistake in error.mistakes]
    return _json(error.status, body, "application/problem+json", headers=_headers(error))


def _headers(error: RequestError) -> dict[str, str]:
    if error.status == 503:
        return {"retry-after": str(_RETRY_AFTER_SECONDS)}
    return {"accept-post": ACCEPT_POST} if error.status == 415 else {}


_WORDS = {
    404: ("No such form", "This form does not exist or is closed."),
    403: ("Not allowed from here", "This form may not be sent from the page you came from."),
    413: ("Too long", "Please go back and shorten what you wrote; it is still there."),
    422: (
        "Please check what you entered",
        "Please go back and check the form; what you wrote is still there.",
    ),
    503: (
        "Please try again",
        "Please go back and send the form again in a minute; what you wrote is still there.",
    ),
}


def _page(
    status: int, title: str, sentence: str, headers: Mapping[str, str] | None = None
) -> Answer:
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{sentence}</p></html>"
    )
    return _answer(status, {"content-type": "text/html; charset=utf-8", **(headers or {})}, body)


def _json(
    status: int, body: Mapping[str, Any], media_type: str, headers: Mapping[str, str] | None = None
) -> Answer:
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return _answer(
        status, {"content-type": f"{media_type}; charset=utf-8", **(headers or {})}, text
    )


def _answer(status: int, headers: Mapping[str, str], body: str = "") -> Answer:
    return {
        "statusCode": status,
        "headers": {**ALWAYS, **headers},
        "body": body,
        "isBase64Encoded": False,
    }

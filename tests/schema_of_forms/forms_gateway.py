"""The HTTP API in front of the form's Lambda, as far as a tester can see it.

It builds the envelope of payload 2.0 and answers what the gateway answers itself: any route that is
none is 404 in the gateway's own shape, a method of another route too.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from tests.handlers.lambda_stage import sample

Handler = Callable[[dict[str, Any]], dict[str, Any]]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
_ROUTE = re.compile(r"/forms/([^/]+)")
_TEXTS = ("text/", "application/json", "application/xml", "application/javascript")


class FormsGateway:
    """A WSGI application: a route to a handler, and the document that describes it."""

    def __init__(self, handler: Handler, document: Mapping[str, Any]) -> None:
        """Stand in front of a handler."""
        self._handler = handler
        self._document = json.dumps(document).encode()
        self.answered: list[int] = []

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/openapi.json":
            return _answered(start, 200, {"content-type": "application/json"}, self._document)
        found = _ROUTE.fullmatch(path)
        if found is None or method != "POST":
            body = b'{"message":"Not Found"}'
            return _answered(start, 404, {"content-type": "application/json"}, body)
        answer = self._handler(envelope(environ, found[1]))
        self.answered.append(answer["statusCode"])
        body = answer["body"].encode()
        return _answered(start, answer["statusCode"], answer["headers"], body)


def envelope(environ: Mapping[str, Any], form: str) -> dict[str, Any]:
    """A request as the Lambda gets it."""
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {
        name.removeprefix("HTTP_").lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
    }
    event = sample("form_posted_by_a_script")
    del event["body"]
    http = event["requestContext"]["http"] | {"path": environ["PATH_INFO"]}
    is_text = headers.get("content-type", "").startswith(_TEXTS)
    text = _text(raw) if is_text else None
    body = {"body": text if text is not None else base64.b64encode(raw).decode()} if raw else {}
    return (
        event
        | body
        | {
            "rawPath": environ["PATH_INFO"],
            "rawQueryString": environ.get("QUERY_STRING", ""),
            "headers": headers,
            "pathParameters": {"form": form},
            "requestContext": event["requestContext"] | {"http": http},
            "isBase64Encoded": bool(raw) and text is None,
        }
    )


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _answered(
    start: StartResponse, status: int, headers: Mapping[str, str], body: bytes
) -> Iterable[bytes]:
    start(f"{status} {HTTPStatus(status).phrase}", [*headers.items()])
    return [body]

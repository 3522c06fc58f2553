"""The HTTP API in front of serve_sales, as far as a tester can see it.

It knows the routes of the document, answers what the gateway answers itself, and passes the claims
of a rep on as if it had verified them: without `Authorization` nobody gets in.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.sales.sales_stage import SalesStage, envelope
from tests.schema_of_forms.forms_gateway import StartResponse

_ANSWERED = {"message": "Unauthorized"}, {"message": "Not Found"}


class SalesGateway:
    """A WSGI application over one stage; `document` describes its routes."""

    def __init__(self, stage: SalesStage, document: Mapping[str, Any]) -> None:
        """Stand in front of a stage."""
        self._stage = stage
        self._document = json.dumps(document).encode()
        self._routes = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), frozenset(map(str.upper, operations)))
            for path, operations in document["paths"].items()
        ]
        self.answered: list[int] = []

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/openapi.json":
            return _answer(start, 200, {"content-type": "application/json"}, self._document)
        if not any(route.fullmatch(path) and method in methods for route, methods in self._routes):
            return _own(start, 404, _ANSWERED[1])
        if not environ.get("HTTP_AUTHORIZATION"):
            return _own(start, 401, _ANSWERED[0])
        answer = self._stage.answer(_event(environ))
        self.answered.append(answer["statusCode"])
        return _answer(start, answer["statusCode"], answer["headers"], answer["body"].encode())


def _event(environ: Mapping[str, Any]) -> dict[str, Any]:
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {
        name.removeprefix("HTTP_").lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
    }
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    event = envelope(environ["REQUEST_METHOD"], path)
    event["headers"] = headers
    query = environ.get("QUERY_STRING", "")
    asked: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        asked[name] = f"{asked[name]},{value}" if name in asked else value
    event |= {"rawQueryString": query, "queryStringParameters": asked}
    if raw:
        event |= {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    return event


def _own(start: StartResponse, status: int, said: Mapping[str, str]) -> Iterable[bytes]:
    return _answer(start, status, {"content-type": "application/json"}, json.dumps(said).encode())


def _answer(
    start: StartResponse, status: int, headers: Mapping[str, str], body: bytes
) -> Iterable[bytes]:
    start(f"{status} {HTTPStatus(status).phrase}", [*headers.items()])
    return [body]

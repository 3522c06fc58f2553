"""What libraries read and import at a start, thinned to what a running function needs.

botocore tells of 400 services in one file of a megabyte, explains every field of those it calls,
and imports what writes its manual; urllib3 imports what finds out the version of a library for
HTTP/2, which is not there. Together that was almost half of a cold start. Sentences, foreign
services and these imports are left out, nothing a request or an answer is made of (decision 15).
"""

import gzip
import json
from pathlib import Path
from typing import Any

SERVICES = ("dynamodb", "lambda", "sns", "sqs")  # botocore brings 400; these are called
_DATA = ("botocore", "data")
_MANUAL = ("botocore", "docs")
_MANUAL_KEPT = ("__init__.py", "docstring.py", "utils.py")  # imported by botocore's clients
_ENDPOINTS = "endpoints.json"
_DESCRIPTION = "service-2.json.gz"
_NO_MANUAL = b'''"""Stands for the manual of the clients, which no function reads."""


class LazyLoadedDocstring(str):
    """Takes what a sentence would be made of, and says nothing."""

    def __new__(cls, *_, **__):
        return super().__new__(cls)


class ClientMethodDocstring(LazyLoadedDocstring):
    pass


class WaiterDocstring(LazyLoadedDocstring):
    pass


class PaginatorDocstring(LazyLoadedDocstring):
    pass
'''
_REPLACED = {"botocore/docs/__init__.py": b"", "botocore/docs/docstring.py": _NO_MANUAL}
_LATER = "urllib3/http2/__init__.py"  # its first import is needed by its first function alone
_IMPORT, _FUNCTION = (
    b"from importlib.metadata import version\n",
    b"def inject_into_urllib3() -> None:\n",
)


class UnknownLibrary(RuntimeError):
    """A library is not as it was when this was written: what is left out has to be looked at."""


def is_needed(name: str) -> bool:
    """Whether a running function may read this file, by its path in the asset."""
    parts = tuple(name.split("/"))
    if parts[:2] == _MANUAL:
        return len(parts) == 3 and parts[2] in _MANUAL_KEPT
    return parts[:2] != _DATA or len(parts) == 3 or parts[2] in SERVICES


def thinned(name: str, file: Path) -> tuple[str, bytes]:
    """The path in the asset and the content of one of its files."""
    content = file.read_bytes()
    if name in _REPLACED:
        return name, _REPLACED[name]
    if name == _LATER:
        return name, _later(content)
    if name == "/".join((*_DATA, _ENDPOINTS)):
        return name, _written(_of_our_services(json.loads(content)))
    if name.endswith(f"/{_DESCRIPTION}"):
        described = json.loads(gzip.decompress(content))
        return name.removesuffix(".gz"), _written(_without_sentences(described))
    return name, content


def _later(source: bytes) -> bytes:
    if source.count(_IMPORT) != 1 or source.count(_FUNCTION) != 1:
        raise UnknownLibrary(f"{_LATER} has changed: mend infra/thinned_libraries.py")
    return source.replace(_IMPORT, b"").replace(_FUNCTION, _FUNCTION + b"    " + _IMPORT)


def _of_our_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    partitions = [
        partition | {"services": _only(partition["services"], SERVICES)}
        for partition in endpoints["partitions"]
    ]
    return endpoints | {"partitions": partitions}


def _only(entries: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: entry for name, entry in entries.items() if name in names}


def _without_sentences(described: Any) -> Any:
    """Without each `documentation` that is text: a member of a shape may have that name too."""
    if isinstance(described, list):
        return [_without_sentences(each) for each in described]
    if not isinstance(described, dict):
        return described
    return {
        name: _without_sentences(each)
        for name, each in described.items()
        if name != "documentation" or not isinstance(each, str)
    }


def _written(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

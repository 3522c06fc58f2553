"""What botocore reads about services, thinned to what a running function needs.

botocore tells of 400 services in one file of a megabyte, and explains every field of those it
calls; reading both cost a third of a cold start. Sentences and foreign services are left out,
nothing a request or an answer is made of.
"""

import gzip
import json
from pathlib import Path
from typing import Any

SERVICES = ("dynamodb", "sns", "sqs")  # botocore brings 400; these are called
_DATA = ("botocore", "data")
_ENDPOINTS = "endpoints.json"
_DESCRIPTION = "service-2.json.gz"


def is_needed(name: str) -> bool:
    """Whether a file of botocore's data, by its path in the asset, is about a service we call."""
    parts = tuple(name.split("/"))
    return parts[:2] != _DATA or len(parts) == 3 or parts[2] in SERVICES


def thinned(name: str, file: Path) -> tuple[str, bytes]:
    """The path in the asset and the content of one of its files."""
    content = file.read_bytes()
    if name == "/".join((*_DATA, _ENDPOINTS)):
        return name, _written(_of_our_services(json.loads(content)))
    if name.endswith(f"/{_DESCRIPTION}"):
        described = json.loads(gzip.decompress(content))
        return name.removesuffix(".gz"), _written(_without_sentences(described))
    return name, content


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

"""Turns the events of other systems into lines of a fact file, by mapping files alone.

A mapping file says in JMESPath where a record keeps its address, instant and properties, and names
the sources whose events it reads, so another system is another file. The Lambdas read a file, and
import JMESPath, when the first such event arrives and not before.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from functions.intake.machine_made import is_made_by_machine

_FOLDER = Path(__file__).parent / "mappings"
_MAIL = "amazon_ses.json"
_BRACKETED = re.compile(r"<([^<>]*)>\s*$")
_ID_LETTERS = 32  # 128 bits of SHA-256 in hexadecimal
_RECIPIENTS_MAX = 50  # Amazon SES takes no more destinations in one message

Line = dict[str, Any]


@lru_cache(maxsize=1)
def mapped_kinds() -> frozenset[str]:
    """Kinds of activity that the mapping files know: what a model's rules may name without
    declaring it.
    """
    kinds: set[str] = set()
    for file in sorted(_FOLDER.glob("*.json")):
        mapping = json.loads(file.read_text(encoding="utf-8"))
        kinds.update(mapping.get("kinds", ()))
        kinds.update(event["kind"] for event in mapping.get("events", ()) if event["kind"])
    return frozenset(kinds)


@lru_cache(maxsize=1)
def mapped_sources() -> Mapping[str, str]:
    """Sources on the bus whose events a mapping file reads, with the file's name."""
    sources: dict[str, str] = {}
    for file in sorted(_FOLDER.glob("*.json")):
        named = json.loads(file.read_text(encoding="utf-8")).get("sources", ())
        sources.update(dict.fromkeys(named, file.name))
    return sources


def map_mail_event(
    detail_type: str, detail: Mapping[str, Any], *, time: object
) -> list[Line] | None:
    """Lines of a fact file for one event of a mail source; see `map_event`.

    Passed over: events without a mail (advice, sending status), an open or click of a message to
    several addresses, a complaint that says "not spam".
    """
    return map_event(_MAIL, detail_type, detail, time=time)


def map_event(
    file: str, detail_type: str, detail: Mapping[str, Any], *, time: object
) -> list[Line] | None:
    """Lines of a fact file for one event by a mapping file, one per address.

    Empty: an event to be passed over. None: a type the mapping does not know. `time` is the
    envelope's, used where the record has no instant of its own.
    """
    mapping = _mapping(file)
    if "pass_over_unless" in mapping and not _find(mapping["pass_over_unless"], detail):
        return []
    kind_told = _find(mapping["type"], detail)
    for event in mapping["events"]:
        if detail_type != event.get("detail_type") and kind_told != event["type"]:
            continue
        if "when" in event and not _find(event["when"], detail):
            continue
        return list(_lines(mapping, event, detail, time)) if event["kind"] else []
    return None


def network_of(address: object) -> str | None:
    """Network of an internet address, /24 or /48: enough to tell a scanner's, too little to tell a
    person's.
    """
    if not isinstance(address, str):
        return None
    try:
        return str(ip_network(f"{address}/{48 if ':' in address else 24}", strict=False))
    except ValueError:
        return None


def _lines(mapping: Line, event: Line, detail: Mapping[str, Any], time: object) -> Iterator[Line]:
    leads = _find(str(event["leads"]), detail)
    addresses = leads[:_RECIPIENTS_MAX] if isinstance(leads, list) and leads else [None]
    if event.get("one_lead") and len(addresses) > 1:
        return
    at = next((found for path in event["at"] if (found := _find(path, detail))), time)
    shared = {
        "id": _derived_id(event["type"], at, _find(event.get("id") or mapping["id"], detail)),
        "at": at,
        "kind": event["kind"],
        **_properties(event, detail),
        **_visit(mapping, detail, at),
    }
    for address in addresses:
        yield {**shared, "lead": _plain_address(address)}


def _properties(event: Line, detail: Mapping[str, Any]) -> Line:
    found = {name: _find(path, detail) for name, path in event["properties"].items()}
    lowered = event.get("lowered", ())
    return {
        name: value.lower() if name in lowered and isinstance(value, str) else value
        for name, value in found.items()
        if value
    }


def _visit(mapping: Line, detail: Mapping[str, Any], at: object) -> Line:
    user_agent, address, sent = (
        _find(mapping[name], detail) if name in mapping else None
        for name in ("user_agent", "address", "sent")
    )
    if user_agent is None and address is None:
        return {}
    visit = {"user_agent": user_agent, "network": network_of(address)}
    machine = is_made_by_machine(**visit, sent=sent, at=at)
    return {name: value for name, value in visit.items() if value is not None} | (
        {"machine": True} if machine else {}
    )


def _derived_id(*parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LETTERS]


def _plain_address(text: object) -> object:
    found = _BRACKETED.search(text) if isinstance(text, str) else None
    return found[1] if found else text


def _find(path: str, detail: Mapping[str, Any]) -> Any:
    return _compiled(path).search(detail)


@lru_cache(maxsize=256)
def _compiled(path: str) -> Any:
    import jmespath  # noqa: PLC0415 - 20 ms that only the first mail event should cost

    return jmespath.compile(path)


@lru_cache(maxsize=8)
def _mapping(file: str) -> Line:
    loaded: Line = json.loads((_FOLDER / file).read_text(encoding="utf-8"))
    return loaded

"""Every model that was ever deployed, as it was written and as it was compiled, kept for good.

With it "what was this lead's score under that model then" has an answer, and rolling back is
deploying an old one. A model is kept once, by its version; each deployment of it is an entry.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.leads.lead_table import Conflict, Item
from functions.leads.model_table import ModelStore

MODEL, DEPLOYMENT = "model", "deployment"
_DIGITS = 9  # of a deployment's number: parts sort as text


@dataclass(frozen=True, slots=True)
class KeptModel:
    """One model: its version, the YAML people wrote (empty where it was not at hand), what it was
    compiled to, and when it was first deployed (UTC ms).
    """

    version: str
    source: str
    compiled: Mapping[str, Any]
    deployed_at: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """One time a model went live; `at` in UTC ms."""

    number: int
    version: str
    at: int


def keep(store: ModelStore, model: KeptModel, *, number: int) -> None:
    """Keep a model and note its deployment, the `number`th; may be repeated. Raises TryLater."""
    _once(
        store,
        {
            "name": MODEL,
            "part": model.version,
            "revision": 1,
            "source": _packed(model.source),
            "compiled": _packed(json.dumps(dict(model.compiled), ensure_ascii=False)),
            "deployed_at": model.deployed_at,
        },
    )
    entry = {"version": model.version, "at": model.deployed_at, "revision": 1}
    _once(store, {"name": DEPLOYMENT, "part": f"{number:0{_DIGITS}d}", **entry})


def kept_model(store: ModelStore, version: str) -> KeptModel | None:
    """Give a model by its version, None where none of that version was deployed. Raises
    TryLater.
    """
    item = store.look_up(MODEL, version)
    if item is None:
        return None
    return KeptModel(
        version,
        _unpacked(item["source"]),
        json.loads(_unpacked(item["compiled"])),
        item["deployed_at"],
    )


def deployments(store: ModelStore) -> list[Deployment]:
    """Give what went live when, the oldest first. Raises TryLater."""
    return [
        Deployment(int(item["part"]), item["version"], item["at"])
        for item in store.parts(DEPLOYMENT)
    ]


def _once(store: ModelStore, item: Item) -> None:
    try:
        store.put(item, expected=0)
    except Conflict:
        return  # kept already


def _packed(text: str) -> str:
    """Squeeze text: a model may have 60 KB, and with its compiled form come near to what an item of
    DynamoDB holds.
    """
    return b64encode(zlib.compress(text.encode())).decode("ascii")


def _unpacked(text: str) -> str:
    return zlib.decompress(b64decode(text)).decode()

"""C34: who may put facts on the bus that alert nobody."""

import json

from functions.intake.activity_event import Doors, MessageReader
from functions.intake.sender import Sender
from tests.builders import compiled_model

COMMAND = "lead-scoring.cli"


def is_silent(source: str, *senders: Sender) -> bool:
    fact = {"lead": "anna@example.com", "at": "2026-11-23T10:00:00Z", "kind": "page_viewed"}
    event = {
        "source": source,
        "account": "123456789012",
        "detail-type": "facts",
        "detail": {"activities": [fact], "import": True},
    }
    body = json.dumps({"ingested_at": "2026-11-23T10:00:01Z", "event": event})
    read = MessageReader(compiled_model(), Doors(senders), lambda address: address).read(body)
    return read.silent


def test_where_nobody_is_named_only_our_own_command_may_import() -> None:
    assert is_silent(COMMAND)
    assert not is_silent("example.website")


def test_where_senders_are_named_each_may_import_that_is_named_so() -> None:
    shop = Sender("shop", "123456789012", may_import=True)
    assert is_silent("shop", shop)
    assert not is_silent("shop", Sender("shop", "123456789012"))
    assert not is_silent(COMMAND, shop)
    assert is_silent(COMMAND, Sender(COMMAND, "123456789012", may_import=True))

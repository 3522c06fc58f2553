"""Queues as the entrances see them."""

from typing import Protocol


class Outgoing(Protocol):
    """A queue that takes texts. Raises TryLater where it does not answer."""

    def send(self, body: str) -> None: ...

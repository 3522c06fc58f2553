"""Who may put activities on the bus, as the deployment names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may put events: a source, its account and kinds (None: any), whether it may import."""

    source: str
    account: str | None = None
    kinds: frozenset[str] | None = None
    may_import: bool = False

"""People who go on visiting while leads are rescored: each visit is waited for, and measured."""

import random
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from infra.local.local_stack import LocalStack
from infra.local.visitors import put_activity
from tests.cloud.rough_stack import page
from tests.cloud.stack_driving import is_idle, lead_ids, now, wait_until
from tests.scale.crowd import Crowd

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.1
PRICES = 5  # one visit of so many is to the prices, which may make hot


@dataclass
class Visitors:
    """One visit after the other while the block runs; `lags` in seconds, from the bus to the
    table.
    """

    stack: LocalStack
    crowd: Crowd
    facts: list[dict[str, Any]] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def visited(self) -> set[str]:
        """The addresses of all who visited."""
        return {fact["lead"] for fact in self.facts}

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._visit, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join(PATIENCE_SECONDS)

    def wait_until_all_is_counted(self) -> None:
        """Wait until nothing is on its way."""
        wait_until("no activity waits", lambda: is_idle(self.stack), seconds=PATIENCE_SECONDS)

    def _visit(self) -> None:
        chance, ids, number = random.Random(2), lead_ids(self.stack), 0
        while not self._over.is_set():
            number += 1
            address = self.crowd.address(chance.randrange(self.crowd.leads))
            path = "/pricing" if chance.randrange(PRICES) == 0 else "/news/3"
            visit = page(address, f"visit-{number}", path)
            self.facts.append(visit)
            begun = time.monotonic()
            put_activity(self.stack, visit)
            key = {"lead": {"S": ids(address)}}
            since = now() - PATIENCE_SECONDS * 1000
            while time.monotonic() - begun < PATIENCE_SECONDS:
                item = self.stack.client("dynamodb").get_item(
                    TableName=self.stack.leads_table, Key=key, ConsistentRead=True
                )["Item"]
                if int(item["last_seen"]["N"]) >= since:
                    break
                time.sleep(0.02)
            self.lags.append(time.monotonic() - begun)
            self._over.wait(PAUSE_SECONDS)

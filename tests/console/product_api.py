"""Stands between a page and the product's own sales API, in memory: signs in as its base does, and
lets the product answer.
"""

import json
import threading
from typing import Any

from functions.scoring.facts import Fact
from tests.console.answering_api import AnsweringApi, Asked
from tests.console.listed_leads import KASIA
from tests.sales.sales_stage import SalesStage, envelope

PASSED_ON = ("if-match", "idempotency-key")


class ProductApi(AnsweringApi):
    """Has the sign-in of its base; whatever is asked of the API, the product answers."""

    def __init__(self, stage: SalesStage) -> None:
        """Stand in front of a stage."""
        super().__init__([])
        self._stage, self._alone = stage, threading.Lock()

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Ask the product as the gateway would, with the claims of a rep."""
        headers = {name: asked.headers[name] for name in PASSED_ON if name in asked.headers}
        event = envelope(
            asked.method,
            asked.path.removeprefix("/api"),
            asked.body,
            token={"username": KASIA},
            query=asked.query,
            headers=headers,
        )
        with self._alone:
            self._stage.world.now += 1000  # of two facts of one instant, chance says which is newer
            answer = self._stage.answer(event)
        return answer["statusCode"], json.loads(answer["body"])

    def meanwhile(self, *facts: Fact) -> None:
        """Let a lead do something while the page is open."""
        with self._alone:
            self._stage.world.happen(*facts)

    def wrote(self, who: str, method: str, path: str, body: Any) -> None:
        """Let somebody else of sales write."""
        with self._alone:
            self._stage.world.now += 1000
            answer = self._stage.ask(method, path, body, token={"username": who})
        assert answer.status == 200, answer

    def lead(self, name: str) -> Any:
        """Read a lead past the page."""
        return self._stage.get(f"/leads/{name}").body

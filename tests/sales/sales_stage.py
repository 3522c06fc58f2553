"""The sales API over the real move, in memory, asked with the gateway's own envelope."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from functions.entrances.sales_api import SalesApi
from functions.leads.lead_lists import LeadLists
from functions.leads.lead_table import LeadStore
from functions.sales.sales_desk import SalesDesk
from tests.builders import World, compiled_model

SAMPLE = Path(__file__).parents[2] / "events" / "sales_asks_for_the_call_list.json"
KASIA, OLEK = "kasia@example.com", "olek@example.com"
SALES_KINDS = [
    f"sales_{did}"
    for did in ("answered", "contacted", "concluded", "assigned", "postponed", "ticked", "rejected")
]
IDEAL = {
    "ideal": "b2b-ceo",
    "says": {"en": "A CEO who sells to companies"},
    "criteria": [
        {"criterion": "ceo", "asks": "Is it the CEO?", "guess": ["is", "job_title", ["CEO"]]},
        {"criterion": "b2b", "asks": {"en": "Does it sell to companies?"}},
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        return [(one["field"], one["code"]) for one in self.body.get("errors", [])]


@dataclass
class SalesStage:
    """A world of leads, and the API that shows it to sales."""

    world: World = field(
        default_factory=lambda: World(
            model=compiled_model(
                countries={"pl": "PL", "de": "DE"},
                kinds=["page_viewed", "form_submitted", *SALES_KINDS],
                ideal_leads=[IDEAL],
            )
        )
    )
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def get(self, path: str, *, token: Mapping[str, Any] | None = None, **query: Any) -> Answer:
        return self.ask("GET", path, token=token, query=query)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as the gateway would after it has verified a token with these claims."""
        event = envelope(method, path, body, token=token, query=query, headers=headers)
        answer = self.answer(event)
        headers_back = dict(answer["headers"])
        return Answer(answer["statusCode"], json.loads(answer["body"] or "null"), headers_back)

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an envelope as it comes."""
        return self._api.answer(event, None)

    @property
    def tables(self) -> tuple[LeadStore, LeadLists]:
        """Where leads are read."""
        return self.world.store, self.world.store

    @property
    def desk(self) -> SalesDesk:
        """The desk behind the routes, of the world as it is."""
        around = self.world.around()
        store, lists = self.tables
        return SalesDesk(
            store=store,
            lists=lists,
            move=self.world.move(),
            book=around.book,
            naming=around.naming,
            clock=lambda: self.world.now,
            lead_id=lambda address: address,
            forget=self.forgotten.append,
            team=self.world.team,
        )

    @cached_property
    def _api(self) -> SalesApi:
        return SalesApi(self.desk, key=b"a key of the tests", count=self._count, tell=self._tell)

    def _count(self, name: str, number: int) -> None:
        self.counts[name] += number

    def _tell(self, message: str, **fields: Any) -> None:
        self.told.append(json.dumps({"message": message} | fields))


def envelope(
    method: str,
    path: str,
    body: Any = None,
    *,
    token: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Fill in the sample: claims changed by `token`, None takes one away."""
    event: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    context = event["requestContext"]
    context["http"] |= {"method": method, "path": path}
    claims = context["authorizer"]["jwt"]["claims"] | (token or {})
    context["authorizer"]["jwt"]["claims"] = {
        name: value for name, value in claims.items() if value is not None
    }
    event |= {"rawPath": path, "routeKey": f"{method} {path}"}
    event["headers"] |= headers or {}
    if query:
        event["queryStringParameters"] = {name: str(value) for name, value in query.items()}
        event["rawQueryString"] = urlencode(event["queryStringParameters"])
    if body is not None:
        event["headers"] = {"content-type": "application/json"} | event["headers"]
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event

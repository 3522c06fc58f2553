"""Leads as the stack has them: the stored score and band, and the reasons computed at the instant
of reading.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from functions.leads.lead import read_lead
from functions.leads.lead_table import decode
from functions.scoring.explanation import Line, says
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from infra.local.local_stack import LocalStack


@dataclass(frozen=True, slots=True)
class StoredLead:
    """`score`, `fit`, `engagement` and `band` as they are stored; `lines` explain the score at
    `read_at`.
    """

    address: str
    score: int
    fit: int
    engagement: int
    band: str
    alert_waits: bool
    read_at: int
    score_now: int
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]

    @property
    def last_reason(self) -> str:
        """What the newest award was earned for; of several by one form, what was done before what
        was said.
        """
        dated = [
            ((line.since or 0, line.until is not None, abs(line.points)), line.points, reason)
            for line, reason in zip(self.lines, self.reasons, strict=True)
        ]
        if not dated:
            return ""
        _, points, reason = max(dated)
        return f"{points:+d} {reason}"


def stored_leads(stack: LocalStack, *, at: int, language: str = "en") -> list[StoredLead]:
    """Every lead, the highest score first. For a few leads: it reads the whole table."""
    book = rule_book(stack.model)
    leads = [_read(item, book, at=at, language=language) for item in stored_items(stack)]
    return sorted(leads, key=lambda lead: (-lead.score, lead.address))


def stored_lead(stack: LocalStack, address: str, *, at: int) -> StoredLead | None:
    return next((lead for lead in stored_leads(stack, at=at) if lead.address == address), None)


@cache
def rule_book(model: str) -> RuleBook:
    return RuleBook(json.loads(Path(model).read_text(encoding="utf-8")))


def stored_items(stack: LocalStack) -> Iterator[dict[str, Any]]:
    """Every item of the table of leads, as it lies there."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=stack.leads_table, ConsistentRead=True)
    )
    for page in pages:
        for raw in page["Items"]:
            yield decode(raw)


def _read(item: dict[str, Any], book: RuleBook, *, at: int, language: str) -> StoredLead:
    lead = read_lead(item)
    now = score_state(book, lead.merged.state, at=at)
    lines = tuple(now.lines)
    return StoredLead(
        address=lead.merged.state.email or lead.id,
        score=lead.score,
        fit=lead.fit,
        engagement=lead.engagement,
        band=lead.band,
        alert_waits=lead.outbox is not None,
        read_at=at,
        score_now=now.total,
        lines=lines,
        reasons=tuple(
            says(book, line.rule, language=language) if line.rule in book.place else line.rule
            for line in lines
        ),
    )

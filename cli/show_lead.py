"""`lead-scoring show`: one lead as it is at the instant of reading, and why (G10).

What is stored may be a day old; what is shown is computed now, from the stored merge of its facts,
or from its history where the model's rules match otherwise or the instant lies before its newest
fact.
"""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from cli.clock import read_instant
from cli.problem import ProblemError
from cli.running_stack import RunningStack, aws_faults, canonical_address, find_stack
from cli.score_command import score_object
from cli.score_table import band_text, console, day, reason, step_words
from functions.leads.contact import Contact
from functions.leads.lead import Lead, LeadUnreadableError, Merged, read_lead
from functions.leads.lead_as_of import as_of
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state
from functions.scoring.touches import Naming, Touch


def run(options: Namespace) -> int:
    """Show one lead. Raises ProblemError."""
    address = canonical_address(options.email)
    at = read_instant(options.at, "--at")
    with aws_faults(options):
        stack = find_stack(options)
        book = RuleBook(stack.model(options))
        view = read_view(stack, book, address, at=at)
    if options.json:
        print(json.dumps(view.as_object(), ensure_ascii=False))
    else:
        terminal = console()
        for line in view.sentences(options.language):
            terminal.print(line, soft_wrap=True)
    return 0


def read_view(stack: RunningStack, book: RuleBook, address: str, *, at: int) -> "LeadView":
    """Read one lead of a system as of an instant (UTC ms). Raises ProblemError."""
    table = stack.table(book.model)
    lead_id = stack.lead_ids()(address)
    item = table.read([lead_id]).get(lead_id)
    if item is None:
        raise ProblemError(f"there is no lead {address} in {stack.place}; check the address")
    try:
        lead = read_lead(item)
    except LeadUnreadableError as damaged:
        raise ProblemError(f"{address}: {damaged}; see docs/operations.md") from damaged
    if lead.erased:
        raise ProblemError(f"{address} was erased on {day(lead.erased_at or 0)}")
    merged = as_of(lead, book, table, at=at)
    return LeadView(address, lead, merged, score_state(book, merged.state, at=at))


@dataclass(frozen=True, slots=True)
class LeadView:
    """One lead as people and programs read it."""

    address: str
    lead: Lead
    merged: Merged
    score: Score

    def as_object(self) -> dict[str, Any]:
        """Say everything as JSON does."""
        return {
            "lead": self.address,
            "id": self.lead.id,
            **score_object(self.score),
            "answers": self._answers(),
            "derived": self._derived(),
            "first_touch": self._touch(self.merged.touches.first),
            "last_touch": self._touch(self.merged.touches.last),
            "owner": self.merged.dealings.owner,
            "alert": self._alert(),
            "do_not_contact": self.merged.do_not_contact,
            "no_marketing": self.merged.contact.no_marketing,
            "consent": self._consent(),
            "test": self.merged.is_test,
            "stored": {
                "score": self.lead.score,
                "band": self.lead.band,
                "as_of": _instant(self.lead.as_of),
                "model": self.lead.model,
            },
            "model": self.score.book.version,
        }

    def sentences(self, language: str) -> Iterator[Text]:
        """Say everything to a person, line by line."""
        score = self.score
        yield Text.assemble((self.address, "bold"), "  test" if self.merged.is_test else "")
        total = f"{score.total}  (fit {score.fit}, engagement {score.engagement})  "
        yield Text.assemble("Score ", (total, "bold"), band_text(score.band))
        yield from _listed("Why", self._reasons(language))
        yield from _listed("What comes if nothing happens", self._steps())
        yield from _listed("Answers", self._answered())
        yield from _listed("Came from", self._came_from())
        yield Text(f"\nOwner: {self.merged.dealings.owner or 'nobody'}")
        yield Text(f"Consent to marketing: {self._consent_words()}")
        yield from _listed("Alert", [self._alert_words()])
        yield from _listed("In the table", [self._stored_words()])

    def _reasons(self, language: str) -> list[str]:
        score = self.score
        lines = [reason(score.book, line, language=language) for line in score.lines]
        return lines or ["no points"]

    def _steps(self) -> list[str]:
        steps = [f"{step_words(step)}, {step.band}" for step in self.score.forecast]
        return steps or ["it stays as it is"]

    def _answers(self) -> dict[str, Any]:
        state, at = self.merged.state, self.score.at
        return {
            name: {
                "value": given.value,
                "origin": next(origin for origin, by in state.answers[name].items() if by == given),
                "at": format_instant(given.at),
            }
            for name, given in self.score.book.won(state, at=at).items()
        }

    def _derived(self) -> dict[str, Any]:
        book = self.score.book
        known = book.known(self.merged.state, at=self.score.at)
        return {name: known[name] for name in book.model["derived"] if known.get(name) is not None}

    def _answered(self) -> list[str]:
        said = [
            f"{name}: {answer['value']} ({answer['origin']}, {answer['at'][:10]})"
            for name, answer in self._answers().items()
        ]
        return said + [f"{name}: {value}" for name, value in self._derived().items()]

    def _touch(self, touch: Touch | None) -> dict[str, Any] | None:
        if touch is None:
            return None
        origin = Naming(self.score.book.model)(touch)
        return {"at": format_instant(touch.at), **origin._asdict(), **dict(touch.raw)}

    def _came_from(self) -> list[str]:
        touches = {"first": self.merged.touches.first, "last": self.merged.touches.last}
        return [
            f"{which} on {told['at'][:10]}: {_channel(told)}"
            for which, touch in touches.items()
            if (told := self._touch(touch)) is not None
        ]

    def _consent(self) -> dict[str, Any]:
        """What the newest consent box said, and when; nulls where no form had one (B42)."""
        contact = self.merged.contact
        if contact.no_marketing:
            return {"given": False, "at": _instant(contact.declined_at)}
        given = None if contact.agreed_at is None else True
        return {"given": given, "at": _instant(contact.agreed_at)}

    def _consent_words(self) -> str:
        consent = self._consent()
        if consent["given"] is None:
            return "not asked"
        return f"{'yes' if consent['given'] else 'no'}, on {consent['at'][:10]}"

    def _alert(self) -> dict[str, Any]:
        outbox = self.lead.outbox
        return {
            "waiting": outbox is not None,
            "alert_id": outbox.alert_id if outbox else None,
            "last": _instant(self.lead.alerted_at),
            "held_back": self.merged.untold,
        }

    def _alert_words(self) -> str:
        if (ended := self.merged.outcome) is not None:
            return f"held back: {ended.get('result')} on {day(ended.at)}"
        if self.merged.contact.suppressed:
            at, reason = max(_silenced(self.merged.contact))
            return f"held back: {reason} on {day(at)}"
        if self.lead.outbox is not None:
            return f"on its way since {format_instant(self.lead.outbox.made_at)}"
        if self.lead.alerted_at is None:
            return "none so far"
        return f"last one on {format_instant(self.lead.alerted_at)}"

    def _stored_words(self) -> str:
        lead, book = self.lead, self.score.book
        words = f"score {lead.score}, {lead.band}, as of {_instant(lead.as_of)}"
        if lead.model == book.version:
            return words
        return f"{words}, under another version of the model ({lead.model}, this is {book.version})"


def _listed(title: str, lines: list[str]) -> Iterator[Text]:
    if lines:
        yield Text(f"\n{title}", style="bold")
        yield from (Text(f"  {line}") for line in lines)


def _channel(told: Mapping[str, Any]) -> str:
    parts = [told["channel"]]
    parts += [f"{name} {told[name]}" for name in ("campaign", "experiment") if told[name]]
    return ", ".join(parts)


def _silenced(contact: Contact) -> Iterator[tuple[int, str]]:
    """When, and by what, somebody asked for silence."""
    if contact.barred is not None:
        yield contact.barred
    if contact.unsubscribed_at is not None:
        yield contact.unsubscribed_at, "unsubscribed"


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)

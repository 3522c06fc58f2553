"""What is told when a rescore ends: how many leads changed their band, and the first of them.

One message for all, in the model's language and time zone, worded for each protocol as an alert is.
Of a lead it says no more than the subject of an alert does: company, score, and where it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.leads.hot_alert import Alert, about_many, ascii_only, company
from functions.leads.lead import DIGEST, LeadUnreadableError, read_lead
from functions.leads.lead_table import LeadStore
from functions.leads.rescore_run import Progress, Ranked, Run
from functions.scoring.instants import SECOND_MS, format_instant
from functions.scoring.rule_book import RuleBook

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "subject": "Leads scored anew: {hot} turned hot, {cold} cold",
        "about": "Since {begun} leads are scored by another model. All {seen} were scored anew; "
        "no alert was sent for it.",
        "about_part": "Since {begun} leads were scored by another model; {seen} had been scored "
        "anew when the next model came. No alert was sent for it.",
        "hot": "{number} turned hot",
        "no_longer": "{number} no longer hot",
        "cold": "{number} turned cold",
        "failed": "{number} could not be read or scored, and stay as they were",
        "now_hot": "Hot now, the highest first",
        "now_cold": "Cold now, the highest first",
        "more": "and {number} more",
        "somebody": "no company",
        "open": "Open the console",
    },
    "pl": {
        "subject": "Leady ocenione na nowo: gorące {hot}, zimne {cold}",
        "about": "Od {begun} leady ocenia inny model. Oceniono na nowo wszystkie ({seen}); "
        "nie wysłano z tego powodu żadnego alertu.",
        "about_part": "Od {begun} leady oceniał inny model; na nowo oceniono {seen}, zanim "
        "przyszedł następny. Nie wysłano z tego powodu żadnego alertu.",
        "hot": "stało się gorące: {number}",
        "no_longer": "przestało być gorące: {number}",
        "cold": "stało się zimne: {number}",
        "failed": "nie dało się odczytać lub ocenić, pozostają bez zmian: {number}",
        "now_hot": "Teraz gorące, od najwyższego wyniku",
        "now_cold": "Teraz zimne, od najwyższego wyniku",
        "more": "i jeszcze {number}",
        "somebody": "bez firmy",
        "open": "Otwórz konsolę",
    },
}


@dataclass(frozen=True, slots=True)
class Named:
    """A lead as a digest names it."""

    lead: str
    company: str
    score: int


def digest(
    run: Run,
    done: Progress,
    store: LeadStore,
    book: RuleBook,
    *,
    lead_url: str = "",
    console_url: str = "",
) -> Alert:
    """Word the digest of a rescore that ended. Raises TryLater."""
    letter = _Letter(
        run,
        done,
        hot=named(done.hot, store, book),
        cold=named(done.cold, store, book),
        alerts=book.model["alerts"],
        urls=(lead_url, console_url),
    )
    return about_many(
        letter.id,
        kind=DIGEST,
        subject=letter.subject(),
        mail=letter.mail(),
        facts=letter.facts(),
    )


def named(ranked: Sequence[Ranked], store: LeadStore, book: RuleBook) -> list[Named]:
    """Look up what leads are called; whoever was erased meanwhile is left out. Raises TryLater."""
    items = store.read([lead for lead, _ in ranked])
    found = []
    for lead, score in ranked:
        try:
            state = read_lead(items[lead]).merged.state
        except (KeyError, LeadUnreadableError):
            continue
        if state.email:
            known = book.known(state, at=items[lead].get("as_of", 0))
            found.append(Named(lead, company(known, state.email), score))
    return found


class _Letter:
    """All that is said, in one language and time zone."""

    def __init__(
        self,
        run: Run,
        done: Progress,
        *,
        hot: Sequence[Named],
        cold: Sequence[Named],
        alerts: Mapping[str, Any],
        urls: tuple[str, str],
    ) -> None:
        self._run, self._done, self._hot, self._cold = run, done, hot, cold
        self._words = _WORDS.get(alerts["language"], _WORDS["en"])
        self._zone = ZoneInfo(alerts["time_zone"])
        self._lead_url, self._console_url = urls
        moved = done.moved
        self._numbers = {
            "hot": sum(number for step, number in moved.items() if step.endswith(">hot")),
            "no_longer": sum(number for step, number in moved.items() if step.startswith("hot>")),
            "cold": sum(number for step, number in moved.items() if step.endswith(">cold")),
            "failed": done.failed,
        }

    @property
    def id(self) -> str:
        """One of each run, so that who keeps digests keeps each once."""
        return f"digest-{self._run.id}"

    def subject(self) -> str:
        """Write the two numbers that matter, in ASCII."""
        return ascii_only(self._words["subject"].format(**self._numbers))

    def mail(self) -> str:
        """Write the whole message."""
        words, numbers = self._words, self._numbers
        begun = datetime.fromtimestamp(self._run.begun_at / SECOND_MS, UTC).astimezone(self._zone)
        when = f"{begun.day}.{begun.month:02d}.{begun.year} {begun:%H:%M}"
        about = "about" if self._done.is_done else "about_part"
        parts = [
            [words[about].format(begun=when, seen=self._done.seen)],
            [
                f"  {words[name].format(number=number)}"
                for name, number in numbers.items()
                if number or name in {"hot", "cold"}
            ],
            list(self._list("now_hot", self._hot, numbers["hot"])),
            list(self._list("now_cold", self._cold, numbers["cold"])),
            [f"{words['open']}: {self._console_url}"] if self._console_url else [],
        ]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def facts(self) -> dict[str, Any]:
        """Give the same as our own JSON, for queues and functions."""
        done = self._done
        return {
            "kind": DIGEST,
            "alert_id": self.id,
            "model": self._run.version,
            "begun_at": format_instant(self._run.begun_at),
            "leads": done.seen,
            "written": done.written,
            "failed": done.failed,
            "moved": dict(done.moved),
            "hot": [self._told(one) for one in self._hot],
            "cold": [self._told(one) for one in self._cold],
        }

    def _list(self, heading: str, leads: Sequence[Named], number: int) -> Iterator[str]:
        if not leads:
            return
        yield f"{self._words[heading]}:"
        for one in leads:
            link = f"  {self._lead_url}{one.lead}" if self._lead_url else ""
            yield f"  {one.company or self._words['somebody']} - {one.score}{link}"
        if number > len(leads):
            yield f"  {self._words['more'].format(number=number - len(leads))}"

    def _told(self, one: Named) -> dict[str, Any]:
        told = {"lead": one.lead, "company": one.company, "score": one.score}
        return told | ({"url": f"{self._lead_url}{one.lead}"} if self._lead_url else {})

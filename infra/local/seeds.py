"""Sixty leads over six months, so that every page of the console has something to show.

Most are drawn from one seed, so that each run shows the same people; the last are chosen, so that
no filter of the list is empty. They come as an import would: nobody is told of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from infra.local.chosen_leads import CHOSEN
from infra.local.local_stack import LocalStack
from infra.local.sign_ins import MANAGER, REP
from infra.local.visitors import put_event

LEADS = 60
DAYS = 180
IMPORTER = "lead-scoring.cli"  # whose imports tell nobody
_FIRST = (
    "Anna",
    "Jan",
    "Ewa",
    "Piotr",
    "Maria",
    "Tomasz",
    "Kasia",
    "Lukas",
    "Sophie",
    "Jürgen",
    "Zoë",
    "Ola",
)
_LAST = (
    "Nowak",
    "Kowalska",
    "Zieliński",
    "Wójcik",
    "Müller",
    "Schmidt",
    "Novák",
    "Lis",
    "O'Brien",
    "Łęcka",
)
_TITLES = (
    "CEO",
    "Prezeska",
    "Dyrektor sprzedaży",
    "Head of Marketing",
    "Marketing manager",
    "Studentka",
    "Specialist",
    "Founder",
)
_INDUSTRIES = ("software", "e-commerce", "consulting", "rolnictwo", "marketing")
_TOUCHES: tuple[dict[str, str], ...] = (
    {"utm_medium": "cpc", "utm_campaign": "spring", "utm_content": "blue-button"},
    {"utm_medium": "cpc", "utm_campaign": "autumn", "utm_content": "red-button"},
    {"utm_medium": "email", "utm_campaign": "newsletter-11"},
    {"referrer": "https://www.google.com/"},
    {"referrer": "https://www.linkedin.com/feed"},
    {},
)  # fmt: skip
_DOES = (
    {"kind": "page_viewed", "path": "/pricing"},
    {"kind": "page_viewed", "path": "/customers/acme"},
    {"kind": "page_viewed", "path": "/product/scores"},
    {"kind": "webinar_attended", "title": "Leads that buy"},
    {"kind": "file_downloaded", "file": "features.pdf"},
    {"kind": "email_clicked", "link": "https://www.example.com/demo"},
    {"kind": "page_viewed", "path": "/careers"},
)  # fmt: skip
_REASONS = ("a student", "no budget this year", "wrong country", "already a customer")


@dataclass
class _Person:
    """One lead: who, when it came (the newest facts are not in the future), and what it did."""

    chance: Random
    number: int
    now: datetime
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance
        self.first, self.last = chance.choice(_FIRST), chance.choice(_LAST)
        self.came = self.now - timedelta(days=chance.random() ** 1.6 * DAYS, hours=1)
        self.address = _address(self.number)
        self._form()
        for _ in range(chance.choice((0, 1, 2, 3, 5, 8))):
            self._line(chance.choice(_DOES), self._later())
        self._dealt_with()

    def _form(self) -> None:
        chance = self.chance
        answers: dict[str, Any] = {
            "name": f"{self.first} {self.last}",
            "job_title": chance.choice(_TITLES),
        }
        answers["company"] = f"{self.last} {chance.choice(('Sp. z o.o.', 'GmbH', 'Ltd', 'S.A.'))}"
        answers["country"] = chance.choice(("PL", "PL", "PL", "DE", "CZ", "FR"))
        if chance.random() < 0.7:
            answers["company_size"] = chance.choice((2, 15, 60, 240, 900))
        if chance.random() < 0.6:
            answers["industry"] = chance.choice(_INDUSTRIES)
        if chance.random() < 0.5:
            answers["revenue"] = chance.choice((200_000, 1_500_000, 9_000_000))
        if chance.random() < 0.5:
            answers["phone"] = f"+48 600 100 {self.number:03d}"
        form = chance.choice(("demo", "demo", "contact", "newsletter"))
        self._line(
            {"kind": "form_submitted", "form": form, "answers": answers} | chance.choice(_TOUCHES),
            self.came,
        )

    def _dealt_with(self) -> None:
        """Sales gets to some of them, the older the likelier."""
        chance, seller = self.chance, self.chance.choice((REP, MANAGER)).address
        if chance.random() > 0.55:
            return
        after = self._later()
        self._line({"kind": "sales_assigned", "owner": seller}, after)
        result = chance.choice(("reached", "reached", "no_answer", "left_message"))
        self._line({"kind": "sales_contacted", "result": result, "by": seller}, after)
        for criterion in ("b2b", "team"):
            if chance.random() < 0.6:
                tick = {
                    "definition": "b2b-ceo",
                    "criterion": criterion,
                    "answer": chance.choice(("yes", "yes", "no")),
                }
                self._line({"kind": "sales_ticked", **tick, "by": seller}, after)
        ends = chance.random()
        if ends < 0.2:
            self._line(
                {
                    "kind": "sales_concluded",
                    "result": "won",
                    "amount": chance.choice((900, 2400, 6000)),
                    "by": seller,
                },
                after,
            )
        elif ends < 0.35:
            self._line(
                {
                    "kind": "sales_concluded",
                    "result": "lost",
                    "reason": "chose another",
                    "by": seller,
                },
                after,
            )
        elif ends < 0.5:
            self._line(
                {"kind": "sales_rejected", "reason": chance.choice(_REASONS), "by": seller}, after
            )

    def _later(self) -> datetime:
        return self.came + (self.now - self.came) * self.chance.random()

    def _line(self, what: dict[str, Any], at: datetime) -> None:
        line = {"id": f"seed-{self.number}-{len(self.lines)}", "lead": self.address}
        self.lines.append(line | {"at": at.isoformat(timespec="milliseconds")} | what)


def seed(stack: LocalStack, *, now: datetime) -> int:
    """Puts everybody on the bus; how many facts there were."""
    facts = 0
    for lines in people(now):
        detail = {"import": True, "activities": lines}
        put_event(stack, bus=stack.bus, source=IMPORTER, kind="import", detail=detail)
        facts += len(lines)
    return facts


def people(now: datetime) -> Iterator[list[dict[str, Any]]]:
    """The lines of each lead."""
    chance = Random(7)  # noqa: S311  what is drawn is nobody's secret
    drawn = LEADS - len(CHOSEN)
    for number in range(drawn):
        yield _Person(chance, number, now).lines
    for number, chosen in enumerate(CHOSEN, start=drawn):
        lines = chosen.lines(_address(number), now)
        yield [{"id": f"seed-{number}-{place}", **line} for place, line in enumerate(lines)]


def _address(number: int) -> str:
    return f"person{number:02d}@company{number % 23:02d}.example.com"

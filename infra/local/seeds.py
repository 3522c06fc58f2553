"""Seventy leads over six months, so that every page of the console has something to show.

Most are drawn from one seed, so that each run shows the same people; the last are chosen, so that
no filter of the list is empty. Two channels bring as many of this month and of the last as it takes
to tell a difference from chance: this month's were called sooner, and are nearer the ideal. They
come as an import would: nobody is told of them.
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

MONTHS = 6
BUSY = 12  # leads of a busy channel in a month: of ten no median is told from chance
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
_ADS = {"utm_medium": "cpc", "utm_campaign": "autumn", "utm_content": "red-button"}
_SEARCH = {"referrer": "https://www.google.com/"}
_TOUCHES: tuple[dict[str, str], ...] = (
    {"utm_medium": "cpc", "utm_campaign": "spring", "utm_content": "blue-button"},
    {"utm_medium": "email", "utm_campaign": "newsletter-11"},
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
_REASONS = ("student", "too_small", "no budget this year", "wrong country", "already a customer")
_CRITERIA = (
    *(("b2b-ceo", criterion) for criterion in ("ceo", "b2b", "revenue", "team")),
    *(("online-shop-ceo", criterion) for criterion in ("ceo", "shop", "revenue")),
)
_FEW_CRITERIA = (("b2b-ceo", "b2b"), ("b2b-ceo", "team"))


@dataclass(frozen=True, slots=True)
class _Expected:
    """A lead to be drawn: of which month, and whether a busy channel brings it, which sales calls
    and ticks through.
    """

    months_ago: int
    busy: dict[str, str] | None = None


_EXPECTED = (
    *(_Expected(ago, busy) for ago in (0, 1) for busy in (_ADS, _SEARCH) for _ in range(BUSY)),
    *(_Expected(ago) for ago in range(MONTHS) for _ in range(3 if ago < 2 else 2)),
)
LEADS = len(_EXPECTED) + len(CHOSEN)


@dataclass
class _Person:
    """One lead: who, when it came (the newest facts are not in the future), and what it did."""

    chance: Random
    number: int
    now: datetime
    expected: _Expected
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = self.chance
        self.first, self.last = chance.choice(_FIRST), chance.choice(_LAST)
        self.came = self._came()
        self.address = _address(self.number)
        self._form()
        for _ in range(chance.choice((0, 1, 2, 3, 5, 8))):
            self._line(chance.choice(_DOES), self._later())
        self._dealt_with()

    def _came(self) -> datetime:
        """Some instant of the month, of this one before now."""
        began, ended = _month(self.now, self.expected.months_ago), self.now
        if self.expected.months_ago:
            ended = _month(self.now, self.expected.months_ago - 1)
        return began + (ended - began) * self.chance.random()

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
        touch = self.expected.busy or chance.choice(_TOUCHES)
        self._line({"kind": "form_submitted", "form": form, "answers": answers} | touch, self.came)

    def _dealt_with(self) -> None:
        """Sales gets to some of them, and to all of a busy channel."""
        chance, seller = self.chance, self.chance.choice((REP, MANAGER)).address
        busy, ago = self.expected.busy is not None, self.expected.months_ago
        if not busy and chance.random() > 0.55:
            return
        after = self._called() if busy else self._later()
        self._line({"kind": "sales_assigned", "owner": seller}, after)
        result = chance.choice(("reached", "reached", "no_answer", "left_message"))
        self._line({"kind": "sales_contacted", "result": result, "by": seller}, after)
        fits = 0.4 if ago else 0.75
        for definition, criterion in _CRITERIA if busy else _FEW_CRITERIA:
            answer = "yes" if chance.random() < fits else "no"
            tick = {"definition": definition, "criterion": criterion, "answer": answer}
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

    def _called(self) -> datetime:
        """Within two hours this month; before, within two days."""
        hours = (
            2 + 46 * self.chance.random() if self.expected.months_ago else 2 * self.chance.random()
        )
        return min(self.came + timedelta(hours=hours), self.now)

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
    for number, expected in enumerate(_EXPECTED):
        yield _Person(chance, number, now, expected).lines
    for number, chosen in enumerate(CHOSEN, start=len(_EXPECTED)):
        lines = chosen.lines(_address(number), now)
        yield [{"id": f"seed-{number}-{place}", **line} for place, line in enumerate(lines)]


def _address(number: int) -> str:
    return f"person{number:02d}@company{number % 23:02d}.example.com"


def _month(now: datetime, ago: int) -> datetime:
    """When the month so many before this one began."""
    years, place = divmod(now.year * 12 + now.month - 1 - ago, 12)
    return now.replace(
        year=years, month=place + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    )

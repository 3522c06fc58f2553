"""What a B2B website and its mailings send in half a year, drawn with a fixed seed.

Each lead begins with a form (three of four; the others are known by an address in a mail) with six
or seven answers and a campaign, and does 5 to 200 things, 53 in the mean, in visits of a few pages:
blog, product, prices, customers, jobs, mails sent, opened and clicked, downloads, webinars, and
the product itself. One in a hundred events comes twice.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, format_instant, parse_instant

START = parse_instant("2026-05-01T00:00:00Z")
DAYS = 180
SEED_OF_TABLES = 6
_DONE_MEDIAN, _DONE_SPREAD, _DONE_RANGE = 40, 0.75, (5, 200)
_PAGES_MAX = 6
_TWICE = 0.01

_TITLES = (
    "CEO",
    "Prezeska",
    "Head of Sales",
    "Marketing Manager",
    "Analyst",
    "Student",
    "Geschäftsführer",
)
_COUNTRIES = ("Polska", "Germany", "Austria", "France", "Poland", "Switzerland")
_INDUSTRIES = ("Software", "E-commerce", "Consulting", "Manufacturing", "Logistics")
_SIZES = ("1-10", "11-50", "51-200", "201-500", "1000")
_MEDIA = ("cpc", "email", "social", "organic", "webinar")
_DONE: tuple[tuple[int, dict[str, str]], ...] = (
    (24, {"kind": "page_viewed", "path": "/blog/how-to-qualify-leads"}),
    (15, {"kind": "page_viewed", "path": "/product/scoring"}),
    (7, {"kind": "page_viewed", "path": "/pricing"}),
    (5, {"kind": "page_viewed", "path": "/customers/example"}),
    (1, {"kind": "page_viewed", "path": "/careers/backend-developer"}),
    (6, {"kind": "page_viewed", "path": "/"}),
    (16, {"kind": "email_sent"}),
    (9, {"kind": "email_opened"}),
    (6, {"kind": "email_clicked", "link": "https://www.example.com/product"}),
    (3, {"kind": "file_downloaded", "file": "specification.pdf"}),
    (2, {"kind": "webinar_registered", "webinar": "autumn"}),
    (1, {"kind": "webinar_attended", "webinar": "autumn"}),
    (3, {"kind": "video_watched", "video": "tour"}),
    (2, {"kind": "feature_adopted", "feature": "import"}),
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """One thing sent to us at an instant (UTC ms): a form's fields, or an activity's detail."""

    at: int
    number: int
    lead: str
    form: str | None
    content: dict[str, Any]


def happenings(*, leads: int, seed: int) -> list[Happening]:
    """Everything in the order it happens, repeats included."""
    chance = random.Random(seed)
    drawn = [each for number in range(leads) for each in _life(number, chance)]
    again = [each for each in drawn if chance.random() < _TWICE]
    later = [
        Happening(each.at + 5 * MINUTE_MS, each.number, each.lead, each.form, each.content)
        for each in again
    ]
    return sorted([*drawn, *later], key=lambda each: (each.at, each.lead, each.number))


def answers_of(number: int, chance: random.Random) -> dict[str, Any]:
    """The fields of a form as somebody fills them in."""
    answers: dict[str, Any] = {
        "email": address_of(number),
        "name": f"Anna Nowak-Kowalska {number}",
        "company": f"Example {number} Sp. z o.o.",
        "phone": f"+48 22 555 {number % 10_000:04d}",
        "job_title": chance.choice(_TITLES),
        "company_size": chance.choice(_SIZES),
        "country": chance.choice(_COUNTRIES),
        "marketing_consent": True,
        "utm_source": "google",
        "utm_medium": chance.choice(_MEDIA),
        "utm_campaign": f"autumn-{chance.randrange(5)}",
    }
    if chance.random() < 0.5:
        answers["industry"] = chance.choice(_INDUSTRIES)
    return answers


def address_of(number: int) -> str:
    """The address of one of the leads."""
    return f"anna.nowak.{number}@firma-{number % 997}.example.com"


def activity(chance: random.Random) -> dict[str, str]:
    """What somebody does, as often as such things are done."""
    weights = [weight for weight, _ in _DONE]
    return dict(chance.choices([done for _, done in _DONE], weights)[0])


def _life(number: int, chance: random.Random) -> Iterator[Happening]:
    lead, begins = address_of(number), START + chance.randrange((DAYS - 10) * DAY_MS)
    left = round(chance.lognormvariate(0, _DONE_SPREAD) * _DONE_MEDIAN)
    left = min(max(left, _DONE_RANGE[0]), _DONE_RANGE[1])
    ends = START + DAYS * DAY_MS
    serial = 0
    if chance.random() < 0.75:
        fields = answers_of(number, chance) | {"submission_id": f"form-{number}"}
        yield Happening(
            begins, serial, lead, chance.choice(("demo", "contact", "newsletter")), fields
        )
    while left:
        at = begins + chance.randrange(max(ends - begins - HOUR_MS, HOUR_MS))
        for _ in range(min(left, chance.randint(1, _PAGES_MAX))):
            serial, left = serial + 1, left - 1
            at += chance.randrange(10_000, 4 * MINUTE_MS)
            done = activity(chance) | {"id": f"event-{number}-{serial}", "lead": lead}
            yield Happening(at, serial, lead, None, done | {"at": format_instant(at)})

"""The seeded leads that were not drawn: one at least for each thing the call list can show.

Chance alone brings no hot lead that waits, none that cools soon, nobody who may not be mailed and
no ideal one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.sign_ins import MANAGER, REP

_CEO: Mapping[str, Any] = {  # 44 of fit under the default model
    "job_title": "CEO",
    "company_size": 45,
    "country": "PL",
    "industry": "software",
    "revenue": 1_500_000,
}
_DEMO = {"kind": "form_submitted", "form": "demo"}
_NEWSLETTER = {"kind": "form_submitted", "form": "newsletter"}
_PRICES = {"kind": "page_viewed", "path": "/pricing"}
_WEBINAR = {"kind": "webinar_attended", "title": "Leads that buy"}
_ADS = {"utm_medium": "cpc", "utm_campaign": "autumn"}
_MAILING = {"utm_medium": "email", "utm_campaign": "newsletter-11"}

Did = tuple[float, Mapping[str, Any]]  # so many days ago, and what


@dataclass(frozen=True, slots=True)
class Chosen:
    """One lead: what it said of itself with the form, where it came from, what happened since."""

    name: str
    answers: Mapping[str, Any]
    form: Did
    touch: Mapping[str, str]
    since: tuple[Did, ...] = ()

    def lines(self, address: str, now: datetime) -> Iterator[dict[str, Any]]:
        """Say it as facts, the form first."""
        ago, form = self.form
        company = f"{self.name.split()[-1]} Sp. z o.o."
        answers = {"name": self.name, "company": company, **self.answers}
        told = [(ago, {**form, "answers": answers, **self.touch}), *self.since]
        for days, what in told:
            at = (now - timedelta(days=days)).isoformat(timespec="milliseconds")
            yield {"lead": address, "at": at, **what}


def _contacted(result: str, by: str) -> Mapping[str, Any]:
    return {"kind": "sales_contacted", "result": result, "by": by}


def _given_to(owner: str) -> Mapping[str, Any]:
    return {"kind": "sales_assigned", "owner": owner}


def _all_ticked(days: float, by: str) -> tuple[Did, ...]:
    """Every criterion of the ideal lead is there."""
    tick = {"kind": "sales_ticked", "definition": "b2b-ceo", "answer": "yes", "by": by}
    asked = ("ceo", "b2b", "revenue", "team")
    return tuple((days, {**tick, "criterion": criterion}) for criterion in asked)


_REP, _MANAGER = REP.address, MANAGER.address
CHOSEN = (
    # hot, and nobody has called
    Chosen("Iga Lewandowska", _CEO, (1.5, _DEMO), _ADS, ((1.2, _PRICES), (0.4, _WEBINAR))),
    Chosen("Marek Dąbrowski", _CEO, (3.5, _DEMO), {}, ((3, _given_to(_REP)), (0.3, _PRICES))),
    # hot, and cools within days: the prices are worth less after a week
    Chosen(
        "Hanna Mazur",
        {**_CEO, "revenue": 600_000},
        (5, _DEMO),
        _MAILING,
        ((4.5, _PRICES),),
    ),
    # hot, called, and did something since
    Chosen(
        "Adam Krawczyk",
        _CEO,
        (9, _DEMO),
        _ADS,
        ((8, _WEBINAR), (7.5, _contacted("no_answer", _REP)), (0.2, _PRICES)),
    ),
    Chosen(
        "Zofia Pawlak",
        _CEO,
        (12, _DEMO),
        {"referrer": "https://www.google.com/"},
        (
            (11, _contacted("left_message", _MANAGER)),
            (2, {"kind": "email_replied", "message": "seed-reply-1"}),
            (1, _PRICES),
        ),
    ),
    # ideal, by what sales ticked
    Chosen("Olga Sikora", _CEO, (2.5, _DEMO), _ADS, (*_all_ticked(2, _REP), (0.6, _PRICES))),
    Chosen(
        "Paweł Baran",
        _CEO,
        (20, _DEMO),
        _MAILING,
        ((19, _contacted("reached", _MANAGER)), *_all_ticked(19, _MANAGER)),
    ),
    # not to be mailed
    Chosen(
        "Robert Wilk",
        {"job_title": "Marketing manager", "country": "DE"},
        (40, _NEWSLETTER),
        _MAILING,
        ((10, {"kind": "email_unsubscribed"}),),
    ),
    Chosen(
        "Lena Kurek",
        {"job_title": "Specialist", "country": "PL"},
        (60, _NEWSLETTER),
        {},
        ((15, {"kind": "email_complained"}),),
    ),
)

"""What a rep reads the moment a lead turns hot: who, why now, and for how long.

One message, worded for each protocol. A stranger's words stand in it as text on one line, without
characters that turn the reading direction; nothing a stranger wrote becomes a link of ours or part
of a subject but the company's name, in plain ASCII (R7, R79).
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from functions.leads.lead import Lead
from functions.scoring.conditions import fold
from functions.scoring.explanation import Line, says
from functions.scoring.forecast import Step
from functions.scoring.instants import SECOND_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state
from functions.scoring.touches import Naming

SUBJECT_MAX = 99  # SNS wants fewer than 100 ASCII characters
SMS_MAX = 140  # one message in any network
FIELD_MAX = 200  # characters of one thing a stranger typed
REASONS_SHOWN = 3

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "pl": ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
}
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "hot": "Hot",
        "test": "TEST, not a real lead",
        "delayed": "Delayed: this alert was made on {made} and could not be sent before.",
        "score": "Score {score}: fit {fit} (who they are), engagement {engagement} (what they do)",
        "why": "Why now",
        "why_time": "points taken away have expired",
        "reasons": "Strongest reasons",
        "cools": "Cools down to {band} on {when} if nothing happens",
        "stays": "Stays hot as far as we can see",
        "from": "Came from",
        "phone": "Phone",
        "mail": "Mail",
        "open": "Open the lead",
        "warm": "warm",
        "cold": "cold",
    },
    "pl": {
        "hot": "Hot",
        "test": "TEST, to nie jest prawdziwy lead",
        "delayed": "Opóźnione: alert powstał {made} i nie dało się go wysłać wcześniej.",
        "score": "Wynik {score}: dopasowanie {fit} (kim jest), aktywność {engagement} (co robi)",
        "why": "Dlaczego teraz",
        "why_time": "wygasły punkty ujemne",
        "reasons": "Najmocniejsze powody",
        "cools": "Ostygnie ({band}) {when}, jeśli nic się nie wydarzy",
        "stays": "Pozostaje gorący tak daleko, jak sięga prognoza",
        "from": "Skąd",
        "phone": "Telefon",
        "mail": "E-mail",
        "open": "Otwórz leada",
        "warm": "ciepły",
        "cold": "zimny",
    },
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One message for the topic: subject, a body per protocol, attributes for filter policies."""

    alert_id: str
    subject: str
    bodies: Mapping[str, str]
    attributes: Mapping[str, str | int]


class Publisher(Protocol):
    """Where alerts go."""

    def publish(self, alert: Alert) -> None:
        """Hand one alert over. Raises TryLater when it was not taken, or nobody knows."""


def hot_alert(
    lead: Lead, book: RuleBook, naming: Naming, *, at: int, delayed: bool = False, url: str = ""
) -> Alert:
    """Word the alert of a lead as it stands at an instant (UTC ms)."""
    score = score_state(book, lead.merged.state, at=at)
    letter = _Letter(lead, book, naming, score, delayed=delayed, url=url)
    text = letter.mail()
    facts = json.dumps(letter.facts(), ensure_ascii=False)
    return Alert(
        alert_id=letter.alert_id,
        subject=letter.subject(),
        bodies={
            "default": text,
            "email": text,
            "sms": letter.short(),
            "sqs": facts,
            "lambda": facts,
            "firehose": facts,
            "https": json.dumps(letter.chat(), ensure_ascii=False),
        },
        attributes=letter.attributes(),
    )


class _Letter:
    """All that is said about one lead, in the model's language and time zone."""

    def __init__(
        self, lead: Lead, book: RuleBook, naming: Naming, score: Score, *, delayed: bool, url: str
    ) -> None:
        settings = book.model["alerts"]
        self._language = settings["language"] if settings["language"] in _WORDS else "en"
        self._words = _WORDS[self._language]
        self._zone = ZoneInfo(settings["time_zone"])
        self._company_in_subject = settings.get("subject_names_company", True)
        self._lead, self._book, self._score = lead, book, score
        self._delayed, self._url = delayed, url
        self._known = {
            name: plain(str(value))
            for name, value in book.known(lead.merged.state, at=score.at).items()
            if value is not None
        }
        self._origin = naming(lead.merged.touches.first)
        self._outbox = lead.outbox

    @property
    def alert_id(self) -> str:
        return self._outbox.alert_id if self._outbox else ""

    def subject(self) -> str:
        """Write who and how hot: ASCII, under 100 characters, no person's name."""
        score = self._score
        numbers = f"{score.total} (fit {score.fit}, engagement {score.engagement})"
        test = "TEST " if self._lead.merged.is_test else ""
        who = self._company() if self._company_in_subject else ""
        room = SUBJECT_MAX - len(f"{test}Hot:  - {numbers}")
        who = ascii_only(who)[:room].strip()
        return f"{test}Hot: {who} - {numbers}" if who else f"{test}Hot: {numbers}"

    def mail(self) -> str:
        """Write what a rep can act on at once."""
        words, score = self._words, self._score
        lines = [
            *([words["test"], ""] if self._lead.merged.is_test else []),
            *(
                [words["delayed"].format(made=self._time(self._made_at())), ""]
                if self._delayed
                else []
            ),
            *self._who(),
            "",
            words["score"].format(score=score.total, fit=score.fit, engagement=score.engagement),
            "",
            f"{words['why']}: {self._why()}",
            "",
            f"{words['reasons']}:",
            *(f"  {points:+d}  {reason}" for reason, points in self._reasons()),
            "",
            self._cooling(),
            f"{words['from']}: {self._came_from()}",
            *([f"{words['open']}: {self._url}"] if self._url else []),
        ]
        return "\n".join(lines) + "\n"

    def short(self) -> str:
        """Write the line for a telephone."""
        phone = self._known.get("phone", "")
        line = f"{self.subject()} {self._known.get('name', '')} {phone}"
        return ascii_only(line)[:SMS_MAX].strip()

    def facts(self) -> dict[str, Any]:
        """Give everything as our own JSON, for queues and functions."""
        score = self._score
        return {
            "kind": "hot",
            "alert_id": self.alert_id,
            "lead": self._lead.id,
            "email": self._lead.merged.state.email,
            "at": format_instant(score.at),
            "made_at": format_instant(self._made_at()),
            "delayed": self._delayed,
            "test": self._lead.merged.is_test,
            "score": score.total,
            "fit": score.fit,
            "engagement": score.engagement,
            "band": score.band,
            "answers": dict(self._known),
            "why_now": self._why(),
            "reasons": [{"says": reason, "points": points} for reason, points in self._reasons()],
            "lines": [_line(line) for line in score.lines],
            "cools_at": format_instant(step.at) if (step := self._cools()) else None,
            "channel": self._origin.channel,
            "campaign": self._origin.campaign,
            "experiment": self._origin.experiment,
        }

    def chat(self) -> dict[str, Any]:
        """Give AWS chat's custom notification; our fields stand in its context."""
        context = {
            "alert_id": self.alert_id,
            "lead": self._lead.id,
            "score": str(self._score.total),
            "fit": str(self._score.fit),
            "engagement": str(self._score.engagement),
            "channel": self._origin.channel,
        }
        return {
            "version": "1.0",
            "source": "custom",
            "id": self.alert_id,
            "content": {
                "textType": "client-markdown",
                "title": self.subject(),
                "description": _no_markup(self.mail()),
            },
            "metadata": {
                "threadId": self._lead.id,
                "summary": self.subject(),
                "eventType": "hot",
                "additionalContext": context,
            },
        }

    def attributes(self) -> dict[str, str | int]:
        """Give what filter policies choose by; an unknown one is absent."""
        countries = [
            name for name, of in self._book.model["fields"].items() if of["type"] == "country"
        ]
        country = next((self._known[name] for name in countries if name in self._known), None)
        attributes: dict[str, str | int | None] = {
            "kind": "hot",
            "band": self._score.band,
            "score": self._score.total,
            "alert_id": self.alert_id,
            "channel": self._origin.channel,
            "country": country,
        }
        return {name: value for name, value in attributes.items() if value is not None}

    def _who(self) -> Iterable[str]:
        known, words = self._known, self._words
        title = ", ".join(known[name] for name in ("name", "job_title") if name in known)
        yield " - ".join(part for part in (title, self._company()) if part)
        if "phone" in known:
            yield f"{words['phone']}: {known['phone']}"
        yield f"{words['mail']}: {plain(self._lead.merged.state.email)}"

    def _company(self) -> str:
        known = self._known
        if "company" in known:
            return known["company"]
        domain = self._lead.merged.state.email.rpartition("@")[2]
        return domain if known.get("email_kind", "business") == "business" else ""

    def _why(self) -> str:
        tip = self._outbox.tip if self._outbox else None
        if tip is None:
            return self._words["why_time"]
        rules = [name for name in tip.rules if name in self._book.place]
        reason = self._says(rules[0]) if rules else tip.kind.replace("_", " ")
        return f"{reason} ({self._time(tip.at)})"

    def _reasons(self) -> list[tuple[str, int]]:
        """Sum what each rule gives and keep the strongest that add points."""
        points: dict[str, int] = {}
        for line in self._score.lines:
            if line.rule in self._book.place:
                points[line.rule] = points.get(line.rule, 0) + line.points
        strongest = sorted(points, key=lambda rule: (-points[rule], self._book.place[rule]))
        return [(self._says(rule), points[rule]) for rule in strongest if points[rule] > 0][
            :REASONS_SHOWN
        ]

    def _cooling(self) -> str:
        step = self._cools()
        if step is None:
            return self._words["stays"]
        return self._words["cools"].format(band=self._words[step.band], when=self._time(step.at))

    def _cools(self) -> Step | None:
        return next((step for step in self._score.forecast if step.band != "hot"), None)

    def _came_from(self) -> str:
        parts = (self._origin.channel, self._origin.campaign, self._origin.experiment)
        return " / ".join(plain(part) for part in parts if part)

    def _says(self, rule: str) -> str:
        return says(self._book, rule, language=self._language)

    def _made_at(self) -> int:
        return self._outbox.made_at if self._outbox else self._score.at

    def _time(self, at: int) -> str:
        local = datetime.fromtimestamp(at / SECOND_MS, UTC).astimezone(self._zone)
        weekday = _WEEKDAYS[self._language][local.weekday()]
        return f"{weekday} {local.day}.{local.month:02d}.{local.year} {local:%H:%M}"


def plain(text: str) -> str:
    """Bring a stranger's words onto one line, without control, format and direction characters."""
    shown = "".join(
        letter if unicodedata.category(letter)[0] != "C" or letter == "\u200d" else " "
        for letter in text
    )
    return " ".join(shown.split())[:FIELD_MAX]


def ascii_only(text: str) -> str:
    """Write text in ASCII as far as its letters have a plain form; the rest is left out."""
    letters = []
    for letter in text:
        bare = letter if letter.isascii() else fold(letter)
        letters.append(bare.upper() if letter.isupper() and not letter.isascii() else bare)
    return " ".join(
        "".join(
            part for part in letters if (part.isascii() and part.isprintable()) or part == " "
        ).split()
    )


def _line(line: Line) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "points": line.points,
        "since": None if line.since is None else format_instant(line.since),
        "until": None if line.until is None else format_instant(line.until),
    }


def _no_markup(text: str) -> str:
    """Take the characters apart that chat programs read as links, mentions and emphasis."""
    return "".join(f"\\{letter}" if letter in "*_~`<>[]()|@#&" else letter for letter in text)

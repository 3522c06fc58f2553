"""What a rep reads the moment a lead turns hot: who, why now, and for how long.

One message, worded for each protocol. A stranger's words stand in it as text on one line, without
characters that turn the reading direction; nothing a stranger wrote becomes a link of ours or part
of a subject but the company's name, in plain ASCII (R7, R79).
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from functions.leads.lead import ESCALATION, HOT, Lead
from functions.scoring.conditions import fold
from functions.scoring.explanation import Line, says
from functions.scoring.facts import SALES
from functions.scoring.forecast import Step
from functions.scoring.instants import SECOND_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state
from functions.scoring.touches import DIRECT, OTHER, Naming

SUBJECT_MAX = 99  # SNS wants fewer than 100 ASCII characters
SMS_MAX = 140  # one message in any network
FIELD_MAX = 200  # characters of one thing a stranger typed
REASONS_SHOWN = 3
_EMPHASIS = re.compile(r"[*~`\[\]]|(?<![^\W_])_|_(?![^\W_])")
LINES_TOLD = 50  # SNS takes 256 KB in all, and a lead may have a thousand awards

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "pl": ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
}
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "hot": "Hot",
        "waits": "Waits",
        "away": "away",
        "left": "not in the team",
        "nobody": "Nobody has marked this lead as contacted since the alert of {made}.",
        "test": "TEST, not a real lead",
        "delayed": "Delayed: this alert was made on {made} and could not be sent before.",
        "score": "Score {score}: fit {fit} (who they are), engagement {engagement} (what they do)",
        "why": "Why now",
        "why_time": "points taken away have expired",
        "reasons": "Strongest reasons",
        "cools": "Cools down to {band} on {when} if nothing happens",
        "stays": "Stays hot as far as we can see",
        "cooled": "It has cooled since: now {score}, {band}",
        "others": "{number} others",
        "from": "Came from",
        "owner": "Owner",
        "phone": "Phone",
        "mail": "Mail",
        "country": "Country",
        "message": "Message",
        "open": "Open the lead",
        "warm": "warm",
        "cold": "cold",
    },
    "pl": {
        "hot": "Hot",
        "waits": "Czeka",
        "away": "nieobecność",
        "left": "spoza zespołu",
        "nobody": "Od alertu ({made}) nikt nie oznaczył kontaktu z tym leadem.",
        "test": "TEST, to nie jest prawdziwy lead",
        "delayed": "Opóźnione: alert powstał {made} i nie dało się go wysłać wcześniej.",
        "score": "Wynik {score}: dopasowanie {fit} (kim jest), aktywność {engagement} (co robi)",
        "why": "Dlaczego teraz",
        "why_time": "wygasły punkty ujemne",
        "reasons": "Najmocniejsze powody",
        "cools": "Ostygnie ({band}) {when}, jeśli nic się nie wydarzy",
        "stays": "Pozostaje gorący tak daleko, jak sięga prognoza",
        "cooled": "Od tego czasu ostygł: teraz {score} ({band})",
        "others": "{number} innych",
        "from": "Skąd",
        "owner": "Opiekun",
        "phone": "Telefon",
        "mail": "E-mail",
        "country": "Kraj",
        "message": "Wiadomość",
        "open": "Otwórz leada",
        "warm": "ciepły",
        "cold": "zimny",
    },
}

_KINDS = {
    "en": {
        "form_submitted": "Sent a form",
        "page_viewed": "Viewed a page",
        "link_clicked": "Clicked a link",
        "email_clicked": "Clicked a link in a mail",
        "email_replied": "Replied to a mail",
        "sales_answered": "Answered a rep's questions",
        "sales_contacted": "Contacted by sales",
    },
    "pl": {
        "form_submitted": "Wysłany formularz",
        "page_viewed": "Obejrzana strona",
        "link_clicked": "Kliknięty link",
        "email_clicked": "Kliknięty link w mailu",
        "email_replied": "Odpowiedź na maila",
        "sales_answered": "Odpowiedzi udzielone handlowcowi",
        "sales_contacted": "Kontakt z handlowcem",
    },
}
_CHANNELS = {  # a model names the others
    "en": {},
    "pl": {DIRECT: "bezpośrednio", OTHER: "inne", SALES: "sprzedaż"},
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
    lead: Lead,
    book: RuleBook,
    naming: Naming,
    *,
    at: int,
    delayed: bool = False,
    url: str = "",
    unattended: str = "",
) -> Alert:
    """Word the alert of a lead as it stands at an instant (UTC ms); `unattended` is why its owner
    does not see to it: `away`, `left`, or nothing.
    """
    score = score_state(book, lead.merged.state, at=at)
    letter = _Letter(lead, book, naming, score, delayed=delayed, url=url, unattended=unattended)
    return Alert(
        alert_id=letter.alert_id,
        subject=letter.subject(),
        bodies=bodies(letter.mail(), sms=letter.short(), facts=letter.facts(), chat=letter.chat()),
        attributes=letter.attributes(),
    )


def about_many(name: str, *, kind: str, subject: str, mail: str, facts: Mapping[str, Any]) -> Alert:
    """Give a message about no one lead: its thread is its own, and a short text its subject."""
    chat = notification(name, kind=kind, title=subject, mail=mail, thread=name, context={})
    return Alert(
        alert_id=name,
        subject=subject,
        bodies=bodies(mail, sms=subject[:SMS_MAX], facts=facts, chat=chat),
        attributes={"kind": kind, "alert_id": name},
    )


def bodies(
    mail: str, *, sms: str, facts: Mapping[str, Any], chat: Mapping[str, Any]
) -> dict[str, str]:
    """Give a message in the wording of each protocol of SNS."""
    told = json.dumps(facts, ensure_ascii=False)
    return {
        "default": mail,
        "email": mail,
        "sms": sms,
        "sqs": told,
        "lambda": told,
        "firehose": told,
        "https": json.dumps(chat, ensure_ascii=False),
    }


def notification(
    name: str, *, kind: str, title: str, mail: str, thread: str, context: Mapping[str, str]
) -> dict[str, Any]:
    """Give AWS chat's custom notification; our fields stand in its context."""
    return {
        "version": "1.0",
        "source": "custom",
        "id": name,
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": no_markup(mail),
        },
        "metadata": {
            "threadId": thread,
            "summary": title,
            "eventType": kind,
            **({"additionalContext": dict(context)} if context else {}),
        },
    }


class _Letter:
    """All that is said about one lead, in the model's language and time zone."""

    def __init__(
        self,
        lead: Lead,
        book: RuleBook,
        naming: Naming,
        score: Score,
        *,
        delayed: bool,
        url: str,
        unattended: str,
    ) -> None:
        settings = book.model["alerts"]
        self._language = settings["language"] if settings["language"] in _WORDS else "en"
        self._words = _WORDS[self._language]
        self._zone = ZoneInfo(settings["time_zone"])
        self._company_in_subject = settings.get("subject_names_company", True)
        self._lead, self._book, self._score = lead, book, score
        self._delayed, self._url, self._unattended = delayed, url, unattended
        self._known = {
            name: plain(str(value))
            for name, value in book.known(lead.merged.state, at=score.at).items()
            if value is not None
        }
        self._origin = naming(lead.merged.touches.first)
        self._outbox = lead.outbox
        hot_then = lead.outbox is not None and score.band != "hot"
        told = lead.outbox if hot_then and lead.outbox else score  # the numbers that made it hot
        self._fit, self._engagement = told.fit, told.engagement
        self._total = told.fit + told.engagement

    @property
    def alert_id(self) -> str:
        return self._outbox.alert_id if self._outbox else ""

    def subject(self) -> str:
        """Write who and how hot: ASCII, under 100 characters, no person's name."""
        numbers = f"{self._total} (fit {self._fit}, engagement {self._engagement})"
        test = "TEST " if self._lead.merged.is_test else ""
        who = self._company() if self._company_in_subject else ""
        what = f"{test}{self._words['waits' if self._is_escalation else 'hot']}"
        room = SUBJECT_MAX - len(f"{what}:  - {numbers}")
        who = ascii_only(who)[:room].strip()
        return f"{what}: {who} - {numbers}" if who else f"{what}: {numbers}"

    def mail(self) -> str:
        """Write what a rep can act on at once."""
        words = self._words
        lines = [
            *([words["test"], ""] if self._lead.merged.is_test else []),
            *(
                [words["delayed"].format(made=self._time(self._made_at())), ""]
                if self._delayed
                else []
            ),
            *self._waits(),
            *self._who(),
            "",
            words["score"].format(score=self._total, fit=self._fit, engagement=self._engagement),
            "",
            *([] if self._is_escalation else [f"{words['why']}: {self._why()}", ""]),
            f"{words['reasons']}:",
            *(f"  {points:+d}  {reason}" for reason, points in self._reasons()),
            "",
            self._cooling(),
            f"{words['from']}: {self._came_from()}",
            *([f"{words['owner']}: {owner}"] if (owner := self._owner()) else []),
            *([f"{words['open']}: {self._url}"] if self._url else []),
        ]
        return "\n".join(lines) + "\n"

    def short(self) -> str:
        """Write the line for a telephone."""
        call = self._known.get("phone") or self._lead.merged.state.email
        line = f"{self.subject()} {self._known.get('name', '')} {call}"
        return ascii_only(line)[:SMS_MAX].strip()

    def facts(self) -> dict[str, Any]:
        """Give everything as our own JSON, for queues and functions."""
        score = self._score
        return {
            "kind": self._kind,
            "alert_id": self.alert_id,
            "lead": self._lead.id,
            "email": self._lead.merged.state.email,
            "at": format_instant(score.at),
            "made_at": format_instant(self._made_at()),
            "delayed": self._delayed,
            "test": self._lead.merged.is_test,
            "score": self._total,
            "fit": self._fit,
            "engagement": self._engagement,
            "band": "hot",
            "now": {"score": score.total, "band": score.band},
            "answers": dict(self._known),
            "why_now": self._why(),
            "reasons": [{"says": reason, "points": points} for reason, points in self._reasons()],
            "lines": self._lines(),
            "cools_at": format_instant(step.at) if (step := self._cools()) else None,
            "channel": self._origin.channel,
            "campaign": self._origin.campaign,
            "experiment": self._origin.experiment,
            "owner": self._lead.merged.dealings.owner,
        }

    def chat(self) -> dict[str, Any]:
        """Give what a chat program shows."""
        context = {
            "alert_id": self.alert_id,
            "lead": self._lead.id,
            "score": str(self._total),
            "fit": str(self._fit),
            "engagement": str(self._engagement),
            "channel": self._origin.channel,
        }
        return notification(
            self.alert_id,
            kind=self._kind,
            title=self.subject(),
            mail=self.mail(),
            thread=self._lead.id,
            context=context,
        )

    def attributes(self) -> dict[str, str | int]:
        """Give what filter policies choose by; an unknown one is absent."""
        attributes: dict[str, str | int | None] = {
            "kind": self._kind,
            "band": "hot",
            "score": self._total,
            "alert_id": self.alert_id,
            "channel": self._origin.channel,
            "country": self._answer_of_type("country"),
            "owner": self._lead.merged.dealings.owner,
            "owner_away": "true" if self._unattended else None,
        }
        return {name: value for name, value in attributes.items() if value is not None}

    @property
    def _kind(self) -> str:
        return self._outbox.kind if self._outbox else HOT

    @property
    def _is_escalation(self) -> bool:
        return self._kind == ESCALATION

    def _waits(self) -> Iterable[str]:
        if self._is_escalation:
            told_at = self._lead.alerted_at or self._made_at()
            yield self._words["nobody"].format(made=self._time(told_at))
            yield ""

    def _who(self) -> Iterable[str]:
        known, words = self._known, self._words
        title = ", ".join(known[name] for name in ("name", "job_title") if name in known)
        yield " - ".join(part for part in (title, self._company()) if part)
        told = {
            "phone": known.get("phone"),
            "mail": plain(self._lead.merged.state.email),
            "country": self._answer_of_type("country"),
            "message": self._answer_of_type("message"),
        }
        for word, value in told.items():
            if value:
                yield f"{words[word]}: {value}"

    def _answer_of_type(self, wanted: str) -> str | None:
        names = self._book.fields_of(wanted)
        return next((self._known[name] for name in names if name in self._known), None)

    def _company(self) -> str:
        return company(self._known, self._lead.merged.state.email)

    def _why(self) -> str:
        """Name what tipped it: the rule by which that fact gives most, or what it was."""
        tip = self._outbox.tip if self._outbox else None
        if tip is None:
            return self._words["why_time"]
        gives = {
            line.rule: line.points
            for line in self._score.lines
            if line.rule in tip.rules and line.since == tip.at and line.points > 0
        }
        kind = _KINDS[self._language].get(tip.kind, tip.kind.replace("_", " "))
        reason = self._says(max(gives, key=lambda rule: gives[rule])) if gives else kind
        return f"{reason} ({self._time(tip.at)})"

    def _lines(self) -> list[dict[str, Any]]:
        """Give what the score now consists of; beyond fifty the smallest are summed up in one."""
        lines = self._score.lines
        told = sorted(lines, key=lambda line: -abs(line.points))[:LINES_TOLD]
        shown = [_line(line) for line in lines if line in told][:LINES_TOLD]
        rest = self._score.total - sum(line["points"] for line in shown)
        number = len(lines) - len(shown)
        if number:
            name = self._words["others"].format(number=number)
            shown.append({"rule": name, "points": rest, "since": None, "until": None})
        return shown

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
        if self._score.band != "hot":
            band = self._words[self._score.band]
            return self._words["cooled"].format(score=self._score.total, band=band)
        step = self._cools()
        if step is None:
            return self._words["stays"]
        return self._words["cools"].format(band=self._words[step.band], when=self._time(step.at))

    def _cools(self) -> Step | None:
        if self._score.band != "hot":
            return None
        return next((step for step in self._score.forecast if step.band != "hot"), None)

    def _came_from(self) -> str:
        channel = self._origin.channel
        named = _CHANNELS[self._language].get(channel, channel)
        parts = (named, self._origin.campaign, self._origin.experiment)
        return " / ".join(plain(part) for part in parts if part)

    def _owner(self) -> str:
        owner = self._lead.merged.dealings.owner or ""
        return f"{owner} ({self._words[self._unattended]})" if self._unattended else owner

    def _says(self, rule: str) -> str:
        return says(self._book, rule, language=self._language)

    def _made_at(self) -> int:
        return self._outbox.made_at if self._outbox else self._score.at

    def _time(self, at: int) -> str:
        local = datetime.fromtimestamp(at / SECOND_MS, UTC).astimezone(self._zone)
        weekday = _WEEKDAYS[self._language][local.weekday()]
        return f"{weekday} {local.day}.{local.month:02d}.{local.year} {local:%H:%M}"


def company(known: Mapping[str, object], email: str) -> str:
    """Name a lead's company: what it answered, else the domain of a business address; plain."""
    if known.get("company"):
        return plain(str(known["company"]))
    domain = email.rpartition("@")[2]
    return domain if known.get("email_kind", "business") == "business" else ""


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


def no_markup(text: str) -> str:
    """Make chat programs show a text as it stands: no links, mentions, emphasis.

    Entities for what begins a mention or a link; an invisible space behind what begins emphasis,
    but not inside a word, so that an address can still be copied.
    """
    entities = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _EMPHASIS.sub("\\g<0>\u200b", entities)

"""A first model from what a team knows of its customers: rules in both halves, for and against.

The points are a beginning: they are spread so that neither half makes a lead hot alone (R50, R51),
and each activity has a time limit of its own (R71). What a team did not say is left out, but for
what speaks against a lead everywhere (R61): private addresses, unsubscribing, silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGES_MAX = 6  # more are a list nobody weighs one by one
PAGE_POINTS = (15, 8, 6, 5, 4, 3)  # each page has a worth of its own (R64), the first the highest
AGAINST_POINTS = -8
_HEAD = """\
# yaml-language-server: $$schema=scoring-model.schema.json
#
# A first model, made from your answers$calls. Points are hypotheses: run
# `lead-scoring lint` and `lead-scoring try` while you change them; once you know who bought,
# `lead-scoring learn` and `lead-scoring verify` say which are right (docs/modelling.md).
model: $host

bands: {hot: above 70, cold: below 30}          # warm is what lies between
halves: {fit: {cap: 50, floor: -50}, engagement: {cap: 50, floor: -50}}
groups: {web: {cap: 20}, mail: {cap: 16}}
activities: $activities

# What a form may ask and sales may add; `also` lists the names under which forms send it.
fields:
  name: {type: text, also: [full_name, imie_i_nazwisko]}
  company: {type: text, also: [company_name, firma]}
  phone: {type: phone, also: [telefon, phone_number]}
  job_title: {type: text, also: [stanowisko, title, position]}
  company_size: {type: number, also: [employees, liczba_pracownikow]}
  country: {type: country, also: [kraj]}
  industry: {type: text, also: [branza, sector]}
  email_kind: {read_from: email}                # business, free or disposable
  position:                                     # the first category that fits
    read_from: job_title
    words:
      never_buys: {any: $never}
      buyer: {any: $buyers}

# Who they are. Answers of today count, so these rules need no time limit.
fit:"""
_BETWEEN = """
# What they do. Each activity has its own lifetime; opened mails are worth nothing.
engagement:"""
_TAIL = """
# Where a lead came from: the first that fits; without utm_* and referrer it is `direct`.
channels:
  ads: {utm_medium: [cpc, ppc, paid, display, paid-social]}
  newsletter: {utm_medium: [email, newsletter]}
  social: {any: [{utm_medium: social}, {referrer: {contains: [linkedin.com, facebook.com]}}]}
  search: {referrer: {contains: [google., bing.com, duckduckgo.com]}}
campaigns: {read_from: utm_campaign}
experiments: {read_from: utm_content}

# `lead-scoring form demo` prints the HTML to paste. Correct the addresses.
forms:
  demo:
    thanks: $thanks
    errors: $errors
    origins: [$origin]
    honeypot: fax_extension
    consent: {field: marketing_consent, needed: false}

alerts: {cooldown: 7 days, language: $language, time_zone: Europe/Warsaw}
ideal_leads: []                                 # agree on yours: docs/modelling.md"""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*")
_RESERVED = frozenset(["yes", "no", "on", "off", "true", "false", "null", "y", "n"])  # of YAML 1.1


@dataclass(frozen=True, slots=True)
class Action:
    """An activity as rules know it: its kind, what must be true of it, and the limit of R71."""

    name: str
    kind: str
    where: str
    points: int
    lasts: str
    en: str
    pl: str
    more: str = ""


KNOWN_ACTIONS = (
    Action("demo-request", "form_submitted", "{form: demo}", 20, "60 days",
           "Asked for a demo", "Poprosił(a) o prezentację"),
    Action("registration", "registered", "", 15, "90 days",
           "Registered an account", "Założył(a) konto"),
    Action("webinar-attendance", "webinar_attended", "", 12, "a month",
           "Attended a webinar", "Był(a) na webinarze", "half_life: 14 days"),
    Action("event-attendance", "event_attended", "", 8, "a year",
           "Met us at an event", "Spotkał(a) nas na wydarzeniu", "half_life: 120 days"),
    Action("download", "file_downloaded", "", 10, "90 days",
           "Downloaded a file", "Pobrał(a) plik", "once_per: day"),
    Action("video", "video_watched", "", 5, "30 days",
           "Watched a video", "Obejrzał(a) film", "once_per: day"),
    Action("mail-reply", "email_replied", "", 15, "30 days",
           "Replied to a mail", "Odpisał(a) na maila"),
)  # fmt: skip
ACTION_WORDS = {  # what people write, in English and Polish, as it begins
    "demo": "demo-request", "prezentac": "demo-request",
    "regist": "registration", "sign up": "registration", "trial": "registration",
    "rejestr": "registration", "konto": "registration", "account": "registration",
    "webinar": "webinar-attendance",
    "event": "event-attendance", "fair": "event-attendance", "wydarz": "event-attendance",
    "targi": "event-attendance", "konferenc": "event-attendance", "conferenc": "event-attendance",
    "download": "download", "pobran": "download", "pobier": "download",
    "video": "video", "film": "video", "wideo": "video",
    "repl": "mail-reply", "odpow": "mail-reply",
}  # fmt: skip
DECLARED = ("registered", "webinar_attended", "event_attended")  # no mapping file brings these


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a team said. Countries are names or codes the compiler knows; pages begin with `/`;
    actions are words; a size is (from, below), None where it has no end.
    """

    website: str = "https://www.example.com"
    buyers: Sequence[str] = ()
    never: Sequence[str] = ()
    size: tuple[int | None, int | None] = (None, None)
    countries: Sequence[str] = ()
    industries: Sequence[str] = ()
    unserved_countries: Sequence[str] = ()
    unserved_industries: Sequence[str] = ()
    pages: Sequence[str] = ()
    actions: Sequence[str] = ()
    pages_against: Sequence[str] = ()
    actions_against: Sequence[str] = ()
    calls_a_day: int | None = None
    language: str = "en"


def model_text(wishes: Wishes) -> str:
    """Write the model as people read it. It passes the linter, whatever was wished for."""
    return "\n".join(_Writer(wishes).lines()) + "\n"


def kind_of(word: str) -> str:
    """Name an activity of their own after what they call it: letters, digits and `_`."""
    name = re.sub(r"[^a-z0-9]+", "_", _ascii(word).lower()).strip("_")[:40].strip("_")
    return name if name[:1].isalpha() else f"did_{name}".rstrip("_")


def known_action(word: str) -> Action | None:
    """Find the activity that a word means; None where it is one of their own."""
    plain = _ascii(word).casefold().strip()
    for beginning, name in ACTION_WORDS.items():
        if plain.startswith(beginning):
            return next(action for action in KNOWN_ACTIONS if action.name == name)
    return None


def _ascii(text: str) -> str:
    return text.translate(str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ"))


@dataclass
class _Writer:
    wishes: Wishes
    names: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        wishes, site = self.wishes, self.wishes.website.rstrip("/")
        never, buyers = self._positions()
        calls = f" for about {wishes.calls_a_day} calls a day" if wishes.calls_a_day else ""
        told = {
            "calls": calls, "host": _scalar(self._host()), "never": _list(never),
            "activities": _list(sorted(self._declared())), "buyers": _list(buyers),
            "thanks": _scalar(f"{site}/thanks"), "errors": _scalar(f"{site}/demo"),
            "origin": _scalar(self._origin()), "language": wishes.language,
        }  # fmt: skip
        yield Template(_HEAD).substitute(told)
        yield from self._fit()
        yield _BETWEEN
        yield from self._engagement()
        yield Template(_TAIL).substitute(told)

    def _host(self) -> str:
        host = re.sub(r"^https?://(www\.)?", "", self.wishes.website).split("/")[0]
        return host or "our customers"

    def _declared(self) -> set[str]:
        words = [*self.wishes.actions, *self.wishes.actions_against]
        known = [known_action(word) for word in words]
        own = {kind_of(w) for w, action in zip(words, known, strict=True) if action is None}
        asked = {action.kind for action in known if action and action.kind in DECLARED}
        return own | asked

    def _positions(self) -> tuple[list[str], list[str]]:
        never = _distinct(self.wishes.never) or ["student*", "intern", "stażyst*"]
        buyers = [one for one in _distinct(self.wishes.buyers) if one not in never]
        return never, buyers or ["ceo", "founder", "owner", "prezes*", "właściciel*"]

    def _fit(self) -> Iterator[str]:
        wishes = self.wishes
        yield from self._rule(
            "who-buys", "when: {position: buyer}", 20, "Decides to buy", "Decyduje o zakupie"
        )
        yield from self._rule(
            "position-that-does-not-buy",
            "when: {position: never_buys}",
            -15,
            "A position that does not buy",
            "Stanowisko bez wpływu na zakup",
        )
        low, high = wishes.size
        if low is not None or high is not None:
            ends = [f"from: {low}"] if low is not None else []
            ends += [f"below: {high}"] if high is not None else []
            yield from self._rule(
                "size-we-are-made-for",
                f"when: {{company_size: {{{', '.join(ends)}}}}}",
                10,
                "A company of our size",
                "Firma naszej wielkości",
            )
        else:
            yield from self._rule(
                "size-known",
                "when: {company_size: {missing: false}}",
                10,
                "Told us how large they are",
                "Znamy wielkość firmy",
            )
        if countries := _distinct(wishes.countries):
            yield from self._rule(
                "where-we-sell",
                f"when: {{country: {_list(countries)}}}",
                10,
                "In a country we sell to",
                "Z kraju, w którym sprzedajemy",
            )
        unserved = [one for one in _distinct(wishes.unserved_countries) if one not in countries]
        if unserved:
            yield from self._rule(
                "where-we-do-not-sell",
                f"when: {{country: {_list(unserved)}}}",
                -30,
                "In a country we do not serve",
                "Z kraju, którego nie obsługujemy",
            )
        if industries := _distinct(wishes.industries):
            yield from self._rule(
                "industry-we-suit",
                f"when: {{industry: {{contains: {_list(industries)}}}}}",
                10,
                "An industry we suit",
                "Branża dla nas",
            )
        others = [one for one in _distinct(wishes.unserved_industries) if one not in industries]
        if others:
            yield from self._rule(
                "industry-we-do-not-suit",
                f"when: {{industry: {{contains: {_list(others)}}}}}",
                -12,
                "An industry we do not suit",
                "Branża nie dla nas",
            )
        yield from self._rule(
            "private-address",
            "when: {email_kind: free}",
            -10,
            "Wrote from a private address",
            "Pisze z prywatnego adresu",
        )
        yield from self._rule(
            "throwaway-address",
            "when: {email_kind: disposable}",
            -30,
            "Wrote from a throwaway address",
            "Pisze z adresu jednorazowego",
        )

    def _engagement(self) -> Iterator[str]:
        demo = KNOWN_ACTIONS[0]
        told = [demo] + [a for word in self.wishes.actions if (a := known_action(word))]
        told += [
            Action(
                _slug(kind_of(word)), kind_of(word), "", 8, "30 days", word, word, "once_per: day"
            )
            for word in self.wishes.actions
            if known_action(word) is None
        ]
        seen: set[str] = set()
        for action in told:
            if action.kind + action.where not in seen:
                seen.add(action.kind + action.where)
                yield from self._action(action)
        yield from self._pages()
        yield from self._rule(
            "mail-click",
            "activity: email_clicked",
            4,
            "Clicked a link in a mail",
            "Kliknął/kliknęła link w mailu",
            "lasts: a week",
            "at_most: 5",
            "once_per: day",
            "group: mail",
        )
        yield "  # what speaks against them"
        yield from self._against(seen)

    def _pages(self) -> Iterator[str]:
        pages = _distinct(self.wishes.pages)[:PAGES_MAX] or ["/pricing", "/customers"]
        for number, page in enumerate(pages):
            points = PAGE_POINTS[number]
            decays = [f"decays: {{7 days: {points // 2}}}"] if number == 0 else []
            yield from self._rule(
                f"page-{_slug(page)}",
                "activity: page_viewed",
                points,
                f"Looked at {page}",
                f"Oglądał(a) {page}",
                f"where: {{path: {{starts_with: {_scalar(page)}}}}}",
                *decays,
                "lasts: 30 days" if number == 0 else "lasts: 14 days",
                "at_most: 2",
                "once_per: day",
                "group: web",
            )

    def _action(self, action: Action, *, points: int | None = None) -> Iterator[str]:
        more = [f"where: {action.where}"] if action.where else []
        more += [f"lasts: {action.lasts}"]
        if points is None and action.more:
            more.append(action.more)
        worth = action.points if points is None else points
        yield from self._rule(
            action.name, f"activity: {action.kind}", worth, action.en, action.pl, *more
        )

    def _against(self, seen: set[str]) -> Iterator[str]:
        chosen = set(_distinct(self.wishes.pages)[:PAGES_MAX] or ["/pricing", "/customers"])
        against = _distinct(self.wishes.pages_against) or ["/careers", "/jobs"]
        pages = [page for page in against if page not in chosen]
        for page in pages:
            yield from self._rule(
                f"page-{_slug(page)}",
                "activity: page_viewed",
                AGAINST_POINTS,
                f"Looked at {page}",
                f"Oglądał(a) {page}",
                f"where: {{path: {{starts_with: {_scalar(page)}}}}}",
                "lasts: 60 days",
            )
        for word in self.wishes.actions_against:
            known, kind = known_action(word), kind_of(word)
            action = known or Action(_slug(kind), kind, "", 0, "60 days", word, word)
            if action.kind + action.where not in seen:
                seen.add(action.kind + action.where)
                yield from self._action(action, points=AGAINST_POINTS)
        yield from self._rule(
            "unsubscribed",
            "activity: email_unsubscribed",
            -20,
            "Unsubscribed from our mails",
            "Wypisał(a) się z maili",
            "lasts: a year",
        )
        yield from self._rule(
            "complained",
            "activity: email_complained",
            -40,
            "Called our mail spam",
            "Zgłosił(a) maila jako spam",
            "lasts: a year",
        )
        yield from self._rule(
            "ignores-campaigns",
            "unanswered: {sent: email_sent, by: [email_clicked, email_replied], at_least: 5, "
            "after: 3 days, within: 90 days}",
            -10,
            "Does not react to our mails",
            "Nie reaguje na nasze maile",
        )
        yield from self._rule(
            "gone-quiet",
            "quiet_for: 60 days",
            -5,
            "Nothing heard for two months",
            "Cisza od dwóch miesięcy",
        )

    def _rule(
        self, name: str, first: str, points: int, en: str, pl: str, *more: str
    ) -> Iterator[str]:
        yield f"  - rule: {self._name(name)}"
        yield f"    {first}"
        where = [line for line in more if line.startswith("where")]
        yield from (f"    {line}" for line in where)
        yield f"    points: {points}"
        yield from (f"    {line}" for line in more if line not in where)
        yield f"    says: {{en: {_scalar(en)}, pl: {_scalar(pl)}}}"

    def _name(self, name: str) -> str:
        """A name that no rule has yet."""
        free = name
        number = 2
        while free in self.names:
            free, number = f"{name}-{number}", number + 1
        self.names.add(free)
        return free

    def _origin(self) -> str:
        scheme, _, rest = self.wishes.website.partition("://")
        return f"{scheme}://{rest.split('/')[0]}"


def _distinct(texts: Sequence[str]) -> list[str]:
    """In their order, each once, whatever its capital letters."""
    kept: dict[str, str] = {}
    for text in texts:
        if stripped := " ".join(text.split()):
            kept.setdefault(_ascii(stripped).casefold(), stripped)
    return list(kept.values())


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _ascii(text).lower()).strip("-")[:40].strip("-") or "other"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(_scalar(text) for text in texts)}]"


def _scalar(text: str) -> str:
    """A text in YAML: bare where no reader could take it for something else, else in quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _RESERVED:
        return text
    kept = "".join(letter for letter in text if letter.isprintable())
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'

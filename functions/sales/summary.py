"""What managers read on Monday morning: who waits, whose, and how good the leads of the month are.

One message in the model's language and time zone, worded for each protocol as an alert is. It names
no lead: what is to be done about one stands in the console.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.leads.hot_alert import Alert, about_many, ascii_only, plain
from functions.leads.lead import SUMMARY
from functions.leads.team import Team
from functions.sales.attention import DAYS, Question
from functions.sales.complaints import reason_in
from functions.scoring.instants import SECOND_MS, format_instant

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "subject": "Leads this week: {waiting} to call now, {hot} hot, {warm} warm",
        "day": "Monday summary, {day}",
        "now": "On the call list now",
        "bands": "{hot} hot, {warm} warm",
        "first": " (of the first {looked_at} of the list)",
        "waiting": "{number} hot and nobody called since the alert",
        "longest": ", the longest since {since}",
        "no_response": "{number} reached by nobody, and silent since",
        "cooling": "{number} hot or warm that will leave their band within {days} days",
        "stuck": "{number} in the same band for {days} days or more",
        "stagnating": "{number} warm whose score has not risen for {days} days",
        "needs_answer": "{number} of whom an answer is missing",
        "owners": "By owner",
        "owner": "{name}: {hot} hot, {waiting} to call now, {warm} warm",
        "nobody": "nobody's",
        "away": " (away)",
        "months": "How good the leads are",
        "month": "{month}: leads {leads}, ideal {ideal}, hot {hot}, won {won} ({value})",
        "ideal": "{ideal} of {known} known",
        "ideal_unknown": "unknown",
        "contact": ", first contact after {span}",
        "span.minutes": "{number} min",
        "span.hours": "{number} h",
        "span.days": "{number} days",
        "rejected": "Sales rejected {number}: {reasons}",
        "goals": "Goals of {month}",
        "goal": "{channel}: {leads}{of} leads, ideal: {ideal}{ideal_of}",
        "by_few": ", too few known to tell",
        "of": " of {goal}",
        "ideal_of": " (goal: {goal} %)",
        "open": "Open the console",
    },
    "pl": {
        "subject": "Leady: {waiting} do telefonu teraz, {hot} gorących, {warm} ciepłych",
        "day": "Podsumowanie poniedziałkowe, {day}",
        "now": "Na liście do telefonu teraz",
        "bands": "gorących: {hot}, ciepłych: {warm}",
        "first": " (spośród pierwszych {looked_at} na liście)",
        "waiting": "gorące, do których nikt nie zadzwonił od alertu: {number}",
        "longest": ", najdłużej od {since}",
        "no_response": "nikt nie odebrał i od tego czasu cisza: {number}",
        "cooling": "gorące lub ciepłe, które w ciągu {days} dni spadną do niższej kategorii: "
        "{number}",
        "stuck": "od {days} dni lub dłużej w tej samej kategorii: {number}",
        "stagnating": "ciepłe, których wynik nie wzrósł od {days} dni: {number}",
        "needs_answer": "brakuje o nich odpowiedzi: {number}",
        "owners": "Według opiekunów",
        "owner": "{name}: gorących {hot}, do telefonu teraz {waiting}, ciepłych {warm}",
        "nobody": "niczyje",
        "away": " (nieobecność)",
        "months": "Jakość leadów",
        "month": "{month}: leadów {leads}, idealnych: {ideal}, gorących {hot}, "
        "wygranych {won} ({value})",
        "ideal": "{ideal} z {known} znanych",
        "ideal_unknown": "nie wiadomo",
        "contact": ", pierwszy kontakt po {span}",
        "span.minutes": "{number} min",
        "span.hours": "{number} h",
        "span.days": "{number} dniach",
        "rejected": "Sprzedaż odrzuciła {number}: {reasons}",
        "goals": "Cele na {month}",
        "goal": "{channel}: leadów {leads}{of}, idealnych: {ideal}{ideal_of}",
        "by_few": ", za mało znanych, by orzec",
        "of": " z {goal}",
        "ideal_of": " (cel: {goal} %)",
        "open": "Otwórz konsolę",
    },
}  # fmt: skip
_ASKED: tuple[Question, ...] = (
    "no_response", "cooling", "stuck", "stagnating", "needs_answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How leads stand at an instant (UTC ms): rows of the call list, each with the questions it is
    an answer to; the quality of this month and the last; this month's goals.
    """

    at: int
    rows: Sequence[tuple[Mapping[str, Any], frozenset[Question]]]
    looked_at_all: bool
    months: Sequence[tuple[str, Mapping[str, Any]]]
    goals: Sequence[Mapping[str, Any]]


def summary(
    standing: Standing, team: Team, alerts: Mapping[str, Any], *, console_url: str = ""
) -> Alert:
    """Word the summary; `alerts` are the model's settings of them."""
    letter = _Letter(standing, team, alerts, console_url)
    return about_many(
        letter.id,
        kind=SUMMARY,
        subject=letter.subject(),
        mail=letter.mail(),
        facts=letter.facts(),
    )


class _Letter:
    """All that is said, in one language and time zone."""

    def __init__(
        self, standing: Standing, team: Team, alerts: Mapping[str, Any], console_url: str
    ) -> None:
        self._standing, self._team, self._url = standing, team, console_url
        self._language = alerts["language"]
        self._words = _WORDS.get(self._language, _WORDS["en"])
        self._zone = ZoneInfo(alerts["time_zone"])
        self._bands = Counter(row["band"] for row, _ in standing.rows)
        self._asked = Counter(one for _, wants in standing.rows for one in wants)

    @property
    def id(self) -> str:
        """One of each week, so that who keeps summaries keeps each once."""
        year, week, _ = self._local(self._standing.at).isocalendar()
        return f"summary-{year}-W{week:02d}"

    def subject(self) -> str:
        """Write the three numbers that matter, in ASCII."""
        return ascii_only(self._words["subject"].format(**self._numbers()))

    def mail(self) -> str:
        """Write the whole message."""
        parts = [[self._words["day"].format(day=self._day(self._standing.at))]]
        parts += [list(self._now()), list(self._owners()), list(self._quality())]
        parts += [list(self._reached())]
        parts += [[f"{self._words['open']}: {self._url}"]] if self._url else []
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def facts(self) -> dict[str, Any]:
        """Give the figures as our own JSON, for queues and functions."""
        standing = self._standing
        return {
            "kind": SUMMARY,
            "alert_id": self.id,
            "at": format_instant(standing.at),
            "days": DAYS,
            "looked_at": len(standing.rows),
            "bands": dict(self._bands),
            "attention": {name: self._asked[name] for name in ("waiting", *_ASKED)},
            "owners": [told for _, told in self._by_owner()],
            "months": [{"month": month, **figures} for month, figures in standing.months],
            "goals": list(standing.goals),
        }

    def _numbers(self) -> dict[str, int]:
        bands = self._bands
        return {"waiting": self._asked["waiting"], "hot": bands["hot"], "warm": bands["warm"]}

    def _now(self) -> Iterator[str]:
        words, standing = self._words, self._standing
        yield f"{words['now']}:"
        first = words["first"].format(looked_at=len(standing.rows))
        yield f"  {words['bands'].format(**self._numbers())}" + (
            "" if standing.looked_at_all else first
        )
        if waiting := self._asked["waiting"]:
            since = self._longest()
            longest = words["longest"].format(since=since) if since else ""
            yield f"  {words['waiting'].format(number=waiting)}{longest}"
        for name in _ASKED:
            if number := self._asked[name]:
                yield f"  {words[name].format(number=number, days=DAYS)}"

    def _longest(self) -> str:
        told = [row["alerted_at"] for row, wants in self._standing.rows if "waiting" in wants]
        oldest = min((at for at in told if at), default=None)
        return self._time(datetime.fromisoformat(oldest)) if oldest else ""

    def _owners(self) -> Iterator[str]:
        owners = list(self._by_owner())
        if not self._team.members and len(owners) < 2:
            return
        yield f"{self._words['owners']}:"
        for away, told in owners:
            name = told["name"] or told["owner"] or self._words["nobody"]
            line = self._words["owner"].format(**(told | {"name": name}))
            yield f"  {line}{self._words['away'] if away else ''}"

    def _by_owner(self) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Count by owner: who has most to call first, then by name; everybody of the team who takes
        leads is there.
        """
        taking = [one.mail for one in self._team.members if one.takes]
        counted: dict[str | None, Counter[str]] = {mail: Counter() for mail in taking}
        for row, wants in self._standing.rows:
            numbers = counted.setdefault(row["owner"], Counter())
            numbers[row["band"]] += 1
            numbers["waiting"] += "waiting" in wants
        order = sorted(counted, key=lambda one: (-counted[one]["waiting"], one or ""))
        for owner in order:
            member = self._team.member(owner)
            names = ("hot", "waiting", "warm")
            told = {name: counted[owner][name] for name in names}
            away = member is not None and member.is_away(self._standing.at)
            yield away, {"owner": owner, "name": member.name if member else "", **told}

    def _quality(self) -> Iterator[str]:
        yield f"{self._words['months']}:"
        for month, told in self._standing.months:
            said = {**told, "month": month, "value": f"{told['won_value']:g}"}
            said["ideal"] = self._ideal(told)
            minutes = told["minutes_to_contact"]
            contact = "" if minutes is None else self._contact(minutes)
            yield f"  {self._words['month'].format(**said)}{contact}"
            if told["rejected"]:
                reasons = ", ".join(
                    f"{plain(reason_in(self._language, one['reason']))} ({one['leads']})"
                    for one in told["rejected_for"]
                )
                said = {"number": told["rejected"], "reasons": reasons}
                yield f"    {self._words['rejected'].format(**said)}"

    def _ideal(self, told: Mapping[str, Any]) -> str:
        """Count ideal leads among those of whom it is known."""
        ideal, known = told["by_distance"].get("0", 0), told["distance_known"]
        return self._words["ideal" if known else "ideal_unknown"].format(ideal=ideal, known=known)

    def _contact(self, minutes: float) -> str:
        """Word a median as people say it: in minutes, from two hours on in hours, then in days."""
        spans = (("days", 2 * 24 * 60, 24 * 60), ("hours", 120, 60), ("minutes", 0, 1))
        unit, _, each = next(one for one in spans if minutes >= one[1])
        span = self._words[f"span.{unit}"].format(number=round(minutes / each))
        return self._words["contact"].format(span=span)

    def _reached(self) -> Iterator[str]:
        goals = [one for one in self._standing.goals if one["leads_goal"] or one["ideal_goal"]]
        if not goals:
            return
        month = self._standing.months[0][0]
        yield f"{self._words['goals'].format(month=month)}:"
        for one in goals:
            of = self._words["of"].format(goal=one["leads_goal"]) if one["leads_goal"] else ""
            wanted = one["ideal_goal"]
            ideal_of = self._words["ideal_of"].format(goal=wanted) if wanted else ""
            percent = one["ideal_percent"]
            ideal = self._words["ideal_unknown"] if percent is None else f"{percent:g} %"
            told = {"channel": one["channel"], "leads": one["leads"], "ideal": ideal}
            by_few = self._words["by_few"] if one["ideal_by_few"] else ""
            yield f"  {self._words['goal'].format(**told, of=of, ideal_of=ideal_of)}{by_few}"

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / SECOND_MS, UTC).astimezone(self._zone)

    def _day(self, at: int) -> str:
        local = self._local(at)
        return f"{local.day}.{local.month:02d}.{local.year}"

    def _time(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{local.day}.{local.month:02d}.{local.year} {local:%H:%M}"

"""What sales may ask and do, without HTTP: one method a route.

Every write is a fact through the one move; the answer is the lead as it is afterwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from functions.intake.answer_reading import Mistake, field_names, name_key, read_answers
from functions.intake.fact_line import read_fact
from functions.intake.refusal import Refusal
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.history import Record, record_item
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.leads.lead_lists import EXTERNAL, LeadLists
from functions.leads.lead_table import LeadStore, is_key
from functions.leads.team import Team
from functions.sales.attention import DAYS, QUESTIONS, Attention, Question
from functions.sales.call_list import (
    LOOKED_AT,
    PORTION,
    ListQuery,
    Page,
    Place,
    Seen,
    read_page,
    read_views,
)
from functions.sales.caller import Caller
from functions.sales.day_share import DayShare, day_share, midnight
from functions.sales.lead_view import LeadView, lead_view, worded
from functions.sales.period import Period, read_period
from functions.sales.quality_report import (
    Counted,
    Told,
    completeness,
    goals_reached,
    monthly_report,
    quality_report,
    read_told,
)
from functions.sales.repeats import (
    REUSED,
    ReusedError,
    below,
    came_before,
    check_says,
    is_same,
)
from functions.sales.summary import Standing
from functions.scoring.facts import SALES, SALES_ANSWERED, SALES_ASSIGNED, Fact, canonical_json
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_state
from functions.scoring.touches import ENTERED_BY, Naming

SOURCE = "sales"  # of facts that came by the sales API
BY_EXTERNAL_ID = "external_id:"
TABLE_MS = 5_000  # a table is read no longer: the function has ten seconds for all it does
TABLE_BYTES = 3_000_000  # of its rows as JSON, some thousands: a Lambda answers six megabytes


class NoLeadError(LookupError):
    """There is no such lead, or it was erased: nobody can tell which."""


class RevisionError(Exception):
    """The lead has changed since the caller read it; `revision` is today's."""

    def __init__(self, revision: int) -> None:
        """Keep the revision the answer tells."""
        super().__init__("another revision")
        self.revision = revision


class Hint(NamedTuple):
    """A mistake, and what could have been meant."""

    field: str
    code: str
    did_you_mean: str | None = None
    choices: list[str] | None = None


class MistakesError(ValueError):
    """What was asked to be written cannot be; each mistake with its field."""

    def __init__(self, *mistakes: "Mistake | Hint") -> None:
        """Keep the mistakes."""
        super().__init__("mistakes")
        self.mistakes = mistakes


_REUSED = Mistake("idempotency-key", REUSED)
Written = Mapping[tuple[str, str], Record]  # what a request wrote before, by kind and id


class OneLead(Protocol):
    """What applies facts to a lead."""

    def apply(self, lead: str, arrivals: list[Arrival]) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to write: the kind of fact, what it says, and under which id and revision; `mark`
    tells its request from others, where the caller named the id (see repeats).
    """

    kind: str
    says: Mapping[str, Any]
    id: str
    at: str | None = None
    revision: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Attentive:
    """A page of the rows that were asked for, with how many leads were looked at for all of them,
    and counts by question.
    """

    page: Page
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class SalesDesk:
    """Reads and writes leads for callers, under one model."""

    store: LeadStore
    lists: LeadLists
    move: OneLead
    book: RuleBook
    naming: Naming
    clock: Callable[[], int]
    lead_id: Callable[[str], str]
    forget: Callable[[str], None]
    team: Team = field(default_factory=Team)

    def page(self, query: ListQuery, *, after: Place | None, limit: int) -> Page:
        """Read a page of a list. Raises TryLater."""
        return read_page(query, self.lists, self._views, after=after, limit=limit)

    def attention(
        self,
        query: ListQuery,
        question: Question | None,
        *,
        days: int,
        after: Place | None,
        limit: int,
    ) -> Attentive:
        """Look at the first thousand of a list: up to `limit` behind a place of who is asked for,
        and how many of each question. Raises TryLater.
        """
        looked, number = self._looked_at(query, days=days)
        counts: dict[str, int] = {
            one: sum(one in wants for _, wants in looked) for one in QUESTIONS
        }
        wanted = [one for one, wants in looked if question is None or question in wants]
        if after is not None:
            begins = query.rank(after)
            wanted = [one for one in wanted if query.rank(one.place) > begins]
        shown = wanted[:limit]
        following = shown[-1].place if len(wanted) > limit else None
        return Attentive(Page([one.view.row() for one in shown], following, number), counts)

    def _looked_at(
        self, query: ListQuery, *, days: int
    ) -> tuple[list[tuple[Seen, frozenset[Question]]], int]:
        asking = Attention(self.clock(), self._score_at, days)
        seen, number = read_views(query, self.lists, self._views, limit=LOOKED_AT)
        return [(one, asking.wanted(one.view)) for one in seen], number

    def standing(self) -> Standing:
        """Read how leads stand, for the weekly summary. Raises TryLater."""
        looked, number = self._looked_at(ListQuery(), days=DAYS)
        month = format_instant(self.clock())[:7]
        months = [read_period(month, month)]
        months.append(months[0].before())
        told = [(one.first, tuple(self._told(one))) for one in months]
        return Standing(
            at=self.clock(),
            rows=[(one.view.row(), wants) for one, wants in looked],
            looked_at_all=number < LOOKED_AT,
            months=[(name, Counted(leads).figures()) for name, leads in told],
            goals=self._reached(told[0][1]),
        )

    def today(self, query: ListQuery) -> DayShare:
        """Choose whom an owner is to call today, among the first thousand of their list. Raises
        TryLater.
        """
        owner = query.owner or ""
        own = ListQuery(owner=owner)
        seen, _ = read_views(own, self.lists, self._views, limit=LOOKED_AT)
        views = [one.view for one in seen]
        fits = [view for view in views if query.fits(view.row()) and view.lead.band in query.bands]
        now = self.clock()
        began = midnight(now, ZoneInfo(self.book.model["alerts"]["time_zone"]))
        return day_share(owner, self.team.member(owner), views, fits, now=now, began=began)

    def table(self, query: ListQuery, *, after: Place | None) -> Page:
        """Read as much of a list behind a place as one answer holds: all of it, unless a place to
        go on from comes with it. Raises TryLater.
        """
        until = self.clock() + TABLE_MS
        rows: list[dict[str, Any]] = []
        looked_at = weight = 0
        while True:
            page = read_page(query, self.lists, self._views, after=after, limit=PORTION)
            rows += page.rows
            looked_at += page.looked_at
            weight += sum(len(canonical_json(row).encode()) for row in page.rows)
            after = page.next
            if after is None or weight >= TABLE_BYTES or self.clock() >= until:
                return Page(rows, after, looked_at)

    def _score_at(self, view: LeadView, at: int) -> int:
        """Score a lead at an earlier instant: from its ledger where nothing came since."""
        merged = as_of(view.lead, self.book, self.store, at=at)
        return score_state(self.book, merged.state, at=at).total

    def by_address(self, canonical: str) -> list[dict[str, Any]]:
        """Find the lead with this address: one row or none."""
        return [view.row() for view in self._views([self.lead_id(canonical)])]

    def whole(self, name: str, *, language: str) -> dict[str, Any]:
        """Read one lead with all that is known of it. Raises NoLeadError, TryLater."""
        view = self._view(self._found(name))
        return view.whole(self._history(view.lead), language=language)

    def explained(self, name: str, *, at: int, language: str) -> dict[str, Any]:
        """Score a lead at an instant (UTC ms), and say why. Raises NoLeadError, TryLater."""
        lead = self._found(name)
        merged = as_of(lead, self.book, self.store, at=at)
        view = lead_view(lead, merged, self.book, self.naming, at=at)
        return view.explained(language=language)

    def quality(self, months: Period, *, by: str, language: str) -> dict[str, Any]:
        """Report the quality of leads by period, beside the period before; by month, each beside
        the month before. Raises TryLater.
        """
        if by == "month":
            before, read = months.a_month_earlier(), months.with_month_before()
            groups = monthly_report(self._told(read), read)
        else:
            before = months.before()
            groups = quality_report(self._told(months), self._told(before), by=by)
        return {
            "from": months.first,
            "to": months.last,
            "before_from": before.first,
            "before_to": before.last,
            "by": by,
            "groups": [self._worded(group, language) for group in groups],
        }

    def _worded(self, group: Mapping[str, Any], language: str) -> dict[str, Any]:
        """Ask for the criterion that is missing most as a rep is asked for it."""
        told = {**group, "missing_most_asks": self._asks(group, language)}
        if "before" in told:
            told["before"] = self._worded(told["before"], language)
        return told

    def _asks(self, figures: Mapping[str, Any], language: str) -> str | None:
        criterion, definition = figures["missing_most"], figures["missing_most_of"]
        for ideal in self.book.model["ideal_leads"]:
            for one in ideal["criteria"]:
                if (ideal["ideal"], one["criterion"]) == (definition, criterion):
                    return worded(one["asks"], language, one["criterion"])
        return str(criterion) if criterion else None  # a model before this one asked for it

    def goals(self, month: str) -> dict[str, Any]:
        """Report what each channel brought in a month beside its goals. Raises TryLater."""
        return {"month": month, "channels": self._reached(read_told(self.lists.qualities(month)))}

    def _reached(self, told: Iterable[Told]) -> list[dict[str, Any]]:
        return goals_reached(told, self.book.model.get("goals") or {})

    def completeness(self, months: Period) -> dict[str, Any]:
        """Report of how many leads each declared field is known. Raises TryLater."""
        fields = sorted(self.book.model["fields"])
        return {"from": months.first, "to": months.last} | completeness(self._told(months), fields)

    def _told(self, months: Period) -> list[Told]:
        return [
            told | {"month": month}
            for month in months
            for told in read_told(self.lists.qualities(month))
        ]

    def everything(self, name: str, *, language: str) -> tuple[str, dict[str, Any]]:
        """Give all that is stored of a lead, and its id. Raises NoLeadError, TryLater."""
        lead = self._found(name)
        history = self._history(lead)
        told = self._view(lead).whole(history, language=language)
        stored = dict(self.store.read([lead.id]).get(lead.id, {}))
        facts = [record_item(record, retention=self.book.retention) for record in history]
        return lead.id, {"lead": told, "stored": stored, "facts": facts}

    def erase(self, name: str) -> str:
        """Ask for a lead to be forgotten, and give its id: the function that may does it. Raises
        NoLeadError, TryLater.
        """
        lead = self._found(name)
        self.forget(lead.id)
        return lead.id

    def write(self, caller: Caller, name: str, wishes: Sequence[Wish], *, language: str) -> Any:
        """Write what sales did with a lead, and read it again. What came before under its key,
        whole, is not judged anew: its answer got lost.

        Raises NoLeadError, ForbiddenError, RevisionError, MistakesError, TryLater.
        """
        lead = self._found(name)
        address = lead.merged.state.email
        before = self._before(lead, wishes)
        if before and self._came_whole(address, caller, wishes, before):
            self._move([_again(stored) for stored in before.values()])
        else:
            self._check(caller, lead, wishes)
            wishes = [*wishes, *self._taking(caller, lead, wishes)]
            self._apply(address, caller, wishes, before)
        return self.whole(lead.id, language=language)

    def _check(self, caller: Caller, lead: Lead, wishes: Sequence[Wish]) -> None:
        owner = lead.merged.dealings.owner
        caller.check_deals_with(owner)
        for wish in wishes:
            if wish.kind == SALES_ASSIGNED:
                to = str(wish.says.get("owner") or "").lower() or None
                caller.check_assigns(owner, to)
                self._check_sells(caller, to)
            if wish.revision is not None and wish.revision != lead.revision:
                raise RevisionError(lead.revision)
            if wish.kind == SALES_ANSWERED:
                self._check_answers(wish.says["answers"])

    def _check_sells(self, caller: Caller, to: str | None) -> None:
        """Raise MistakesError for an owner whom the team does not have: a slip of the pen would
        take the lead from everybody. Where nobody is listed anybody may be.
        """
        team = sorted(one.mail for one in self.team.members)
        if team and to not in {None, caller.name, *team}:
            raise MistakesError(Hint("owner", "unknown_owner", choices=team))

    def enter(self, caller: Caller, address: str, wish: Wish, *, language: str) -> Any:
        """Enter a lead after a call (R31): of one that is known, only what is new of it. Raises
        MistakesError, ForbiddenError, TryLater.
        """
        name = self.lead_id(address)
        known = self._leads([name])
        lead = known[0] if known else Lead(name)
        if not known:
            wish = replace(wish, says={**wish.says, ENTERED_BY: SALES})
        said = [wish] if wish.says["answers"] or not known else []
        before = self._before(lead, [wish])
        if before and self._came_whole(address, caller, said, before):
            self._move([_again(stored) for stored in before.values()])
        else:
            caller.check_deals_with(lead.merged.dealings.owner)
            self._check_answers(wish.says["answers"])
            wishes = [*said, *self._taking(caller, lead, [wish])]
            self._apply(address, caller, wishes, before)
        return self.whole(name, language=language)

    def _check_answers(self, answers: Mapping[str, Any]) -> None:
        """Raise MistakesError for fields that the model has not, and where nothing is said: a fact
        of nothing helps nobody.
        """
        read = read_answers(answers, self.book.model, keep_nulls=True)
        if read.ignored:
            raise MistakesError(*(self._unknown(name) for name in read.ignored))
        if answers and not (read.answers or read.mistakes or read.unread):
            raise MistakesError(Mistake("answers", "missing"))

    def _unknown(self, given: str) -> "Hint":
        names = field_names(self.book.model)
        like = next(iter(get_close_matches(name_key(given), names, n=1)), None)
        return Hint("answers", "unknown_field", did_you_mean=like and names[like])

    def _taking(self, caller: Caller, lead: Lead, wishes: Sequence[Wish]) -> list[Wish]:
        """Where a team's list would hand the lead to a colleague, whoever of the reps deals with it
        first takes it: else the next click would be refused.
        """
        dealings = lead.merged.dealings
        given = dealings.assigned or dealings.handed
        says_so = any(wish.kind == SALES_ASSIGNED for wish in wishes)
        if caller.role != "rep" or not self.team.members or given or says_so:
            return []
        first = wishes[0]
        taken = Wish(SALES_ASSIGNED, {"owner": caller.name}, below(first.id, "taken"))
        return [replace(taken, mark=first.mark)]

    def ticks(
        self,
        ticks: Mapping[str, str | None],
        definition: str | None,
        *,
        like: Wish,
    ) -> list[Wish]:
        """Make a wish of each tick, like one that says nothing yet. Raises MistakesError where the
        model has no such criterion.
        """
        ideals = [
            ideal
            for ideal in self.book.model["ideal_leads"]
            if definition in {None, ideal["ideal"]}
        ]
        wishes, mistakes = [], []
        for criterion, answer in ticks.items():
            homes = [
                ideal["ideal"]
                for ideal in ideals
                if criterion in {each["criterion"] for each in ideal["criteria"]}
            ]
            if not homes:
                mistakes.append(Mistake("ticks", "unknown_criterion"))
            wishes += [
                replace(
                    like,
                    says={"definition": home, "criterion": criterion, "answer": answer or ""},
                    id=below(like.id, home, criterion),
                )
                for home in homes
            ]
        if mistakes:
            raise MistakesError(*mistakes)
        return wishes

    def _before(self, lead: Lead, wishes: Sequence[Wish]) -> Written:
        """Find what this very request wrote before. Raises MistakesError where another one came
        under its key.
        """
        mark = wishes[0].mark
        if not mark:
            return {}
        names = [(wish.kind, wish.id) for wish in wishes]
        try:
            return came_before(self._history(lead), mark, names)
        except ReusedError as error:
            raise MistakesError(_REUSED) from error

    def _came_whole(
        self, address: str, caller: Caller, wishes: Sequence[Wish], before: Written
    ) -> bool:
        """Whether all that is wished was written before by this very request: under its mark, or
        without one by this caller, saying the same.
        """
        now = self.clock()
        for wish in wishes:
            stored = before.get((wish.kind, wish.id))
            if stored is None:
                return False
            if not stored.received_hash:
                fact = self._fact(address, caller, wish, now)
                if isinstance(fact, Refusal) or not is_same(stored.fact, fact):
                    return False
        return True

    def _apply(self, address: str, caller: Caller, wishes: Sequence[Wish], before: Written) -> None:
        now = self.clock()
        arrivals: list[Arrival] = []
        mistakes: list[Mistake | Hint] = []
        for wish in wishes:
            fact = self._fact(address, caller, wish, now)
            if isinstance(fact, Refusal):
                mistakes += fact.mistakes
            elif (stored := before.get((wish.kind, wish.id))) is None:
                arrivals.append(Arrival(fact, now, received_hash=wish.mark, source=SOURCE))
            else:
                _check_says(stored, fact)
                arrivals.append(_again(stored))
        if mistakes:
            raise MistakesError(*mistakes)
        self._move(arrivals)

    def _move(self, arrivals: list[Arrival]) -> None:
        if arrivals:
            verdicts = self.move.apply(arrivals[0].fact.lead, arrivals)
            if Verdict.ERASED in verdicts:
                raise NoLeadError

    def _fact(self, address: str, caller: Caller, wish: Wish, now: int) -> Fact | Refusal:
        return read_fact(
            self._line(address, caller, wish, now),
            received_at=now,
            model=self.book.model,
            lead_id=self.lead_id,
            source=SOURCE,
        )

    def _line(self, address: str, caller: Caller, wish: Wish, now: int) -> dict[str, Any]:
        says = {name: value for name, value in wish.says.items() if value is not None}
        if wish.kind == SALES_ANSWERED:
            says = dict(wish.says)
        elif caller.name is not None:
            says["by"] = caller.name
        at = wish.at or format_instant(now)
        return {"kind": wish.kind, "lead": address, "at": at, "id": wish.id, **says}

    def _found(self, name: str) -> Lead:
        if name.startswith(BY_EXTERNAL_ID):
            number = name.removeprefix(BY_EXTERNAL_ID)
            listed = self.lists.page(EXTERNAL, number, limit=1) if is_key(number) else []
            name = listed[0].lead if listed else ""
        for lead in self._leads([name] if is_key(name) else []):
            return lead
        raise NoLeadError

    def _leads(self, names: Sequence[str]) -> list[Lead]:
        items = self.store.read(names) if names else {}
        leads = [_readable(items[name]) for name in names if name in items]
        return [lead for lead in leads if lead is not None and not lead.erased]

    def _views(self, names: Sequence[str]) -> list[LeadView]:
        return [self._view(lead) for lead in self._leads(names)]

    def _view(self, lead: Lead) -> LeadView:
        at = max(self.clock(), lead.last_seen or 0)
        merged = as_of(lead, self.book, self.store, at=at)
        return lead_view(lead, merged, self.book, self.naming, at=at)

    def _history(self, lead: Lead) -> list[Any]:
        return [
            record
            for record in self.store.history(lead.id)
            if not lead.refuses(record.fact, received_at=record.received_at, silent=record.silent)
        ]


def _check_says(stored: Record, fact: Fact) -> None:
    try:
        check_says(stored, fact)
    except ReusedError as error:
        raise MistakesError(_REUSED) from error


def _again(stored: Record) -> Arrival:
    """A fact as it came first, which may never have reached its lead."""
    return Arrival(stored.fact, stored.received_at, stored.silent, stored.received_hash, SOURCE)


def _readable(item: Mapping[str, Any]) -> Lead | None:
    """A damaged lead is in no list; an alarm rang when the move met it (D15)."""
    try:
        return read_lead(item)
    except LeadUnreadableError:
        return None

"""Whether the model still tells who buys: once a week all leads are counted by band and by rule.

A lead without an outcome counts as it stands now. One that ended within 90 days counts as it stood
just before, for afterwards its points only expire: what a score was worth is what it said while
the end was open. The place stands in the item of the counts, so nobody is counted twice.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from functions.leads.kept_model import deployments
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.leads.lead_scan import LeadScan
from functions.leads.lead_table import Conflict, LeadStore, TryLater
from functions.leads.model_table import ModelStore
from functions.leads.rescore_run import newest_run
from functions.leads.surroundings import Surroundings
from functions.leads.week_count import (
    RECENT_MS,
    Judged,
    Tally,
    WeekCount,
    begun,
    changed_at,
    keep_week,
    newest_count,
    save_count,
    week_count,
    week_of,
)
from functions.scoring.instants import DAY_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State

STOPS_AFTER_MS = 10 * MINUTE_MS  # some 300,000 leads; the function may run for 12 min
WEEK_MS = 7 * DAY_MS

Figure = Callable[[str, float], None]


class Watched(NamedTuple):
    """How far the count of a week is: how many leads it has seen, and whether that is all."""

    week: str
    seen: int
    is_over: bool


class Watching:
    """Counts all leads under the model of these surroundings."""

    def __init__(
        self,
        around: Surroundings,
        *,
        scan: LeadScan,
        models: ModelStore,
        figure: Figure,
        stops_after: int = STOPS_AFTER_MS,
    ) -> None:
        """`figure(name, value)` notes a metric, nought too."""
        self._around, self._scan, self._models = around, scan, models
        self._figure = figure
        self._book = around.book
        self._stops_at = around.clock() + stops_after

    def go(self, *, anew: bool = False) -> Watched:
        """Count for a while where the week or the model is another one than that of the last count,
        or `anew`; in any case say the newest figures, for an alarm looks at a day. Raises TryLater.
        """
        try:
            count = self._counted(newest_count(self._models), anew=anew)
        except Conflict:  # another call goes on with it
            count = newest_count(self._models)
        self._say_figures(count)
        if count is None:
            return Watched(week_of(self._around.clock()), 0, is_over=False)
        return Watched(count.week, count.seen, count.counted_at is not None)

    # The count

    def _counted(self, count: WeekCount | None, *, anew: bool) -> WeekCount | None:
        now = self._around.clock()
        week, version = week_of(now), self._book.version
        if anew or count is None or (count.week, count.version) != (week, version):
            if not (anew or self._is_rescored()):
                return count
            expected = count.revision if count else 0
            fresh = begun(week, version, self._book.place, at=now)
            count = save_count(self._models, replace(fresh, revision=expected))
        while count.counted_at is None and not self._is_over():
            count = save_count(self._models, self._page(count))
        if count.counted_at is not None and not count.is_told:
            keep_week(self._models, count)
            self._tell(count)
            count = save_count(self._models, replace(count, is_told=True))
        return count

    def _is_rescored(self) -> bool:
        """Whether all leads are under the model: a count before would read history after
        history.
        """
        run = newest_run(self._models)
        return run is not None and run.version == self._book.version and run.ended_at is not None

    def _page(self, count: WeekCount) -> WeekCount:
        page = self._scan.page(0, 1, after=count.after)
        judged: list[Judged] = []
        former = failed = 0
        for item in page.items:
            try:
                lead = read_lead(item)
                if lead.erased or lead.merged.is_test:
                    continue
                one = self._judged(lead)
            except TryLater:
                raise
            except LeadUnreadableError:
                self._around.count("lead_unreadable", 1)
                failed += 1
            except Exception as bug:  # noqa: BLE001  one lead's bug stops no other (decision 7)
                self._around.tell_bug(bug)
                failed += 1
            else:
                judged += [one] if one else []
                former += one is None
        further = count.further(
            judged, seen=len(page.items), former=former, failed=failed, after=page.next
        )
        ended_at = None if page.next is not None else self._around.clock()
        return replace(further, counted_at=ended_at)

    def _judged(self, lead: Lead) -> Judged | None:
        return judged(lead, self._book, self._around.store, now=self._around.clock())

    def _is_over(self) -> bool:
        return self._around.clock() >= self._stops_at

    # What is said

    def _tell(self, count: WeekCount) -> None:
        """Say the counts once a week: bands as metrics, each rule as a line of the log."""
        for band, tally in count.bands.items():
            for name in ("leads", "contacted", "won"):
                self._figure(f"{band}_{name}", getattr(tally, name))
        for rule, tally in count.rules.items():
            self._around.tell("rule counted", week=count.week, rule=rule, **tally._asdict())
        self._around.count("weeks_counted", 1)

    def _say_figures(self, count: WeekCount | None) -> None:
        """Say what alarms look at: of too few ended leads, or without a deployment, nothing."""
        now = self._around.clock()
        known = count if count and count.counted_at is not None else self._last(now)
        if known is not None and known.hot_wins is not None:
            self._figure("hot_wins_percent", known.hot_wins)
        changed = changed_at(deployments(self._models))
        if changed is not None:
            self._figure("model_age_days", (now - changed) / DAY_MS)

    def _last(self, now: int) -> WeekCount | None:
        """Give the count that ended last, this week or the week before."""
        of_weeks = (week_count(self._models, week_of(at)) for at in (now, now - WEEK_MS))
        return next((one for one in of_weeks if one is not None), None)


def judged(lead: Lead, book: RuleBook, store: LeadStore, *, now: int) -> Judged | None:
    """Judge a lead at the instant that counts; None for one that ended longer ago than tells, or of
    which nothing was known before it ended.

    A rule counts where its points do not add up to nought, before any cap. Raises TryLater.
    """
    said, contacted = lead.merged.outcome, lead.merged.dealings.first_contacted_at is not None
    if said is None:
        at = max(now, lead.last_seen or 0)
        tally = Tally(1, int(contacted))
    elif said.at <= now - RECENT_MS or (lead.merged.first_seen or 0) >= said.at:
        return None
    else:
        at, result = said.at - 1, said.get("result")
        won, lost = result == "won", result == "lost"
        tally = Tally(1, int(contacted), int(won), int(lost), int(not (won or lost)))
    state = _state(lead, book, store, at=at)
    points: Counter[int] = Counter()
    for award in book.awards(state, at=at):
        points[award.rule] += award.points(at=at)
    rules = tuple(book.rules[number].name for number, worth in points.items() if worth)
    return Judged(book.totals(state, at=at).band, rules, tally)


def _state(lead: Lead, book: RuleBook, store: LeadStore, *, at: int) -> State:
    """What is stored is exact where nothing of it is newer; else, for few, the history is read."""
    stored = lead.merged.state
    if lead.matching == book.matching and stored.latest <= at:
        return stored
    return as_of(lead, book, store, at=at).state

"""What was learned, as a page with charts: what won leads share, the rules, how good they are."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.band_wins import BandWins
from analysis.charts import Bar, Chart, Table, bars, percent, ratios, whole
from analysis.learning import Learned, Proposal, Shared
from analysis.lift import Lift
from analysis.proposal import KNOWN
from analysis.report_page import Report, Section, page
from analysis.wish_reached import wish_reached

DRAWN = 12  # bars of one chart: what fits a page


def learned_report(learned: Learned, *, about: str, said: Sequence[str]) -> str:
    """Write the page; `said` are the lines that decide."""
    who = "the best customers" if learned.least_amount is not None else "won leads"
    sections = [_shared_section(learned, who)]
    if learned.proposal is not None:
        sections += [_rules_section(learned.proposal), _bands_section(learned, learned.proposal)]
    sections.append(_care_section(learned))
    report = Report(
        title=f"What {who} share, and a model from it",
        about=about,
        lines=tuple(line.strip() for line in said if line.strip()),
        sections=tuple(sections),
    )
    return page(report)


def _shared_section(learned: Learned, who: str) -> Section:
    sure = [one for one in learned.shared if one.lift.is_sure()]
    more = [one for one in sure if one.lift.ratio > 1][:DRAWN]
    less = [one for one in sure if one.lift.ratio < 1][:DRAWN]
    charts = [
        _lift_chart(
            title, f"Lift of what {who} have {how} than the rest, with its 95 % interval.", few
        )
        for title, how, few in (
            (f"What {who} have more often", "more often", more),
            (f"What {who} have less often", "less often", less),
        )
        if few
    ]
    return Section(
        f"What {who} share",
        paragraphs=(
            (
                f"A lift of 2 means: {who} have it twice as often as the rest. The thin line is "
                "what chance leaves open (95 %); bars begin at 1, no difference, and twice as "
                "often is as long as half as often."
            ),
        ),
        charts=tuple(charts),
        tables=(_shared_table(learned.shared, who),),
    )


def _lift_chart(title: str, says: str, shared: Sequence[Shared]) -> Chart:
    rows = []
    for one in shared:
        low, high = one.lift.interval()
        rows.append(
            Bar(
                _named(one),
                one.lift.ratio,
                low,
                high,
                note=f"{one.lift.ratio:.1f}" if one.lift.ratio >= 1 else f"{one.lift.ratio:.2f}",
                tone="good" if one.lift.ratio > 1 else "bad",
            )
        )
    return ratios(title, says, rows)


def _shared_table(shared: Sequence[Shared], who: str) -> Table:
    return Table(
        "Every answer and activity, the surest first",
        ("What", f"Among {who}", "Among the rest", "Lift", "95 %", "Leads", "Won"),
        tuple((_named(one), *_told(one.lift)) for one in shared),
    )


def _rules_section(proposal: Proposal) -> Section:
    ranked = sorted(proposal.rules, key=lambda rule: -rule.points)
    shown = ranked if len(ranked) <= 2 * DRAWN else [*ranked[:DRAWN], *ranked[-DRAWN:]]
    rows = [
        Bar(rule.name, float(rule.points), note=f"{rule.points:+d}",
            tone="good" if rule.points > 0 else "bad")
        for rule in shown
    ]  # fmt: skip
    table = Table(
        "Rules with what they rest on",
        ("Rule", "Points", "Half", "Among won", "Among the rest", "Lift", "95 %", "Leads", "Won"),
        tuple(
            (rule.name, f"{rule.points:+d}", rule.trait.half, *_told(rule.lift)) for rule in ranked
        ),
    )
    return Section(
        "The rules proposed",
        paragraphs=(
            (
                "Points were learned together: each is what a trait adds beside the others. Read "
                "every rule, and leave out what makes no sense to you."
            ),
        ),
        charts=(bars("Points by rule", "Points of each rule, highest first.", rows, number=whole),),
        tables=(table,),
    )


def _bands_section(learned: Learned, proposal: Proposal) -> Section:
    bounds, measured = proposal.bounds, learned.measured
    listed = [
        f"Hot above {bounds.hot_above}, cold below {bounds.cold_below}.",
        f"Each half stops at {bounds.cap} and at {bounds.floor}.",
        str(wish_reached(learned.bands, proposal.wins, learned.later)),
    ]
    if bounds.start:
        listed.append(
            f"Who answered what all these leads did begins with {bounds.start} points (the rule "
            f"`{KNOWN}`), so that as many are hot as you wish, and no stranger and no half alone "
            "(R51)."
        )
    if proposal.is_one_half:
        listed.append("Only one half gives points, so it alone makes leads hot, against R51.")
    tables: tuple[Table, ...] = ()
    if learned.later is not None:
        tables = (_wins_table(learned.later),)
    if measured is not None:
        tables += (
            Table(
                f"On the later {measured.leads:,} leads, learned from the earlier ones",
                ("Figure", "Value"),
                (
                    ("AUC", f"{measured.auc:.3f} ({measured.low:.3f} to {measured.high:.3f})"),
                    ("Lift of the top tenth", f"{measured.top_lift:.2f}"),
                    ("Calibration error", f"{measured.calibration_error:.3f}"),
                ),
            ),
        )
    return Section("Bands, and how good it is", listed=tuple(listed), tables=tables)


def _care_section(learned: Learned) -> Section:
    lifetimes = Table(
        "How long activities count",
        ("Activity", "Days", "Why"),
        tuple((kind, str(one.days), one.because) for kind, one in learned.lifetimes.items()),
    )
    listed = [f"Not learned from: {one}" for one in learned.leaking]
    if not learned.know_times:
        listed.append("The facts know an order of leads and no times.")
    return Section(
        "What to keep in mind",
        paragraphs=(
            (
                "What won leads share is no cause: points are hypotheses (R81). Look again with "
                "`lead-scoring verify` once new leads have an outcome."
            ),
        ),
        listed=tuple(listed),
        tables=(lifetimes,) if learned.lifetimes else (),
    )


def _named(one: Shared) -> str:
    return f"{one.trait.subject}: {one.trait.value}"


def _told(lift: Lift) -> tuple[str, ...]:
    low, high = lift.interval()
    return (
        percent(lift.won_share),
        percent(lift.rest_share),
        f"{lift.ratio:.2f}",
        f"{low:.2f} to {high:.2f}",
        f"{lift.leads:,}",
        percent(lift.conversion),
    )


def _wins_table(wins: BandWins) -> Table:
    return Table(
        "What a band means: the later leads, under a model of the earlier ones",
        ("Band", "Leads", "Won", "Share won"),
        tuple(
            (name, f"{ended.leads:,}", f"{ended.won:,}", _or_none(ended.share_won))
            for name, ended in wins.each()
        ),
    )


def _or_none(share: float | None) -> str:
    return "no lead" if share is None else percent(share)

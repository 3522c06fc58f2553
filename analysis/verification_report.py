"""The report of `verify`: what decides first, then bands, rules, months and groups, each drawn and
in figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.charts import (
    Bar,
    Chart,
    Line,
    Table,
    bars,
    calibration,
    curves,
    lines,
    percent,
    ratios,
    whole,
)
from analysis.earned_points import RuleRecord
from analysis.report_page import Report, Section, page
from analysis.scored_leads import ScoredLead
from analysis.statistics import Share
from analysis.trends import LINES_SHOWN
from analysis.verification import (
    Captured,
    GroupRecord,
    ScoreGroup,
    Verification,
    differing_groups,
)

LEADS_SHOWN = 20
_VERDICTS = {
    "earns": "earns its points",
    "wrong": "does not fit",
    "unsure": "may be worth its points, or nothing",
    "too_few": "too few leads to say",
}
_NAMED = (
    "Named is only what chance does not explain: of a hundred files with nothing wrong, "
    "at most one has anything listed here."
)
_EARNING = (
    "Two leads of one score should win equally often, whichever rules gave it. A rule is "
    "worth its points when it tells as much as the other rules do with so many points. "
    "Points are the average a rule gave just before the outcome, where it counted."
)
_TONES = {"earns": "good", "wrong": "bad", "unsure": "unsure", "too_few": "unsure"}


def verification_report(verification: Verification, *, model: str, said: Sequence[str]) -> str:
    """Write the page."""
    sections = [_findings(verification), _scores(verification), _rules(verification)]
    if verification.periods:
        sections.append(_periods(verification))
    sections += _groups(verification)
    sections.append(_leads(verification))
    return page(
        Report(
            title="Were the scores right?",
            about=f"{model}, held against {verification.leads:,} leads whose end is known",
            lines=tuple(line for line in said if line),
            sections=tuple(section for section in sections if section is not None),
        )
    )


def _findings(verification: Verification) -> Section:
    if not verification.findings:
        return Section(
            "Nothing to mend",
            ("No rule and no trend is further off than chance explains, at these numbers.",),
        )
    return Section(
        "To mend, or to look at",
        (_NAMED,),
        listed=tuple(finding.sentence for finding in verification.findings),
    )


def _scores(verification: Verification) -> Section:
    charts = [
        _shares(
            "Won per band",
            "Share of leads that were won, by their band just before the outcome; the thin line "
            "is the 95 % interval.",
            verification.bands,
            [band.name for band in verification.bands],
        ),
        _shares(
            "Won per tenth of the scores",
            "Leads in ten parts from the highest score down: each should win less than the one "
            "before it.",
            verification.deciles,
            ["plain"] * len(verification.deciles),
        ),
    ]
    if verification.captured:
        hot = sum(band.won.whole for band in verification.bands if band.name == "hot")
        charts.append(_captured(verification.captured, hot / verification.leads))
    if verification.calibration:
        charts.append(_calibration(verification))
    return Section("Scores and wins", charts=tuple(charts))


def _shares(title: str, says: str, groups: Sequence[ScoreGroup], tones: Sequence[str]) -> Chart:
    rows = [
        Bar(
            f"{group.name}, {group.lowest} to {group.highest} points"
            if group.won.whole
            else group.name,
            group.won.value or 0.0,
            low=_ends(group.won)[0],
            high=_ends(group.won)[1],
            note=_of(group.won),
            tone=tone,
        )
        for group, tone in zip(groups, tones, strict=True)
    ]
    table = Table(
        title,
        ("", "Scores", "Leads", "Won", "Share", "95 % interval"),
        tuple(
            (
                group.name,
                f"{group.lowest} to {group.highest}" if group.won.whole else "-",
                *_counted(group.won),
            )
            for group in groups
        ),
    )
    return bars(title, says, rows, table=table)


def _captured(curve: Sequence[Captured], hot: float) -> Chart:
    table = Table(
        "Wins reached by calls",
        ("Leads called", "Wins reached"),
        tuple((percent(one.called), percent(one.won)) for one in curve[::5]),
    )
    return curves(
        "Wins reached by calls",
        "Calling from the highest score down reaches this part of all wins; the dashed diagonal is "
        "calling in no order, the dotted upright where hot ends.",
        [("wins", [(one.called, one.won) for one in curve])],
        across_says="leads called",
        marked=hot,
        table=table,
    )


def _calibration(verification: Verification) -> Chart:
    points = []
    rows = []
    for one in verification.calibration:
        share = Share(one.won, one.leads)
        points.append((one.chance, share.value or 0.0, *share.interval))
        rows.append((percent(one.chance), *_counted(share)))
    return calibration(
        "Does a score keep what it promised?",
        "What scores meant for the earlier half of leads, beside what became of the later half; "
        "on the dashed line they agree.",
        points,
        table=Table(
            "Expected and won", ("Expected", "Leads", "Won", "Share", "95 % interval"), tuple(rows)
        ),
    )


def _rules(verification: Verification) -> Section:
    known = [record for record in verification.rules if record.worth is not None]
    charts: tuple[Chart, ...] = ()
    if known:
        charts = (
            bars(
                "What each rule is worth",
                "The bar is what a rule's points are worth beside all other rules, the thin line "
                "its 95 % interval, the thick upright what the model gives.",
                [_worth(record) for record in known],
                number=whole,
            ),
            ratios(
                "Lift of each rule",
                "How much more often won leads have it than the rest, with its 95 % interval; 1 "
                "is no difference, and twice as often is as long as half as often.",
                [_lift(record) for record in known],
            ),
        )
    table = Table(
        "Rules",
        (
            "Rule",
            "Points",
            "Leads",
            "Won of them",
            "Lift (95 % interval)",
            "Worth (95 % interval)",
            "Verdict",
        ),
        tuple(_rule(record) for record in verification.rules),
    )
    return Section(
        "Does each rule earn its points?",
        (_EARNING,),
        charts=charts,
        tables=(table,),
    )


def _worth(record: RuleRecord) -> Bar:
    return Bar(
        record.rule,
        record.worth or 0.0,
        record.low,
        record.high,
        mark=record.points,
        note=f"{whole(record.worth or 0.0)} for {whole(record.points)}",
        tone=_TONES[record.verdict],
    )


def _lift(record: RuleRecord) -> Bar:
    low, high = record.lift.interval()
    return Bar(record.rule, record.lift.ratio, low, high, note=f"{record.lift.ratio:.2f}")


def _rule(record: RuleRecord) -> tuple[str, ...]:
    low, high = record.lift.interval()
    worth = (
        "-"
        if record.worth is None or record.low is None or record.high is None
        else f"{whole(record.worth)} ({whole(record.low)} to {whole(record.high)})"
    )
    return (
        record.rule,
        whole(record.points),
        f"{record.lift.leads:,}",
        percent(record.lift.conversion) if record.lift.leads else "-",
        f"{record.lift.ratio:.2f} ({low:.2f} to {high:.2f})" if record.lift.leads else "-",
        worth,
        _VERDICTS[record.verdict],
    )


def _periods(verification: Verification) -> Section:
    periods = verification.periods
    names = [one.period for one in periods]
    won = [one.won for one in periods]
    hot = [one.hot_won for one in periods]
    chart = lines(
        "Won, by when leads began",
        "Share won of all leads whose end is known, and of those that were hot; behind the first "
        "its 95 % interval.",
        names,
        [
            Line(
                "all leads",
                [share.value for share in won],
                [share.interval[0] if share.whole else None for share in won],
                [share.interval[1] if share.whole else None for share in won],
            ),
            Line("hot leads", [share.value for share in hot]),
        ],
        table=Table(
            "Per period",
            ("Began", "Leads", "Ended", "Won", "Share", "Hot", "Hot won"),
            tuple(
                (
                    one.period,
                    f"{one.leads:,}",
                    f"{one.won.whole:,}",
                    f"{one.won.part:,}",
                    _share(one.won),
                    f"{one.hot_won.whole:,}",
                    _share(one.hot_won),
                )
                for one in periods
            ),
        ),
    )
    return Section(
        "Month by month",
        ("Of leads that began lately only quick ends are known.",),
        charts=(chart,),
    )


def _groups(verification: Verification) -> Iterable[Section]:
    fields = list(dict.fromkeys(record.field for record in verification.groups))
    for field in fields:
        own = [record for record in verification.groups if record.field == field]
        chance = differing_groups(own, field)
        apart = (
            "They win as often as each other, as far as these numbers tell."
            if chance >= 0.05
            else "They do not win equally often; whether that is in the score already, the rules "
            "above tell."
        )
        charts = [
            bars(
                f"Won by {field}",
                "Share of leads that were won, with its 95 % interval.",
                [
                    Bar(
                        one.value,
                        one.won.value or 0.0,
                        low=_ends(one.won)[0],
                        high=_ends(one.won)[1],
                        note=_of(one.won),
                    )
                    for one in own
                ],
                table=_group_table(field, own),
            )
        ]
        if verification.periods:
            charts.append(_part(field, own))
        yield Section(f"By {field}", (apart,), charts=tuple(charts))


def _part(field: str, own: Sequence[GroupRecord]) -> Chart:
    shown = own[:LINES_SHOWN]
    names = [name for name, _ in shown[0].by_period]
    return lines(
        f"Part of all leads, by {field}",
        "What part of the leads that began in each period are of this group.",
        names,
        [Line(one.value, [share.value for _, share in one.by_period]) for one in shown],
        table=Table(
            f"Part of all leads, by {field}",
            ("Began", *(one.value for one in shown)),
            tuple(
                (name, *(_share(one.by_period[place][1]) for one in shown))
                for place, name in enumerate(names)
            ),
        ),
    )


def _group_table(field: str, own: Sequence[GroupRecord]) -> Table:
    return Table(
        f"By {field}",
        (field, "Leads", "Won of ended", "95 % interval", "Hot won"),
        tuple(
            (
                one.value,
                f"{one.leads:,}",
                _of(one.won),
                _interval(one.won),
                _of(one.hot_won),
            )
            for one in own
        ),
    )


def _leads(verification: Verification) -> Section:
    told = (
        f"{len(verification.false_hot):,} were hot just before their outcome and were not won "
        f"(R85); {len(verification.missed):,} were won and never hot. Ask sales about a few: "
        "what they know is often the next rule."
    )
    return Section(
        "Leads to look at",
        (told,),
        tables=(
            _lead_table("Hot and not won", verification.false_hot),
            _lead_table("Won and never hot", verification.missed),
        ),
    )


def _lead_table(caption: str, leads: Sequence[ScoredLead]) -> Table:
    shown = leads[:LEADS_SHOWN]
    more = f", the {len(shown)} highest of {len(leads):,}" if len(leads) > len(shown) else ""
    return Table(
        caption + more,
        ("Lead", "Score", "Fit", "Engagement", "Outcome"),
        tuple(
            (
                lead.past.lead,
                f"{lead.total}",
                f"{lead.fit}",
                f"{lead.engagement}",
                (lead.past.outcome or "open").replace("_", " "),
            )
            for lead in shown
        ),
    )


def _counted(share: Share) -> tuple[str, str, str, str]:
    return f"{share.whole:,}", f"{share.part:,}", _share(share), _interval(share)


def _share(share: Share) -> str:
    return "-" if share.value is None else percent(share.value)


def _ends(share: Share) -> tuple[float | None, float | None]:
    return share.interval if share.whole else (None, None)


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{percent(low)} to {percent(high)}" if share.whole else "-"


def _of(share: Share) -> str:
    return f"{_share(share)} of {share.whole:,}"

"""The report of `compare`: the verdict, wins reached by calls, alerts, and who changes band by
which rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.charts import Bar, Chart, Table, bars, curves, percent, whole
from analysis.comparison import Comparison, Side
from analysis.report_page import Report, Section, page
from analysis.statistics import Share

MOVED_SHOWN = 50
_NAMED = (
    "Named is the rule that tells a lead most from those that keep the band it had, in the "
    "direction it went; what gives everybody the same is named only where that alone moves it."
)


def comparison_report(
    comparison: Comparison, *, names: tuple[str, str], said: Sequence[str]
) -> str:
    """Write the page; `names` are the files of the old model and of the new one."""
    return page(
        Report(
            title="Is the new model better?",
            about=f"{names[0]} and {names[1]} on {comparison.leads:,} past leads",
            lines=tuple(line for line in said if line),
            sections=(_wins(comparison), _bands(comparison), _changes(comparison)),
        )
    )


def _wins(comparison: Comparison) -> Section:
    charts: list[Chart] = []
    old, new = comparison.old, comparison.new
    if old.curve and new.curve:
        charts.append(
            curves(
                "Wins reached by calls",
                "Calling from the highest score down reaches this part of all wins; the dotted "
                f"upright is at {comparison.calls:,} calls, where both are compared.",
                [
                    ("new", [(one.called, one.won) for one in new.curve]),
                    ("old", [(one.called, one.won) for one in old.curve]),
                ],
                across_says="leads called",
                marked=comparison.calls / comparison.ended,
                table=Table(
                    "Wins reached by calls",
                    ("Leads called", "Old", "New"),
                    tuple(
                        (percent(one.called), percent(one.won), percent(other.won))
                        for one, other in zip(old.curve[::5], new.curve[::5], strict=True)
                    ),
                ),
            )
        )
    return Section(
        "The same calls, more wins?",
        charts=tuple(charts),
        tables=(
            Table(
                "Old and new",
                ("", "Old", "New", "Apart", "95 % interval", "By chance"),
                (
                    (
                        f"Wins reached by {comparison.calls:,} calls",
                        f"{old.wins_reached:.1f}",
                        f"{new.wins_reached:.1f}",
                        f"{comparison.wins_apart:+.1f}",
                        "{:+.1f} to {:+.1f}".format(*comparison.wins_interval),
                        _chance(comparison.wins_chance),
                    ),
                    (
                        "AUC",
                        _area(old),
                        _area(new),
                        f"{comparison.area_apart:+.3f}",
                        "{:+.3f} to {:+.3f}".format(*comparison.area_interval),
                        _chance(comparison.area_chance),
                    ),
                    ("Alerts a week", _alerts(old), _alerts(new), "", "", ""),
                ),
            ),
            Table(
                "Wins reached at several numbers of calls",
                ("Calls", "Old", "New", "Apart", "95 % interval"),
                tuple(
                    (
                        f"{one.calls:,}",
                        f"{one.old:.1f}",
                        f"{one.new:.1f}",
                        f"{one.apart:+.1f}",
                        "{:+.1f} to {:+.1f}".format(*one.interval),
                    )
                    for one in comparison.at_calls
                ),
            ),
        ),
    )


def _bands(comparison: Comparison) -> Section:
    charts = tuple(
        bars(
            f"Won per band, {name}",
            "Share of leads that were won, with its 95 % interval.",
            [
                Bar(
                    band,
                    share.value or 0.0,
                    low=_ends(share)[0],
                    high=_ends(share)[1],
                    note=f"{percent(share.value or 0.0)} of {share.whole:,}"
                    if share.whole
                    else "-",
                    tone=band,
                )
                for band, share in side.bands
            ],
            table=Table(
                f"Won per band, {name}",
                ("", "Leads", "Won"),
                tuple((band, f"{share.whole:,}", f"{share.part:,}") for band, share in side.bands),
            ),
        )
        for name, side in (("old", comparison.old), ("new", comparison.new))
    )
    return Section("Hot, warm and cold", charts=charts)


def _changes(comparison: Comparison) -> Section:
    if not comparison.changes:
        return Section("Nobody changes band")
    reasons: dict[str, int] = {}
    for change in comparison.changes:
        for name, leads in change.because:
            reasons[name] = reasons.get(name, 0) + leads
    ordered = sorted(reasons.items(), key=lambda one: -one[1])
    moved = comparison.moved[:MOVED_SHOWN]
    more = (
        f", {len(moved)} of {len(comparison.moved):,}" if len(moved) < len(comparison.moved) else ""
    )
    return Section(
        "Who changes band, and why",
        (_NAMED,),
        charts=(
            bars(
                "What moves leads to another band",
                "Leads that change band, by what moved them most.",
                [Bar(name, leads) for name, leads in ordered[:15]],
                number=whole,
                table=Table(
                    "What moves leads",
                    ("Rule", "Leads"),
                    tuple((name, f"{leads:,}") for name, leads in ordered),
                ),
            ),
        ),
        tables=(
            Table(
                "Changes of band",
                ("From and to", "Leads", "Won of ended", "Mostly by"),
                tuple(
                    (
                        f"{change.old_band} to {change.new_band}",
                        f"{change.leads:,}",
                        f"{change.won.part:,} of {change.won.whole:,}",
                        ", ".join(name for name, _ in change.because[:2]),
                    )
                    for change in comparison.changes
                ),
            ),
            Table(
                f"Leads that change band{more}",
                ("Lead", "Old", "New", "Because of", "Outcome"),
                tuple(
                    (
                        one.lead,
                        f"{one.old_score} {one.old_band}",
                        f"{one.new_score} {one.new_band}",
                        one.reason,
                        (one.outcome or "open").replace("_", " "),
                    )
                    for one in moved
                ),
            ),
        ),
    )


def _ends(share: Share) -> tuple[float | None, float | None]:
    return share.interval if share.whole else (None, None)


def _area(side: Side) -> str:
    return "-" if side.area is None else f"{side.area:.3f}"


def _alerts(side: Side) -> str:
    return "-" if side.alerts_a_week is None else f"{side.alerts_a_week:.1f}"


def _chance(chance: float) -> str:
    return "under 0.1%" if chance < 0.001 else f"{chance:.1%}"

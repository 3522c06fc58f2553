"""`lead-scoring compare`: is a new model better than the old one, on past leads?

The exit code is for a pipeline: 0 better or no difference at these numbers, 3 worse.
"""

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cli.analysis_extra import analysis_module
from cli.clock import read_instant
from cli.fact_files import read_fact_files
from cli.model_file import load_model
from cli.problem import ProblemError
from cli.progress import progress
from cli.report_file import write_report
from functions.scoring.facts import Fact
from functions.scoring.rule_book import RuleBook

if TYPE_CHECKING:
    from analysis.comparison import Change, Comparison

WORSE = 3  # 1 is a problem, 2 a command line that was not understood
SHOWN = 4  # changes of band


def run(options: Namespace) -> int:
    """Compare two models on fact files. Raises ProblemError."""
    analysis_module("comparison")
    comparison = _compared(options)
    if options.html:
        from analysis.comparison_report import comparison_report  # noqa: PLC0415

        said = list(comparison_lines(comparison, None))
        names = (options.old, options.new)
        write_report(options.html, comparison_report(comparison, names=names, said=said))
    if options.json:
        from analysis.comparison_object import comparison_object  # noqa: PLC0415

        print(json.dumps(comparison_object(comparison), ensure_ascii=False, indent=2))
    else:
        print("\n".join(comparison_lines(comparison, options.html)))
    return WORSE if comparison.verdict == "worse" else 0


def comparison_lines(comparison: "Comparison", html: str | None) -> Iterator[str]:
    """Say it in lines: what decides, what counts for nothing, and who changes band."""
    old, new = comparison.old, comparison.new
    verdict, wins, *rest = deciding_lines(comparison)
    yield verdict
    yield from comparison.uncounted.sentences
    yield wins
    others = ", ".join(
        f"{one.calls:,} {one.apart:+.0f}"
        for one in comparison.at_calls
        if one.calls != comparison.calls
    )
    if others:
        yield f"Wins apart at other numbers of calls: {others}."
    yield from rest
    if old.alerts_a_week is not None and new.alerts_a_week is not None:
        yield f"Alerts a week: {old.alerts_a_week:.1f}, now {new.alerts_a_week:.1f}."
    yield f"{len(comparison.moved):,} of {comparison.leads:,} leads change band."
    yield from (f"  {_change(change)}" for change in comparison.changes[:SHOWN])
    if html:
        yield f"Charts and tables: {html}"


def deciding_lines(comparison: "Comparison") -> Iterator[str]:
    """Say the verdict, and what decides: wins at so many calls, the AUC, what hot means."""
    old, new = comparison.old, comparison.new
    yield _VERDICTS[comparison.verdict]
    low, high = comparison.wins_interval
    yield (
        f"{comparison.calls:,} calls reach {old.wins_reached:.0f} of {comparison.won:,} wins under "
        f"the old model and {new.wins_reached:.0f} under the new one: "
        f"{comparison.wins_apart:+.0f} ({low:+.0f} to {high:+.0f})."
    )
    if old.area is not None and new.area is not None:
        low, high = comparison.area_interval
        yield (
            f"AUC {old.area:.3f}, now {new.area:.3f}: "
            f"{comparison.area_apart:+.3f} ({low:+.3f} to {high:+.3f})."
        )
    hot_before, hot_after = dict(old.bands)["hot"], dict(new.bands)["hot"]
    yield (
        f"Hot: {hot_before.whole:,} leads, {_percent(hot_before.value)} won; "
        f"now {hot_after.whole:,}, {_percent(hot_after.value)} won."
    )


_VERDICTS = {
    "better": "The new model is better.",
    "worse": "The new model is worse.",
    "no_difference": "No difference at these numbers.",
}


def _change(change: "Change") -> str:
    because = ", ".join(name for name, _ in change.because[:3])
    return (
        f"{change.old_band} to {change.new_band}: {change.leads:,}, "
        f"{change.won.part:,} of {change.won.whole:,} won; by {because}"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _compared(options: Namespace) -> "Comparison":
    if options.calls is not None and options.calls < 1:
        raise ProblemError("--calls: write a number of calls, 1 or more")
    old, new = load_model(options.old), load_model(options.new)
    at = read_instant(options.at, "--at") if options.at else None
    facts = [line.fact for line in read_fact_files(options.facts, reading_model(old, new))]
    return compared_on(facts, old, new, at=at, calls=options.calls)


def compared_on(
    facts: Iterable[Fact],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    at: int | None = None,
    calls: int | None = None,
) -> "Comparison":
    """Compare two compiled models on facts, none after `at` (UTC ms). It takes the libraries of
    analysis. Raises ProblemError where no lead can be counted.
    """
    from analysis.comparison import compare  # noqa: PLC0415  (after the libraries are there)
    from analysis.past_leads import past_leads  # noqa: PLC0415
    from analysis.scored_leads import score_past  # noqa: PLC0415

    past = past_leads(facts, at=at)
    if not past.concluded:
        raise ProblemError(past.uncounted.why_nothing)
    books = (RuleBook(old), RuleBook(new))
    with progress("scoring leads", 2 * len(past.leads)) as advance:
        before, after = (score_past(past.leads, book, advance=advance) for book in books)
    return compare(
        before,
        after,
        books,
        calls=calls,
        know_times=past.know_times,
        uncounted=past.uncounted,
    )


def reading_model(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give a model that reads what either knows: a fact of which one of them has never heard is no
    mistake. A field that both declare is read as the new one says.
    """
    return {
        **old,
        **new,
        "kinds": sorted({*old["kinds"], *new["kinds"]}),
        "fields": {**old["fields"], **new["fields"]},
        "ideal_leads": [*old["ideal_leads"], *new["ideal_leads"]],
    }

"""`lead-scoring verify`: holds a model's scores against what became of the leads.

The ten lines that decide go to standard output, everything to --json, charts to --html.
"""

import json
from argparse import Namespace
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from cli.analysis_extra import analysis_module
from cli.clock import read_instant
from cli.fact_files import read_fact_files
from cli.model_file import load_model
from cli.problem import ProblemError
from cli.progress import progress
from cli.report_file import write_report
from functions.scoring.rule_book import RuleBook

if TYPE_CHECKING:
    from analysis.statistics import Share
    from analysis.verification import Verification

SHOWN = 10  # findings; more is a report


def run(options: Namespace) -> int:
    """Verify a model on fact files. Raises ProblemError."""
    analysis_module("verification")
    verification = _verified(options)
    if options.html:
        from analysis.verification_report import verification_report  # noqa: PLC0415

        said = list(
            takewhile(bool, verification_lines(verification, None))
        )  # findings follow there
        write_report(
            options.html, verification_report(verification, model=options.model, said=said)
        )
    if options.json:
        from analysis.verification_object import verification_object  # noqa: PLC0415

        print(json.dumps(verification_object(verification), ensure_ascii=False, indent=2))
    else:
        print("\n".join(verification_lines(verification, options.html)))
    return 0


def verification_lines(verification: "Verification", html: str | None) -> Iterator[str]:
    """Say the lines that decide."""
    bands = {band.name: band for band in verification.bands}
    hot, warm, cold = (bands[name].won for name in ("hot", "warm", "cold"))
    still_open = f", {verification.open:,} still open" if verification.open else ""
    yield (
        f"{verification.leads:,} leads with an outcome, {verification.won.part:,} won "
        f"({percent(verification.won)}){still_open}; scored as they stood before it."
    )
    yield from verification.uncounted.sentences
    yield f"Won: {_of(hot)} of hot, {_of(warm)} of warm, {_of(cold)} of cold."
    yield (
        f"Hot is right {interval(verification.precision)}; "
        f"it finds {percent(verification.recall)} of the won."
    )
    if verification.area is None or verification.area_interval is None:
        yield "Nothing to rank: it takes won leads and others."
    else:
        low, high = verification.area_interval
        yield (
            f"AUC {verification.area:.3f} ({low:.3f} to {high:.3f}): how often a won lead scores "
            f"above another. The top tenth wins {verification.top_tenth_lift:.1f} times as often."
        )
    if verification.calibration_error is not None:
        yield (
            f"Calibration error {verification.calibration_error:.3f}: what a score meant for the "
            "earlier half, held against the later."
        )
    if verification.days_to_won is not None:
        yield f"From first hot to won: {verification.days_to_won:.0f} days (median)."
    yield (
        f"False hot (R85): {len(verification.false_hot):,}. "
        f"Missed, won and never hot: {len(verification.missed):,}."
    )
    yield ""
    yield from _findings(verification)
    if html:
        yield f"Charts and tables: {html}"


def percent(share: "Share") -> str:
    """Say a share in percent, or that there is none."""
    return "-" if share.value is None else f"{share.value:.0%}"


def interval(share: "Share") -> str:
    """Say a share with its interval: `31 % (25 % to 38 %)`."""
    if share.value is None:
        return "never: nobody was hot"
    low, high = share.interval
    return f"{share.value:.0%} of the time ({low:.0%} to {high:.0%})"


def _of(share: "Share") -> str:
    return f"{percent(share)} ({share.part:,} of {share.whole:,})"


def _findings(verification: "Verification") -> Iterator[str]:
    if not verification.findings:
        looked = [record for record in verification.rules if record.verdict != "too_few"]
        yield (
            "No rule and no trend is further off than chance explains."
            if looked
            else "Too few leads to say anything of single rules."
        )
        return
    yield "To mend, or to look at (an error in at most one file of a hundred):"
    yield from (f"  {finding.sentence}" for finding in verification.findings[:SHOWN])
    more = len(verification.findings) - SHOWN
    if more > 0:
        yield f"  and {more} more"


def _verified(options: Namespace) -> "Verification":
    from analysis.past_leads import past_leads  # noqa: PLC0415  (after the libraries are there)
    from analysis.scored_leads import score_past  # noqa: PLC0415
    from analysis.verification import verify  # noqa: PLC0415

    model = load_model(options.model)
    fields = _fields(options, model)
    at = read_instant(options.at, "--at") if options.at else None
    facts = [line.fact for line in read_fact_files(options.facts, model)]
    past = past_leads(facts, at=at)
    if not past.concluded:
        raise ProblemError(past.uncounted.why_nothing)
    book = RuleBook(model)
    with progress("scoring leads", len(past.leads)) as advance:
        scored = score_past(past.leads, book, advance=advance)
    return verify(scored, book, know_times=past.know_times, fields=fields, uncounted=past.uncounted)


def _fields(options: Namespace, model: Any) -> list[str] | None:
    if options.by is None:
        return None
    names = [name for name in options.by.replace(" ", "").split(",") if name]
    known = ["channel", *model["fields"], *model["derived"]]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ProblemError(f"--by {unknown[0]}: name fields of the model: {', '.join(known)}")
    return names

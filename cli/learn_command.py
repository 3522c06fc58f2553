"""`lead-scoring learn`: what won leads share, and a model proposed from it.

The lines that decide go to standard output, everything to --json, charts to --html, the model to
--out. A proposal that lint would refuse is never written.
"""

import json
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.analysis_extra import analysis_module
from cli.fact_files import read_fact_files
from cli.model_file import check_exists, load_model, retention_days
from cli.problem import ProblemError
from cli.progress import progress

if TYPE_CHECKING:
    from analysis.band_wins import BandWins
    from analysis.learning import Learned, Proposal, Shared
    from analysis.lift import Lift

MORE_SHOWN, LESS_SHOWN, RULES_SHOWN = 3, 2, 4  # what fits the lines that decide
WON_ENOUGH = 100  # as `analysis.learning` has it, which needs libraries
THIRDS_SAID = "each third under a model of the others"
ONE_HALF = (
    "Only one half gives points, so it alone makes leads hot, against R51: take the proposal for a "
    "ranking, and add rules of the other half by hand."
)


def run(options: Namespace) -> int:
    """Learn from fact files. Raises ProblemError."""
    analysis_module("learning")
    learned = _learned(options)
    if options.out and learned.proposal is not None:
        _write(Path(options.out), learned.proposal.text)
    if options.html:
        from analysis.learned_report import learned_report  # noqa: PLC0415

        said = list(learned_lines(learned, options.out))
        about = f"{', '.join(options.facts)}: {learned.leads:,} leads, {learned.won:,} won"
        _write(Path(options.html), learned_report(learned, about=about, said=said))
    if options.json:
        print(json.dumps(learned_object(learned), ensure_ascii=False, indent=2))
    else:
        print("\n".join(learned_lines(learned, options.out)))
    return 0


def learned_object(learned: "Learned") -> dict[str, Any]:
    """Say everything as JSON does."""
    measured, proposal = learned.measured, learned.proposal
    return {
        "leads": learned.leads,
        "won": learned.won,
        "uncounted": asdict(learned.uncounted),
        "knows_times": learned.know_times,
        "least_amount": learned.least_amount,
        "leaking": {one.column: [sign.says for sign in one.signs] for one in learned.leaking},
        "shared": [
            {"subject": one.trait.subject, "value": one.trait.value, **_lift_object(one.lift)}
            for one in learned.shared
        ],
        "lifetimes": {
            kind: {"days": lifetime.days, "because": lifetime.because}
            for kind, lifetime in learned.lifetimes.items()
        },
        "refusal": learned.refusal or None,
        "measured": None
        if measured is None
        else {
            "leads": measured.leads,
            "won": measured.won,
            "auc": round(measured.auc, 4),
            "auc_interval": [round(measured.low, 4), round(measured.high, 4)],
            "top_decile_lift": round(measured.top_lift, 3),
            "calibration_error": round(measured.calibration_error, 4),
            "hot_precision": learned.later.hot.share_won if learned.later else None,
            "bands": _bands_object(learned.later),
        },
        "crosswise": None if learned.crosswise is None else asdict(learned.crosswise),
        "wish": None if proposal is None else _wish_object(learned, proposal),
        "one_half_only": proposal is not None and proposal.is_one_half,
        "model": None if proposal is None else proposal.document,
        "rules": []
        if proposal is None
        else [
            {"rule": rule.name, "points": rule.points, **_lift_object(rule.lift)}
            for rule in proposal.rules
        ],
    }


def learned_lines(learned: "Learned", out: str | None) -> Iterator[str]:
    """Say the lines that decide."""
    best = learned.least_amount is not None
    who = f"won for {learned.least_amount:,.0f} or more" if best else "won"
    share = learned.won / learned.leads
    yield f"{learned.leads:,} leads with an outcome, {learned.won:,} {who} ({share:.0%})."
    yield from learned.uncounted.sentences
    if learned.wanted_best and not best:
        yield "No won lead has an amount, so --best compares all that were won."
    for one in learned.leaking:
        yield f"Not learned from, it looks filled in after the outcome: {one}"
    sure = [one for one in learned.shared if one.lift.is_sure()]
    yield "Those share (among them, among the rest; lift with its 95 % interval):"
    yield from _shared([one for one in sure if one.lift.ratio > 1][:MORE_SHOWN])
    yield from _shared([one for one in sure if one.lift.ratio < 1][:LESS_SHOWN])
    if not sure:
        yield "  nothing for sure"
    if learned.won < WON_ENOUGH:
        yield f"Fewer than {WON_ENOUGH} of them: only what differs for sure (99 %) becomes a rule."
    yield from _proposal(learned)
    if learned.proposal is not None:
        yield (
            f"The model is in {out}; read it, then: lead-scoring lint --model {out}"
            if out
            else ("Write the model to a file with --out.")
        )


def _proposal(learned: "Learned") -> Iterator[str]:
    from analysis.band_wins import won_in_words  # noqa: PLC0415
    from analysis.wish_reached import wish_reached  # noqa: PLC0415

    proposal, measured = learned.proposal, learned.measured
    if proposal is None:
        yield f"No model is proposed: {learned.refusal}."
        return
    taking = sum(rule.points < 0 for rule in proposal.rules)
    weightiest = sorted(proposal.rules, key=lambda rule: -abs(rule.points))[:RULES_SHOWN]
    named = ", ".join(f"{rule.points:+d} {rule.name}" for rule in weightiest)
    yield f"Proposed: {len(proposal.rules)} rules, {taking} take points away. Weightiest: {named}."
    bounds = proposal.bounds
    yield (
        f"Hot above {bounds.hot_above}, cold below {bounds.cold_below}; "
        f"each half stops at {bounds.cap} and at {bounds.floor}{_start(bounds.start)}."
    )
    reached = wish_reached(learned.bands, proposal.wins, learned.later)
    if learned.bands.hot_precision is not None or not reached.is_met:
        yield str(reached)
    if proposal.is_one_half:
        yield ONE_HALF
    if measured is not None:
        yield (
            f"A model of the earlier leads, on the later {measured.leads:,}: "
            f"AUC {measured.auc:.3f} ({measured.low:.3f} to {measured.high:.3f}), the top tenth "
            f"wins {measured.top_lift:.1f} times as often, calibration error "
            f"{measured.calibration_error:.3f}."
        )
    if learned.crosswise is not None:
        whole = learned.crosswise
        yield (
            f"Later leads are too few to be sure. In the whole file, {THIRDS_SAID}: "
            f"AUC {whole.auc:.3f} ({whole.low:.3f} to {whole.high:.3f})."
        )
    if learned.later is not None:
        yield f"What a band means, on those later leads: {won_in_words(learned.later)}."
    if not learned.know_times and any(rule.trait.activity for rule in proposal.rules):
        yield "The facts know an order and no times: `lasts` is by experience (R71)."


def _learned(options: Namespace) -> "Learned":
    from analysis.declaring import declared_by  # noqa: PLC0415  (after the libraries are there)
    from analysis.example_leads import examples_from  # noqa: PLC0415
    from analysis.learning import STEPS, learn  # noqa: PLC0415
    from analysis.past_leads import past_leads  # noqa: PLC0415
    from functions.scoring.rule_book import RuleBook  # noqa: PLC0415
    from modelling.reading import read_model_text  # noqa: PLC0415

    path, wish = Path(options.model), _wish(options)
    check_exists(path)
    compiled = load_model(options.model)
    base = read_model_text(path.read_text(encoding="utf-8-sig")).content
    if not isinstance(base, dict) or "layout" in base:
        raise ProblemError(f"{path} is a compiled model; name the YAML file people write")
    declared = declared_by(_written(options.facts), compiled)
    model = declared.extend(compiled)
    facts = [line.fact for line in read_fact_files(options.facts, model)]
    examples, uncounted = examples_from(past_leads(facts), RuleBook(model))
    if not examples:
        raise ProblemError(uncounted.why_nothing)
    done = {
        f"{fact.kind}.{name}" for one in examples for fact in one.done for name in fact.properties
    }
    _check_kept(wish.keep, {*model["fields"], *done})
    with progress("learning", STEPS) as advance:
        learned = learn(
            examples, base=base, model=model, declared=declared, wish=wish, advance=advance
        )
    _check(learned)
    return replace(learned, uncounted=uncounted)


def _wish(options: Namespace) -> Any:
    from analysis.bands import BandWish  # noqa: PLC0415
    from analysis.learning import Wish  # noqa: PLC0415

    for name in ("hot_share", "hot_precision"):
        percent = getattr(options, name)
        if percent is not None and not 0 < percent < 100:
            raise ProblemError(f"--{name.replace('_', '-')}: write a percentage, such as 20")
    if not 1 <= options.cap <= 1_000 or not 2 <= options.rules <= 200:
        raise ProblemError("--cap takes 1 to 1000 points, --rules 2 to 200 rules")
    bands = BandWish()
    if options.hot_share is not None:
        bands = BandWish(hot_share=options.hot_share / 100)
    if options.hot_precision is not None:
        bands = BandWish(hot_precision=options.hot_precision / 100)
    keep = frozenset((options.keep or "").replace(" ", "").split(",")) - {""}
    return Wish(bands, cap=options.cap, rules_max=options.rules, best=options.best, keep=keep)


def _check_kept(keep: Iterable[str], names: Collection[str]) -> None:
    """Refuse to keep what is no field, and no property written as `activity.property`."""
    for name in sorted(set(keep) - set(names)):
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"
        raise ProblemError(f"--keep: nothing to learn from is called {name}; {hint}")


def _check(learned: "Learned") -> None:
    """A proposal that lint refuses is a mistake of ours, not of who asked for it."""
    from modelling.lint import lint_model_text  # noqa: PLC0415

    if learned.proposal is None:
        return
    findings = lint_model_text(learned.proposal.text, retention_days=retention_days())
    wrong = [str(finding) for finding in findings if finding.level == "error"]
    assert not wrong, wrong


def _written(names: list[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        if name == "-":
            raise ProblemError("learn reads its files twice: name a file in place of -")
        try:
            with Path(name).open(encoding="utf-8-sig") as file:
                for text in file:
                    try:
                        line = json.loads(text)
                    except ValueError:
                        continue  # told with its number where it is read
                    if isinstance(line, dict):
                        yield line
        except (OSError, UnicodeDecodeError):
            continue  # the same


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProblemError(f"{path} cannot be written: {error.strerror or error}") from error


def _shared(shared: "list[Shared]") -> Iterator[str]:
    for one in shared:
        low, high = one.lift.interval()
        yield (
            f"  {one.trait.subject}: {one.trait.value}  {one.lift.won_share:.0%}, "
            f"{one.lift.rest_share:.0%}; lift {one.lift.ratio:.2f} ({low:.2f} to {high:.2f})"
        )


def _start(points: int) -> str:
    return f"; who answered what all did begins with {points} (rule `known`)" if points else ""


def _bands_object(wins: "BandWins | None") -> dict[str, Any] | None:
    if wins is None:
        return None
    return {
        name: {"leads": ended.leads, "won": ended.won, "share_won": ended.share_won}
        for name, ended in wins.each()
    }


def _wish_object(learned: "Learned", proposal: "Proposal") -> dict[str, Any]:
    from analysis.wish_reached import wish_reached  # noqa: PLC0415

    reached = wish_reached(learned.bands, proposal.wins, learned.later)
    return {
        reached.asked: reached.wished,
        "reached": reached.learned,
        "reached_later": reached.later,
        "met": reached.is_met,
    }


def _lift_object(lift: "Lift") -> dict[str, Any]:
    low, high = lift.interval()
    return {
        "leads": lift.leads,
        "won_share": round(lift.won_share, 4),
        "rest_share": round(lift.rest_share, 4),
        "conversion": round(lift.conversion, 4),
        "lift": round(lift.ratio, 3),
        "interval": [round(low, 3), round(high, 3)],
    }

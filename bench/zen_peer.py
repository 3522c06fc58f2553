"""The strongest peer with rules as data: zen-engine (Rust), as compiled expressions.

`ZenRules` is how an engine of rules is put into a scorer: one compiled expression says which of all
rules an activity meets, another what the answers give, and what the language has no word for (the
newest so many, points that fade) is plain Python beside it. `ZenModel` goes further than an author
of rules would: the whole model as one expression, so that a lead crosses to Rust once.
"""

import json
from collections.abc import Iterable
from typing import Any

import zen

from bench.naive_loop import Document, Kept, Naive, Points
from functions.scoring.instants import DAY_MS


class ZenRules:
    """Matches by compiled expressions; keeps and adds up in Python."""

    def __init__(self, document: Document) -> None:
        """Compile one expression for activities and one for answers."""
        self._naive = Naive(document)
        self._names = [rule["rule"] for rule in document["engagement"]]
        met = (f"({_met_by(rule)}) ? {n} : -1" for n, rule in enumerate(document["engagement"]))
        self._met = zen.compile_expression(f"filter([{', '.join(met)}], # >= 0)")
        self._fit = zen.compile_expression(_fit(document))

    def score(self, lead: Document, *, at: int) -> Points:
        """Score `{"answers", "activities"}`, activities newest first."""
        kept: Kept = {name: [] for name in self._names}
        for done in lead["activities"]:
            for number in self._met.evaluate(done):
                kept[self._names[int(number)]].append(done)
        return self.score_kept(lead["answers"], kept, at=at)

    def merge(self, kept: Kept, done: Document) -> Kept:
        """Keep an activity under each rule that it meets, once, the newest first."""
        return self._naive.merge_met(
            kept, done, [self._names[int(number)] for number in self._met.evaluate(done)]
        )

    def score_kept(self, answers: Document, kept: Kept, *, at: int) -> Points:
        """Score what is kept per rule."""
        fit = int(self._fit.evaluate({"answers": answers}))
        return self._naive.total(fit, self._naive.engagement(kept, at=at))


class ZenModel:
    """The whole model as one expression."""

    def __init__(self, document: Document) -> None:
        """Compile the model."""
        self._whole = zen.compile_expression(whole_model(document))

    def score(self, given: Document) -> Points:
        """Score what `zen_input` made of a lead."""
        fit, engagement, band = self._whole.evaluate(given)
        return Points(int(fit), int(engagement), band)


def zen_input(lead: Document, *, at: int) -> Document:
    """Give a lead as `ZenModel` reads it, with ages instead of instants: its numbers are decimals,
    and subtracting is dear. Not part of what is measured.
    """
    activities = [
        {"kind": done["kind"], "path": done["path"], "age": at - done["at"]}
        for done in lead["activities"]
    ]
    return {"answers": lead["answers"], "activities": activities}


def whole_model(document: Document) -> str:
    """Write a model as one expression that gives [fit, engagement, band]."""
    kinds = {kind: f"of_{kind}" for kind in (rule["activity"] for rule in document["engagement"])}
    steps = [f'{name} = filter(activities, #.kind == "{kind}")' for kind, name in kinds.items()]
    worths = []
    for number, rule in enumerate(document["engagement"]):
        steps.append(f"met_{number} = {_met(rule, kinds[rule['activity']])}")
        worths.append(_activity_rule(rule, f"met_{number}"))
    engagement = _between(_sum(worths), document["halves"]["engagement"])
    steps += [
        f"fit = {_fit(document)}",
        f"engagement = {engagement}",
        "score = fit + engagement",
    ]
    hot, cold = (document["bands"][band].split()[1] for band in ("hot", "cold"))
    band = f'score > {hot} ? "hot" : score < {cold} ? "cold" : "warm"'
    return "; ".join([*steps, f"[fit, engagement, {band}]"])


def _fit(document: Document) -> str:
    groups = [
        _at_most(
            _sum(_answer_rule(rule) for rule in document["fit"] if rule["group"] == group),
            bounds["cap"],
        )
        for group, bounds in document["groups"].items()
    ]
    return _between(_sum(groups), document["halves"]["fit"])


def _answer_rule(rule: Document) -> str:
    holds = (_condition(f"answers.{name}", asked) for name, asked in rule["when"].items())
    return f"({' and '.join(holds)} ? {rule['points']} : 0)"


def _condition(name: str, asked: Any) -> str:
    if isinstance(asked, list):
        return f"{name} in {json.dumps(asked)}"
    if not isinstance(asked, dict):
        return f"{name} == {json.dumps(asked)}"
    if "starts_with" in asked:
        return f"startsWith({name}, {json.dumps(asked['starts_with'])})"
    bounds = [f"{name} >= {asked['from']}"] if "from" in asked else []
    return " and ".join([*bounds, f"{name} < {asked['below']}"] if "below" in asked else bounds)


def _met_by(rule: Document) -> str:
    kind = f"kind == {json.dumps(rule['activity'])}"
    if "where" not in rule:
        return kind
    return f"{kind} and startsWith(path, {json.dumps(rule['where']['path']['starts_with'])})"


def _met(rule: Document, of_kind: str) -> str:
    if "where" not in rule:
        return of_kind
    start = json.dumps(rule["where"]["path"]["starts_with"])
    return f"filter({of_kind}, startsWith(#.path, {start}))"


def _activity_rule(rule: Document, met: str) -> str:
    most = rule["at_most"]  # a slice past the end is an error
    newest = f"len({met}) > {most} ? {met}[0:{most - 1}] : {met}"
    return f"sum(map({newest}, {_worth(rule)}))"


def _worth(rule: Document) -> str:
    ages = [int(age.split()[0]) * DAY_MS for age in rule["decays"]]
    points = [rule["points"], *rule["decays"].values()]
    ends = [*ages, int(rule["lasts"].split()[0]) * DAY_MS]
    steps = [f"#.age < {end} ? {worth}" for end, worth in zip(ends, points, strict=True)]
    return " : ".join([*steps, "0"])


def _sum(parts: Iterable[str]) -> str:
    return " + ".join(parts)


def _at_most(points: str, cap: int) -> str:
    return f"min([{points}, {cap}])"


def _between(points: str, bounds: Document) -> str:
    return f"max([min([{points}, {bounds['cap']}]), {bounds['floor']}])"

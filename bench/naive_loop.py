"""The peer anybody would write first: plain loops over rules, conditions and activities.

It reads the model as people write it, keeps nothing between two leads, and is the oracle of the
work: whatever else scores these leads must give the same numbers.
"""

from typing import Any, NamedTuple

from functions.scoring.instants import DAY_MS

Document = dict[str, Any]
Kept = dict[str, list[Document]]  # per rule the activities that met it, newest first


class Points(NamedTuple):
    """A score in both halves, and its band."""

    fit: int
    engagement: int
    band: str


class Naive:
    """Scores plain dicts by a model document."""

    def __init__(self, document: Document) -> None:
        """Write days as milliseconds once; all else is looked up in the document each time."""
        self._fit = document["fit"]
        self._engagement = [_with_steps(rule) for rule in document["engagement"]]
        self._at_most = {rule["rule"]: rule["at_most"] for rule in self._engagement}
        self._groups = document["groups"]
        self._halves = document["halves"]
        self._hot, self._cold = (
            int(document["bands"][band].split()[1]) for band in ("hot", "cold")
        )

    def score(self, lead: Document, *, at: int) -> Points:
        """Score `{"answers", "activities"}`, activities newest first."""
        kept = {
            rule["rule"]: [done for done in lead["activities"] if is_met(rule, done)]
            for rule in self._engagement
        }
        return self.score_kept(lead["answers"], kept, at=at)

    def score_kept(self, answers: Document, kept: Kept, *, at: int) -> Points:
        """Score what is kept per rule."""
        return self.total(self.fit(answers), self.engagement(kept, at=at))

    def fit(self, answers: Document) -> int:
        """What answers give, bounded."""
        groups = dict.fromkeys(self._groups, 0)
        for rule in self._fit:
            if all(_holds(asked, answers.get(name)) for name, asked in rule["when"].items()):
                groups[rule["group"]] += rule["points"]
        points = sum(min(points, self._groups[name]["cap"]) for name, points in groups.items())
        return self._bounded("fit", points)

    def engagement(self, kept: Kept, *, at: int) -> int:
        """What kept activities give, bounded."""
        points = 0
        for rule in self._engagement:
            for done in kept[rule["rule"]][: rule["at_most"]]:
                points += _worth(rule["steps"], at - done["at"])
        return self._bounded("engagement", points)

    def total(self, fit: int, engagement: int) -> Points:
        """Put both halves together."""
        score = fit + engagement
        band = "hot" if score > self._hot else "cold" if score < self._cold else "warm"
        return Points(fit, engagement, band)

    def merge(self, kept: Kept, done: Document) -> Kept:
        """Keep an activity under each rule that it meets, once, the newest first."""
        met = [rule["rule"] for rule in self._engagement if is_met(rule, done)]
        return self.merge_met(kept, done, met)

    def merge_met(self, kept: Kept, done: Document, met: list[str]) -> Kept:
        """Keep an activity under these rules."""
        merged = dict(kept)
        for name in met:
            own = [other for other in kept[name] if other["id"] != done["id"]]
            own.append(done)
            own.sort(key=_newest_first)
            merged[name] = own[: self._at_most[name]]
        return merged

    def keep(self, lead: Document) -> Kept:
        """Give what a lead has in store."""
        return {
            rule["rule"]: [done for done in lead["activities"] if is_met(rule, done)][
                : rule["at_most"]
            ]
            for rule in self._engagement
        }

    def _bounded(self, half: str, points: int) -> int:
        bounds = self._halves[half]
        return int(max(bounds["floor"], min(bounds["cap"], points)))


def _with_steps(rule: Document) -> Document:
    decays = {int(age.split()[0]) * DAY_MS: points for age, points in rule["decays"].items()}
    end = int(rule["lasts"].split()[0]) * DAY_MS
    return {**rule, "steps": [(0, rule["points"]), *decays.items(), (end, 0)]}


def is_met(rule: Document, done: Document) -> bool:
    """Whether an activity is what a rule looks for."""
    if done["kind"] != rule["activity"]:
        return False
    where = rule.get("where")
    return where is None or done["path"].startswith(where["path"]["starts_with"])


def _holds(asked: Any, answer: Any) -> bool:
    if answer is None:
        return False
    if isinstance(asked, list):
        return answer in asked
    if not isinstance(asked, dict):
        return bool(answer == asked)
    if "starts_with" in asked:
        return bool(answer.startswith(asked["starts_with"]))
    if "from" in asked and answer < asked["from"]:
        return False
    return "below" not in asked or answer < asked["below"]


def _worth(steps: list[tuple[int, int]], age: int) -> int:
    worth = 0
    for since, points in steps:
        if age < since:
            break
        worth = points
    return worth


def _newest_first(done: Document) -> int:
    return -int(done["at"])

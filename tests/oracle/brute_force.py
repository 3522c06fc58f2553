"""Scores by brute force: what the design says, sentence after sentence, with nothing clever.

It reads the model as people write it and facts as fact files hold them, imports nothing of the
project and keeps nothing between two calls. Every question goes through all facts again; the
forecast asks for the score at every instant at which anything could change. Being slow is its
right, being obviously true its duty.
"""

# mypy: disable-error-code="no-any-return"
# documents and facts are plain JSON here, so that nothing of the product's types is trusted

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

Document = dict[str, Any]  # a model, or a part of one
Fact = dict[str, Any]  # a line of a fact file; inside, `at` is UTC milliseconds
Facts = list[Fact]
World = dict[str, Any]
Line = dict[str, Any]
Value = str | int | float | bool | None
Known = dict[str, tuple[Value, int | None]]
Truth = bool | None

DAY = 24 * 60 * 60 * 1000
SPANS = {
    "minute": 60_000,
    "hour": DAY // 24,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "year": 365 * DAY,
}
FIRST_MONDAY = 4 * DAY
SENDS_MAX = 50
UNRELATED = {"lead", "at", "id", "kind", "answers", "machine", "test", "consent", "referrer"}
START = datetime(1970, 1, 1, tzinfo=UTC)


def score(
    model: Document,
    facts: Sequence[Fact],
    at: str,
    *,
    ahead: bool = True,
    retention_days: int = 400,
    free: Sequence[str] = ("gmail.com",),
    disposable: Sequence[str] = ("mailinator.com",),
) -> dict[str, Document]:
    """Score every lead: {lead: {score, fit, engagement, band, lines, forecast}}, instants as text.

    Without `ahead` no forecast is made, which is what takes time.
    """
    world = world_of(model, retention_days=retention_days, free=free, disposable=disposable)
    now = milliseconds(at)
    answered = {}
    for lead in sorted({fact["lead"] for fact in facts}):
        own = of_lead(lead, facts)
        answered[lead] = score_lead(world, own, now) | (
            {"forecast": forecast(world, own, now)} if ahead else {}
        )
    return answered


def world_of(
    model: Document,
    *,
    retention_days: int = 400,
    free: Sequence[str] = ("gmail.com",),
    disposable: Sequence[str] = ("mailinator.com",),
) -> World:
    """All that a score depends on besides facts and instant, each rule's steps written out."""
    world = {
        "model": model,
        "retention": retention_days * DAY,
        "free": free,
        "disposable": disposable,
    }
    return world | {
        "steps": {rule["rule"]: steps(world, rule) for rule in rules(world) if "activity" in rule}
    }


def score_lead(world: World, facts: Facts, now: int) -> Document:
    """Score one lead at one instant."""
    fit, engagement, lines = add_up(world, facts, now)
    total = fit + engagement
    return {
        "score": total,
        "fit": fit,
        "engagement": engagement,
        "band": band(world, total),
        "lines": lines,
    }


def forecast(world: World, facts: Facts, now: int) -> list[Line]:
    """Every later instant at which the score is another one, if no other fact comes."""
    known = [fact for fact in facts if fact["at"] <= now]
    before, found = score_lead(world, known, now)["score"], []
    for instant in sorted(turning_points(world, known, now)):
        then = score_lead(world, known, instant)
        if then["score"] != before:
            found.append({"at": text_of(instant), "score": then["score"], "band": then["band"]})
        before = then["score"]
    return found


def turning_points(world: World, facts: Facts, now: int) -> set[int]:
    """Every later instant at which some rule could give other points, if no other fact comes.

    An answer or the last sign of life counts until the retention is over, a quiet begins some time
    after any fact, and an occurrence or a mail turns at the ages of the rules on its kind.
    """
    found = set()
    for fact in facts:
        ages = [world["retention"]]
        for rule in rules(world):
            if rule.get("activity") == fact["kind"]:
                ages += [age for age, _ in world["steps"][rule["rule"]]]
            if "quiet_for" in rule:
                ages.append(span(rule["quiet_for"]))
            if "unanswered" in rule and rule["unanswered"]["sent"] == fact["kind"]:
                ages += [span(rule["unanswered"][name]) for name in ("after", "within")]
        found |= {fact["at"] + age for age in ages if fact["at"] + age > now}
    return found


def add_up(world: World, facts: Facts, now: int) -> tuple[int, int, list[Line]]:
    """Points of both halves and the lines that say why: awards, then caps and floors."""
    happened = [fact for fact in facts if fact["at"] <= now]
    facts = [fact for fact in happened if now - fact["at"] < world["retention"]]
    known = answers(world, happened[0]["lead"] if happened else None, facts)
    facts = heard(world, facts)
    totals, lines = [], []
    for half in ("fit", "engagement"):
        ungrouped, groups = 0, dict.fromkeys(world["model"].get("groups", {}), 0)
        for rule in rules(world, half):
            for award in sorted(
                awards(world, rule, facts, known, now), key=lambda one: one["since"] or ""
            ):
                lines.append(award)
                if "group" in rule:
                    groups[rule["group"]] += award["points"]
                else:
                    ungrouped += award["points"]
        total = ungrouped
        for name, points in groups.items():
            total += clamp(points, world["model"]["groups"][name], name, lines)
        totals.append(clamp(total, world["model"].get("halves", {}).get(half, {}), half, lines))
    return totals[0], totals[1], lines


def clamp(points: int, limits: Document, name: str, lines: list[Line]) -> int:
    """Hold a sum between its floor and its cap, and write down by how much it was moved."""
    cap, floor = limits.get("cap"), limits.get("floor")
    if cap is not None and points > cap:
        lines.append({"rule": f"cap {name}", "points": cap - points, "since": None, "until": None})
        return cap
    if floor is not None and points < floor:
        lines.append(
            {"rule": f"floor {name}", "points": floor - points, "since": None, "until": None}
        )
        return floor
    return points


def band(world: World, total: int) -> str:
    """Hot strictly above its threshold, cold strictly below its own, warm between."""
    limits = world["model"]["bands"]
    if total > float(limits["hot"].removeprefix("above ")):
        return "hot"
    return "cold" if total < float(limits["cold"].removeprefix("below ")) else "warm"


def awards(world: World, rule: Document, facts: Facts, known: Known, now: int) -> list[Line]:
    """Lines of one rule that are worth something now."""
    values = {name: value for name, (value, _) in known.items()}
    if "when" in rule and truth(rule["when"], values) is not True:
        return []
    if "activity" in rule:
        return occurrence_awards(world, rule, facts, now)
    if "unanswered" in rule:
        return unanswered_awards(rule, facts, now)
    if "quiet_for" in rule:
        return quiet_awards(world, rule, facts, now)
    fields = world["model"].get("fields", {})
    asked = {fields.get(name, {}).get("read_from", name) for name in names_in(rule["when"])}
    instants = [
        instant for name, (_, instant) in known.items() if name in asked and instant is not None
    ]
    return [line(rule, rule["points"], max(instants, default=None), None)]


def occurrence_awards(world: World, rule: Document, facts: Facts, now: int) -> list[Line]:
    """Of what matches the first of each bucket, of these the newest few, each at its age."""
    counting = sorted(
        (fact for fact in facts if matches(rule, fact)),
        key=lambda fact: (fact["at"], fact.get("id", "")),
    )
    if "once_per" in rule:
        first: dict[int, Fact] = {}
        for fact in counting:
            first.setdefault(bucket(rule["once_per"], fact["at"]), fact)
        counting = list(first.values())
    found = []
    for fact in counting[-rule.get("at_most", 1) :]:
        points = [
            points for age, points in world["steps"][rule["rule"]] if age <= now - fact["at"]
        ][-1]
        if points:
            found.append(line(rule, points, fact["at"], fact["at"] + end(world, rule)))
    return found


def bucket(once_per: str, at: int) -> int:
    """Number of the UTC hour, day or run of N days (from Monday, 5 January 1970) of an instant."""
    if once_per in {"hour", "day"}:
        return at // SPANS[once_per]
    return (at - FIRST_MONDAY) // span(once_per)


def steps(world: World, rule: Document) -> list[tuple[int, int]]:
    """(age, points): from this age on, these points; the last is where all is over."""
    lasts = world["retention"] if rule["lasts"] == "forever" else span(rule["lasts"])
    if rule["lasts"] == "forever" and "once_per" in rule:
        lasts -= span(rule["once_per"])
    found = [(0, rule["points"])] + [
        (span(age), points) for age, points in rule.get("decays", {}).items()
    ]
    if "half_life" in rule:
        held, half_life = span(rule.get("holds", "0 days")), span(rule["half_life"])
        for age in range(held + DAY, lasts, DAY):
            found.append((age, rounded(rule["points"] * 2 ** (-(age - held) / half_life))))
            if found[-1][1] == 0:
                break
    return [*sorted(found), (lasts, 0)]


def rounded(number: float) -> int:
    """Round to the nearest whole number, halves away from zero."""
    return int(number + 0.5) if number >= 0 else -int(0.5 - number)


def end(world: World, rule: Document) -> int:
    """Age from which an award is worth nothing for good."""
    last = [age for age, points in world["steps"][rule["rule"]] if points][-1]
    return min(age for age, _ in world["steps"][rule["rule"]] if age > last)


def unanswered_awards(rule: Document, facts: Facts, now: int) -> list[Line]:
    """Enough sends after the newest reaction, each once old enough and until too old."""
    asked = rule["unanswered"]
    reactions = [fact["at"] for fact in facts if fact["kind"] in asked["by"] and counts(fact)]
    newest = max(reactions, default=-1)
    sends = sorted(
        f["at"] for f in facts if f["kind"] == asked["sent"] and counts(f) and f["at"] > newest
    )[-SENDS_MAX:]
    after, within = span(asked["after"]), span(asked["within"])

    def enough(instant: int) -> bool:
        return sum(sent + after <= instant < sent + within for sent in sends) >= asked["at_least"]

    if not enough(now):
        return []
    changes = sorted({sent + age for sent in sends for age in (after, within)})
    since = max(t for t in changes if t <= now and enough(t) and not enough(t - 1))
    until = min(t for t in changes if t > now and not enough(t))
    return [line(rule, rule["points"], since, until)]


def quiet_awards(world: World, rule: Document, facts: Facts, now: int) -> list[Line]:
    """Nothing any activity rule looks for, for so long; who never did anything earns none."""
    sought = [other for other in rules(world) if "activity" in other]
    newest = max(
        (f["at"] for f in facts if any(matches(other, f) for other in sought)), default=None
    )
    if newest is None or now < newest + span(rule["quiet_for"]):
        return []
    return [
        line(rule, rule["points"], newest + span(rule["quiet_for"]), newest + world["retention"])
    ]


def matches(rule: Document, fact: Fact) -> bool:
    """Whether an activity is what a rule looks for, whoever did it."""
    if fact["kind"] != rule["activity"] or not counts(fact):
        return False
    return truth(rule.get("where", {}), properties(fact)) is True


def properties(fact: Fact) -> dict[str, Value]:
    """What an activity says of itself."""
    return {
        name: value
        for name, value in fact.items()
        if name not in UNRELATED and not name.startswith("utm_")
    }


def heard(world: World, facts: Facts) -> Facts:
    """Whatever a verdict of the model covers was a machine's."""
    verdicts = world["model"].get("ignore", [])
    return [
        fact | {"machine": True} if any(covers(one, fact) for one in verdicts) else fact
        for fact in facts
    ]


def covers(verdict: Document, fact: Fact) -> bool:
    """Whether all that a verdict asks is so; forms and what sales did are never meant."""
    days = {
        name: milliseconds(f"{verdict[name]}T00:00:00Z")
        for name in ("since", "before")
        if name in verdict
    }
    domain = fact["lead"].partition("@")[2]
    return (
        fact["kind"] != "form_submitted"
        and not fact["kind"].startswith(("sales_", "team_"))
        and fact["kind"] in verdict.get("activity", [fact["kind"]])
        and fact["at"] >= days.get("since", 0)
        and fact["at"] < days.get("before", fact["at"] + 1)
        and domain in verdict.get("domain", [domain])
        and truth(verdict.get("where", {}), properties(fact)) is True
    )


def counts(fact: Fact) -> bool:
    """Machines and opens earn nothing, break no quiet and are no reaction."""
    return not fact.get("machine") and fact["kind"] != "email_opened"


def line(rule: Document, points: int, since: int | None, until: int | None) -> Line:
    """One line of the explanation."""
    since_text, until_text = (None if at is None else text_of(at) for at in (since, until))
    return {"rule": rule["rule"], "points": points, "since": since_text, "until": until_text}


def rules(world: World, *halves: str) -> list[Document]:
    """Rules in the order people wrote them, fit first."""
    return [
        rule for half in halves or ("fit", "engagement") for rule in world["model"].get(half) or []
    ]


# What a lead did and said


def of_lead(lead: str, facts: Sequence[Fact]) -> Facts:
    """Facts of one lead, each once; of forms with the same submission id the earliest."""
    distinct: dict[object, Fact] = {}
    for fact in sorted(
        (dict(f) for f in facts if f["lead"] == lead), key=lambda f: milliseconds(f["at"])
    ):
        fact["at"] = milliseconds(fact["at"])
        form = fact["kind"] == "form_submitted"
        distinct.setdefault(
            ("form", fact["id"]) if form else json.dumps(fact, sort_keys=True), fact
        )
    return list(distinct.values())


def answers(world: World, address: str | None, facts: Facts) -> Known:
    """{field: (value, instant)}: the newest of sales, or else of forms; derived fields from those.

    The address is no answer that ages: a lead has it from its first fact on, and it has no instant.
    """
    newest = {}
    for fact in sorted(facts, key=lambda fact: (fact["at"], fact.get("id", ""))):
        for name, value in fact.get("answers", {}).items():
            newest[name, fact["kind"]] = (value, fact["at"])
    known: Known = {"email": (address, None)} if address else {}
    for origin in ("form_submitted", "sales_answered"):
        for (name, kind), said in newest.items():
            if kind == origin and said[0] is not None:
                known[name] = said
    for name, field in world["model"].get("fields", {}).items():
        text, instant = known.get(field.get("read_from"), (None, None))
        if text is not None:
            derived = category(field["words"], text) if "words" in field else kind_of(world, text)
            known |= {name: (derived, instant)} if derived else {}
    return known


def category(table: Document, text: Any) -> str | None:
    """The first category one of whose patterns is in the text, unless one of its own vetoes is."""
    for name, patterns in table.items():
        if any(has(text, one) for one in patterns["any"]) and not any(
            has(text, one) for one in patterns.get("unless", [])
        ):
            return name
    return None


def has(text: str, pattern: str) -> bool:
    """Whether consecutive whole words of a text are those of a pattern; `*` completes a word."""
    words, wanted = re.findall(r"[^\W_]+", fold(text)), re.findall(r"(?:[^\W_]|\*)+", fold(pattern))
    runs = [words[i : i + len(wanted)] for i in range(len(words) - len(wanted) + 1)]
    return any(all(glob(one, word) for one, word in zip(wanted, run, strict=True)) for run in runs)


def kind_of(world: World, address: Any) -> str:
    """Whether a mail domain, or one it lies in, is disposable, free or else business."""
    domain = "." + address.rpartition("@")[2]
    for name in ("disposable", "free"):
        if any(domain.endswith("." + listed) for listed in world[name]):
            return name
    return "business"


# Conditions: True, False, or None for unknown


def truth(condition: Document, values: dict[str, Value]) -> Truth:
    """Several in one mapping are and."""
    return every([part(name, wanted, values) for name, wanted in condition.items()])


def part(name: str, wanted: Any, values: dict[str, Value]) -> Truth:
    """One entry of a condition."""
    if name in {"all", "any"}:
        parts = [truth(one, values) for one in wanted]
        return every(parts) if name == "all" else opposite(every([opposite(one) for one in parts]))
    if name == "not":
        return opposite(truth(wanted, values))
    if not isinstance(wanted, dict):
        wanted = {"is": wanted}
    return every(
        [compare(operator, operand, values.get(name)) for operator, operand in wanted.items()]
    )


def names_in(condition: Document) -> set[str]:
    """Names of the fields a condition asks for, however deep."""
    found = set()
    for name, wanted in condition.items():
        inner = wanted if name in {"all", "any"} else [wanted] if name == "not" else []
        found |= (
            set().union(*(names_in(one) for one in inner))
            if name in {"all", "any", "not"}
            else {name}
        )
    return found


def every(parts: list[Truth]) -> Truth:
    """And: false wins, then unknown."""
    return False if False in parts else None if None in parts else True


def opposite(value: Any) -> Truth:
    """Not: unknown stays unknown."""
    return None if value is None else not value


def compare(operator: str, wanted: Any, value: Any) -> Truth:
    """One operator on one value."""
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if operator == "missing":
        return (value is None) == wanted[0]
    if value is None:
        return None
    if operator in {"is", "none_of"}:
        found = any(sort_of(one) == sort_of(value) and fold(one) == fold(value) for one in wanted)
        return found if operator == "is" else not found
    if operator in {"from", "below"}:
        if sort_of(value) != sort_of(wanted[0]) or sort_of(value) == "yes_no":
            return None
        return value >= wanted[0] if operator == "from" else value < wanted[0]
    if sort_of(value) != "text":
        return None
    text, wanted = fold(value), [fold(one) for one in wanted]
    return {
        "starts_with": any(text.startswith(one) for one in wanted),
        "ends_with": any(text.endswith(one) for one in wanted),
        "contains": any(one in text for one in wanted),
        "like": any(glob(one, text) for one in wanted),
    }[operator]


def sort_of(value: Any) -> str:
    """Values of different sorts are never the same."""
    return "text" if isinstance(value, str) else "yes_no" if isinstance(value, bool) else "number"


@cache
def fold(value: Any) -> Any:
    """Text without case, diacritics and surplus spaces."""
    if not isinstance(value, str):
        return value
    decomposed = unicodedata.normalize("NFKD", value)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.translate(str.maketrans("łŁøØđĐ", "lLoOdD")).casefold().split())


def glob(pattern: str, text: str) -> bool:
    """`*` is any run of characters, `?` one; the whole text must match."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(glob(pattern[1:], text[i:]) for i in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and glob(pattern[1:], text[1:])


# Time


def span(text: str) -> int:
    """Milliseconds of `7 days`, `day`, `3 hours`; a week is 7 days, a month 30, a year 365."""
    number, _, unit = ("1 " + text).rpartition(" ")
    return int(number.split()[-1]) * SPANS[unit.removesuffix("s")]


def milliseconds(instant: str) -> int:
    """UTC milliseconds of ISO text."""
    return (datetime.fromisoformat(instant) - START) // timedelta(milliseconds=1)


def text_of(at: int) -> str:
    """ISO text of UTC milliseconds."""
    return (START + timedelta(milliseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"

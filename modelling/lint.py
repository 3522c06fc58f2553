"""What an experienced marketer would say of a scoring model before it is used.

An error is a model that cannot do what it says: it has mistakes, nobody can become hot, a rule
never matches or never counts. A warning is advice that experience gave (each with the row of
docs/requirements.md it rests on); a model may have good reasons to do otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from functions.scoring.conditions import fields_named, fold
from modelling.compile import RETENTION_DAYS, Compiled, compile_reading
from modelling.mistakes import Mistake, ModelInvalid, line_at
from modelling.mistakes import Path as Place
from modelling.reach import can_match, most_points
from modelling.reading import Reading, read_model_text

OPENED = "email_opened"
HALVES = ("fit", "engagement")
DEPARTMENTS = {"marketing": "marketing", "sales": "sales", "customer_service": "customer service"}
CRITERIA_MAX = 4
PRICING = ("pricing", "price", "cennik", "preise", "tarif")
CAREERS = ("career", "kariera", "karriere", "jobs", "praca", "rekrutacja")
LOPSIDED = 2  # one half may weigh twice the other before we say so

Level = Literal["error", "warning"]
Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `rule` is a rule's name or a place; `line` counts from 1; `row` is such as R62,
    or empty.
    """

    level: Level
    rule: str
    line: int | None
    sentence: str
    row: str

    def __str__(self) -> str:
        """Say it in one line: level, line, rule, sentence, and the row in brackets."""
        line = f" line {self.line}:" if self.line else ""
        rule = f" {self.rule}:" if self.rule else ""
        row = f" ({self.row})" if self.row else ""
        return f"{self.level}:{line}{rule} {self.sentence}{row}"


@dataclass(frozen=True)
class Draft:
    """A valid model as the checks see it: compiled, and as it was written."""

    compiled: Compiled
    reading: Reading

    @cached_property
    def rules(self) -> list[Rule]:
        """The compiled rules, in the order of the document."""
        return list(self.compiled["rules"])

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each rule stands in the document."""
        return {
            entry["rule"]: (half, index)
            for half in HALVES
            for index, entry in enumerate(self.reading.content.get(half, []))
        }

    def written(self, rule: Rule) -> Mapping[str, Any]:
        """Give the rule as it was written."""
        half, index = self.places[rule["rule"]]
        return dict(self.reading.content[half][index])

    def activities(self, *kinds: str) -> list[Rule]:
        """Give the rules on activities, of these kinds or of all."""
        return [
            rule
            for rule in self.rules
            if rule["type"] == "activity" and (not kinds or rule["activity"] in kinds)
        ]

    @cached_property
    def most(self) -> dict[str, int]:
        """The most points a lead can have in each half."""
        counting = [rule for rule in self.rules if _why_never(self, rule) is None]
        return {
            half: most_points(counting, self.compiled["halves"], self.compiled["groups"], half)
            for half in HALVES
        }


Remark = tuple[Level, Place | Rule, str, str]
Check = Callable[[Draft], Iterator[Remark]]


def lint_model_file(path: Path, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about the model in a file; OSError where it cannot be read."""
    return lint_model_text(path.read_text(encoding="utf-8-sig"), retention_days=retention_days)


def lint_model_text(text: str, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about a model's text, in the order of lines.

    A model with mistakes gives only those, as errors.
    """
    return _lint(read_model_text(text), retention_days)


def lint_document(mapping: object, *, retention_days: int = RETENTION_DAYS) -> list[Finding]:
    """Give all findings about a model given as plain dicts and lists; they have no lines."""
    return _lint(Reading(content=mapping), retention_days)


def _lint(reading: Reading, retention_days: int) -> list[Finding]:
    try:
        compiled = compile_reading(reading, retention_days=retention_days)
    except ModelInvalid as invalid:
        return [_of_mistake(mistake) for mistake in invalid.mistakes]
    draft = Draft(compiled, reading)
    found = [_finding(draft, remark) for check in CHECKS for remark in check(draft)]
    return sorted(found, key=lambda finding: (finding.line or 0, finding.level))


def _of_mistake(mistake: Mistake) -> Finding:
    advice = mistake.advice if mistake.advice.endswith("?") else f"{mistake.advice}."
    return Finding("error", mistake.rule, mistake.line, f"{mistake.reason}. {advice}", "")


def _finding(draft: Draft, remark: Remark) -> Finding:
    level, place, sentence, row = remark
    if isinstance(place, Mapping):
        return Finding(
            level,
            place["rule"],
            line_at(draft.places[place["rule"]], draft.reading.lines),
            sentence,
            row,
        )
    return Finding(
        level,
        ".".join(str(step) for step in place),
        line_at(place, draft.reading.lines),
        sentence,
        row,
    )


# errors


def hot_is_out_of_reach(draft: Draft) -> Iterator[Remark]:
    """R76: somebody must be able to become hot."""
    fit, engagement = draft.most["fit"], draft.most["engagement"]
    hot = draft.compiled["bands"]["hot_above"]
    if fit + engagement <= hot:
        yield (
            "error",
            ("bands",),
            (
                f"Nobody can become hot: at best {fit} for fit and {engagement} for engagement "
                f"are {fit + engagement}, and hot begins above {hot}."
            ),
            "R76",
        )


def a_rule_that_never_matches_or_counts(draft: Draft) -> Iterator[Remark]:
    """R49: a rule that can never earn is a mistake."""
    for rule in draft.rules:
        if (why := _why_never(draft, rule)) is not None and rule.get("activity") != OPENED:
            yield "error", rule, why, "R49"


def a_channel_that_never_matches(draft: Draft) -> Iterator[Remark]:
    """R101: a channel nobody can come from is a mistake."""
    for name, term in draft.compiled["channels"]:
        if not can_match(term):
            yield (
                "error",
                ("channels", name),
                "This channel can never match: its conditions exclude each other.",
                "R101",
            )


def _why_never(draft: Draft, rule: Rule) -> str | None:
    if not can_match(rule["when"], _known_values(draft)):
        return "This rule can never match: the conditions of its `when` exclude each other."
    if rule["type"] == "activity" and (why := _why_no_activity(draft, rule)):
        return why
    if rule.get("sent") == OPENED:
        return (
            "This rule can never match: opens are recorded and count for nothing, name what "
            "was sent."
        )
    if rule["type"] == "quiet" and not [
        one for one in draft.activities() if one["activity"] != OPENED
    ]:
        return (
            "This rule can never match: quiet is what comes after an activity, and no rule is "
            "about one."
        )
    return _why_worthless(draft, rule)


def _known_values(draft: Draft) -> dict[str, list[Any]]:
    """Give the only values that derived fields can have; None is no value."""
    return {
        name: [None, *entry["words"]] if "words" in entry else ["business", "free", "disposable"]
        for name, entry in draft.compiled["derived"].items()
    }


def _why_no_activity(draft: Draft, rule: Rule) -> str | None:
    if rule["activity"] == OPENED:
        return "Opens count for nothing."
    if rule["activity"] != "form_submitted":
        return (
            None
            if can_match(rule["where"])
            else "This rule can never match: the conditions of its `where` exclude each other."
        )
    forms = list(draft.compiled["forms"])
    if can_match(rule["where"], {"form": forms}) and forms:
        return None
    return f"This rule can never match: the model's forms are {', '.join(forms) or 'none'}."


def _why_worthless(draft: Draft, rule: Rule) -> str | None:
    heights = (
        [points for _, points in rule["steps"]] if rule["type"] == "activity" else [rule["points"]]
    )
    if not any(heights):
        return "This rule never counts: it gives 0 points."
    half = [one for one in draft.rules if one["half"] == rule["half"]]
    if (why := _why_bounded(draft.compiled["halves"][rule["half"]], heights, half)) or not rule[
        "group"
    ]:
        return why
    group = [one for one in half if one["group"] == rule["group"]]
    return _why_bounded(draft.compiled["groups"][rule["group"]], heights, group)


def _why_bounded(
    bound: Mapping[str, Any], heights: Sequence[int], rules: Sequence[Rule]
) -> str | None:
    """Say why points that go one way only have no effect: nothing else under the bound makes room
    for them.
    """
    worths = [_worth(rule) for rule in rules]
    if bound["cap"] == 0 and min(heights) >= 0 and min(worths) >= 0:
        return "This rule never counts: the cap it lies under is 0."
    if bound["floor"] == 0 and max(heights) <= 0 and max(worths) <= 0:
        return "This rule never counts: the floor it lies on is 0."
    return None


def _worth(rule: Rule) -> int:
    return int(rule["steps"][0][1] if rule["type"] == "activity" else rule["points"])


# warnings about the model as a whole


def one_half_alone_reaches_hot(draft: Draft) -> Iterator[Remark]:
    """R51: no lead should be hot by one kind of criteria."""
    hot = draft.compiled["bands"]["hot_above"]
    for half in HALVES:
        if (most := draft.most[half]) > hot:
            yield (
                "warning",
                ("halves", half),
                (
                    f"A lead can be hot by {half} alone ({most} points, hot begins above "
                    f"{hot}): give the half a cap of at most {hot}."
                ),
                "R51",
            )


def only_one_kind_of_data(draft: Draft) -> Iterator[Remark]:
    """R46: a model with one kind of data is unreliable."""
    for half, what in (("fit", "who they are"), ("engagement", "what they do")):
        if not any(rule["half"] == half for rule in draft.rules):
            yield (
                "warning",
                (half,),
                f"No rule looks at {what}: a score from one kind of data is not reliable.",
                "R46",
            )


def halves_out_of_balance(draft: Draft) -> Iterator[Remark]:
    """R50: points are spread evenly between the halves."""
    fit, engagement = draft.most["fit"], draft.most["engagement"]
    if min(fit, engagement) > 0 and max(fit, engagement) > LOPSIDED * min(fit, engagement):
        yield (
            "warning",
            ("halves",),
            (
                f"The halves are out of balance: at best {fit} points for fit and {engagement} "
                "for engagement."
            ),
            "R50",
        )


def no_negative_rules(draft: Draft) -> Iterator[Remark]:
    """R61: every half should have rules that take points away."""
    for half, example in (
        ("fit", "a position, industry, country or size you do not sell to"),
        ("engagement", "the careers page, an unsubscription, silence"),
    ):
        rules = [rule for rule in draft.rules if rule["half"] == half]
        if rules and all(_worth(rule) >= 0 for rule in rules):
            yield (
                "warning",
                (half,),
                f"No rule under `{half}` takes points away: think of {example}.",
                "R61",
            )


def private_address_is_not_penalised(draft: Draft) -> Iterator[Remark]:
    """R68: a private address takes points away."""
    kinds = {name for name, entry in draft.compiled["derived"].items() if "words" not in entry}
    for rule in draft.rules:
        names = fields_named(rule["when"]) & kinds
        if (
            _worth(rule) < 0
            and names
            and can_match(rule["when"], {name: ["free"] for name in names})
        ):
            return
    yield (
        "warning",
        ("fit",),
        (
            "A private mail address takes no points away: add a field `email_kind: {read_from: "
            "email}` and a rule `when: {email_kind: free}` below zero."
        ),
        "R68",
    )


def silence_is_not_penalised(draft: Draft) -> Iterator[Remark]:
    """R69: no reaction to campaigns takes points away."""
    if not any(
        rule["type"] in ("unanswered", "quiet") and rule["points"] < 0 for rule in draft.rules
    ):
        yield (
            "warning",
            ("engagement",),
            (
                "Nobody loses points for not reacting: add a rule with `unanswered` or "
                "`quiet_for` below zero."
            ),
            "R69",
        )


def a_group_without_rules(draft: Draft) -> Iterator[Remark]:
    """R49: a group nobody is in does nothing."""
    for name in draft.reading.content.get("groups", {}):
        if name not in draft.compiled["groups"]:
            yield "warning", ("groups", name), "No rule is in this group.", "R49"


# warnings about pages


def pages_all_worth_the_same(draft: Draft) -> Iterator[Remark]:
    """R64, R66: each page has its own worth."""
    pages = draft.activities("page_viewed")
    if not pages or len({_worth(rule) for rule in pages}) > 1:
        return
    if len(pages) > 1 or "path" not in fields_named(pages[0]["where"]):
        yield (
            "warning",
            pages[0],
            "Every page is worth the same: a price list tells more than a blog.",
            "R66",
        )


def pricing_not_above_careers(draft: Draft) -> Iterator[Remark]:
    """R65: the pricing page is worth more than the careers page."""
    pricing, careers = _pages_about(draft, PRICING), _pages_about(draft, CAREERS)
    if pricing and careers and max(map(_worth, pricing)) <= max(map(_worth, careers)):
        yield (
            "warning",
            pricing[0],
            "The pricing page is worth no more than the careers page.",
            "R65",
        )


def careers_page_earns(draft: Draft) -> Iterator[Remark]:
    """R57: who looks for a job does not buy."""
    for rule in _pages_about(draft, CAREERS):
        if _worth(rule) > 0:
            yield (
                "warning",
                rule,
                "A visit to the careers page earns points: who looks for a job does not buy.",
                "R57",
            )


def _pages_about(draft: Draft, words: Sequence[str]) -> list[Rule]:
    return [
        rule
        for rule in draft.activities("page_viewed")
        if any(word in fold(json.dumps(rule["where"], ensure_ascii=False)) for word in words)
    ]


# warnings about mails and webinars


def opens_that_earn(draft: Draft) -> Iterator[Remark]:
    """R62: opens give no points."""
    for rule in draft.activities(OPENED):
        yield (
            "warning",
            rule,
            (
                "Opens are recorded and earn nothing, whatever a rule says: mail programs open "
                "mails by themselves. Count `email_clicked`."
            ),
            "R62",
        )
    for rule in draft.rules:
        if OPENED in rule.get("by", ()):
            yield (
                "warning",
                rule,
                (
                    "An open is no reaction: mail programs open mails by themselves. Leave "
                    "`email_opened` out of `by`."
                ),
                "R62",
            )


def registration_counts_but_attendance_does_not(draft: Draft) -> Iterator[Remark]:
    """R67: attendance gives points, not only registration."""
    webinars = [
        rule for rule in draft.activities() if "webinar" in rule["activity"] and _worth(rule) > 0
    ]
    if webinars and not any(
        "attend" in rule["activity"] or "joined" in rule["activity"] for rule in webinars
    ):
        yield (
            "warning",
            webinars[0],
            (
                "Registering for a webinar earns points, attending it does not: add a rule "
                "such as `activity: webinar_attended`."
            ),
            "R67",
        )


# warnings about time


def points_that_stay_forever(draft: Draft) -> Iterator[Remark]:
    """R73: every activity has a time limit."""
    for rule in draft.activities():
        if draft.written(rule).get("lasts") == "forever":
            yield (
                "warning",
                rule,
                (
                    "`forever` keeps points as long as facts are kept: say how long this "
                    "activity tells something."
                ),
                "R73",
            )


def every_activity_lasts_equally_long(draft: Draft) -> Iterator[Remark]:
    """R71: the time limit differs by activity."""
    rules = draft.activities()
    if (
        len({rule["activity"] for rule in rules}) > 1
        and len({_lifetime(draft, rule) for rule in rules}) == 1
    ):
        yield (
            "warning",
            rules[0],
            (
                "Every activity counts equally long: a click tells something for a week, a "
                "webinar for a month, an event for a year."
            ),
            "R71",
        )


def points_that_grow_with_age(draft: Draft) -> Iterator[Remark]:
    """R72: points lose worth with age."""
    for rule in draft.activities():
        heights = [abs(points) for _, points in rule["steps"]]
        if heights != sorted(heights, reverse=True):
            yield (
                "warning",
                rule,
                "The points grow with age instead of fading: look at the order of `decays`.",
                "R72",
            )


def _lifetime(draft: Draft, rule: Rule) -> str:
    return str(draft.written(rule).get("lasts"))


# warnings about single rules


def two_rules_with_the_same_match(draft: Draft) -> Iterator[Remark]:
    """R49: one criterion, one number of points."""
    seen: dict[str, str] = {}
    for rule in draft.rules:
        match = json.dumps(
            [
                rule.get(key)
                for key in (
                    "type",
                    "when",
                    "activity",
                    "where",
                    "sent",
                    "by",
                    "at_least",
                    "after",
                    "within",
                    "quiet_for",
                )
            ],
            sort_keys=True,
        )
        first = seen.setdefault(match, rule["rule"])
        if first != rule["rule"]:
            yield (
                "warning",
                rule,
                f"This rule matches exactly what `{first}` matches: make one rule of the two.",
                "R49",
            )


def an_activity_under_fit(draft: Draft) -> Iterator[Remark]:
    """R29: what they do belongs under engagement, who they are under fit."""
    for rule in draft.rules:
        if rule["half"] == "fit" and rule["type"] != "answer":
            yield (
                "warning",
                rule,
                "What leads do belongs under `engagement`: under `fit` it hides who they are.",
                "R29",
            )
        if rule["half"] == "engagement" and rule["type"] == "answer":
            yield (
                "warning",
                rule,
                "Who leads are belongs under `fit`: under `engagement` it hides what they do.",
                "R29",
            )


def a_reason_in_another_language(draft: Draft) -> Iterator[Remark]:
    """R7: a rep reads the reasons in the alert's language."""
    language = draft.compiled["alerts"]["language"]
    for rule in draft.rules:
        says = draft.written(rule).get("says")
        if isinstance(says, Mapping) and language not in says:
            yield "warning", rule, f"Alerts are in `{language}`, and `says` has no such text.", "R7"


# warnings about ideal leads


def an_ideal_lead_nobody_agreed_to(draft: Draft) -> Iterator[Remark]:
    """R89: marketing, sales and customer service agree to the definition."""
    for index, ideal in enumerate(draft.compiled["ideal_leads"]):
        agreed = {name.replace("-", "_") for name in ideal.get("agreed", {})}
        missing = [said for name, said in DEPARTMENTS.items() if name not in agreed]
        if missing:
            yield (
                "warning",
                ("ideal_leads", index),
                f"`{ideal['ideal']}` does not say who agreed to it in {', '.join(missing)}.",
                "R89",
            )


def more_than_four_criteria(draft: Draft) -> Iterator[Remark]:
    """R91, R96: as few criteria as possible."""
    for index, ideal in enumerate(draft.compiled["ideal_leads"]):
        if (count := len(ideal["criteria"])) > CRITERIA_MAX:
            yield (
                "warning",
                ("ideal_leads", index),
                (
                    f"`{ideal['ideal']}` has {count} criteria: keep the {CRITERIA_MAX} that "
                    "matter most, each costs a salesperson a click."
                ),
                "R96",
            )


CHECKS: tuple[Check, ...] = (
    hot_is_out_of_reach,
    a_rule_that_never_matches_or_counts,
    a_channel_that_never_matches,
    one_half_alone_reaches_hot,
    only_one_kind_of_data,
    halves_out_of_balance,
    no_negative_rules,
    private_address_is_not_penalised,
    silence_is_not_penalised,
    a_group_without_rules,
    pages_all_worth_the_same,
    pricing_not_above_careers,
    careers_page_earns,
    opens_that_earn,
    registration_counts_but_attendance_does_not,
    points_that_stay_forever,
    every_activity_lasts_equally_long,
    points_that_grow_with_age,
    two_rules_with_the_same_match,
    an_activity_under_fit,
    a_reason_in_another_language,
    an_ideal_lead_nobody_agreed_to,
    more_than_four_criteria,
)

"""What experience advises against in a scoring model, each with the row it rests on.

A warning is no mistake: a model may have good reasons to do otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from functions.scoring.conditions import fields_named, fold
from modelling.draft import HALVES, OPENED, Draft, Remark, Rule, worth
from modelling.durations import DAY_MS
from modelling.reach import can_match

DEPARTMENTS = {"marketing": "marketing", "sales": "sales", "customer_service": "customer service"}
CRITERIA_MAX = 4
PRICING = ("pricing", "price", "cennik", "preise", "tarif")
CAREERS = ("career", "kariera", "karriere", "jobs", "praca", "rekrutacja")
LOPSIDED = 2  # one half may weigh twice the other before we say so

# about the model as a whole


def one_half_alone_reaches_hot(draft: Draft) -> Iterator[Remark]:
    """R51: no lead should be hot by one kind of criteria."""
    hot = draft.compiled["bands"]["hot_above"]
    for half, other in (HALVES, HALVES[::-1]):
        begins = max(0, getattr(draft.stranger, other))
        if (most := draft.most[half]) + begins > hot:
            more = f" and the {begins} for {other} of somebody unknown" if begins else ""
            yield (
                "warning",
                ("halves", half),
                (
                    f"A lead can be hot by {half} alone ({most} points{more}, hot begins above "
                    f"{hot}): give the half a cap of at most {hot - begins}."
                ),
                "R51",
            )


def a_stranger_is_hot(draft: Draft) -> Iterator[Remark]:
    """R51: who is unknown and did one thing at most is nobody to call."""
    hot, stranger = draft.compiled["bands"]["hot_above"], draft.stranger
    if stranger.at_once > hot:
        done = "of whom nothing is known and who did nothing is"
    elif stranger.at_most > hot:
        done = f"of whom nothing is known is, after one activity ({stranger.activity}),"
    else:
        return
    points = stranger.at_once if stranger.at_once > hot else stranger.at_most
    yield (
        "warning",
        ("bands",),
        (
            f"A lead {done} hot: it has {points} points, and hot begins above {hot}. Let rules "
            "that strangers meet give less, or hot begin higher."
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
        if rules and all(worth(rule) >= 0 for rule in rules):
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
            worth(rule) < 0
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


# about pages


def pages_all_worth_the_same(draft: Draft) -> Iterator[Remark]:
    """R64, R66: each page has its own worth."""
    pages = draft.activities("page_viewed")
    if not pages or len({worth(rule) for rule in pages}) > 1:
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
    if pricing and careers and max(map(worth, pricing)) <= max(map(worth, careers)):
        yield (
            "warning",
            pricing[0],
            "The pricing page is worth no more than the careers page.",
            "R65",
        )


def careers_page_earns(draft: Draft) -> Iterator[Remark]:
    """R57: who looks for a job does not buy."""
    for rule in _pages_about(draft, CAREERS):
        if worth(rule) > 0:
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


# about mails and webinars


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
        rule for rule in draft.activities() if "webinar" in rule["activity"] and worth(rule) > 0
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


# about time


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


# about single rules


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


# about alerts


def announced_twice_a_day(draft: Draft) -> Iterator[Remark]:
    """R79: who needs attention is seen at a glance, which many alerts of one lead prevent."""
    if draft.compiled["alerts"]["cooldown"] < DAY_MS:
        yield (
            "warning",
            ("alerts", "cooldown"),
            "A lead can be announced again on the same day: let the cooldown be a day or more.",
            "R79",
        )


# about ideal leads


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


ADVICE = (
    one_half_alone_reaches_hot,
    a_stranger_is_hot,
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
    announced_twice_a_day,
    an_ideal_lead_nobody_agreed_to,
    more_than_four_criteria,
)

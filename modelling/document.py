"""The scoring model as a document: every key a person may write, what it takes, and what it means.

This is the one description of the file: it validates, and the JSON Schema that lets an editor
complete and explain is made from it. What depends on other parts of the file (a rule that names
a field, a cap that names a group) is checked where the model is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from modelling.durations import DAY_MS, HOUR_MS, PATTERN, parse_duration

POINTS_MAX = 1_000  # ten times the scale of the default bands: beyond it a rule drowns all others
AT_MOST_MAX = 50  # a ledger keeps this many occurrences of one rule
NAME_MAX = 64
TEXT_MAX = 300
FOREVER = -1  # `lasts: forever`, until the retention is known

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
SLUG_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
URL_PATTERN = r"^https?://[^\s/?#@]+(:\d+)?(/[^\s]*)?$"
ORIGIN_PATTERN = r"^https?://[^\s/?#@:]+(:\d+)?$"
CONDITION_MARK = "x-condition"  # where the JSON Schema puts the definition of a condition
LANGUAGE_PATTERN = r"^[a-z]{2}$"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS_PATTERN = r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"
HOURS_PATTERN = r"^([01]?\d|2[0-4]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")


def _duration(value: object) -> int:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise PydanticCustomError("duration", "{reason}", {"reason": str(error)}) from None


def _lifetime(value: object) -> int:
    return FOREVER if value == "forever" else _duration(value)


def _nothing_or_duration(value: object) -> int:
    return 0 if value in (0, "0", "0 days", "0 hours") else _duration(value)


def _bucket(value: object) -> tuple[int, bool]:
    if value in ("hour", "day"):
        return (HOUR_MS if value == "hour" else DAY_MS, False)
    length = _duration(value)
    if length == HOUR_MS or (length and length % DAY_MS == 0):
        return (length, True)
    raise PydanticCustomError(
        "bucket", "`{value}` is neither an hour, a day nor whole days", {"value": str(value)}
    )


def _bound(word: str) -> Callable[[object], int | float]:
    def read(value: object) -> int | float:
        found = (
            re.fullmatch(rf"\s*{word}\s+(-?\d{{1,6}}(?:\.\d{{1,3}})?)\s*", value)
            if isinstance(value, str)
            else None
        )
        if found is None:
            raise PydanticCustomError(
                "bound",
                "`{value}` does not say `{word}` and a number",
                {"value": str(value), "word": word},
            )
        number = float(found[1])
        return int(number) if number.is_integer() else number

    return read


def _bound_schema(word: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": rf"^\s*{word}\s+-?\d+(\.\d+)?\s*$"})


def _span_schema(*more: str, examples: list[str]) -> WithJsonSchema:
    duration = {"type": "string", "pattern": PATTERN, "examples": examples}
    return WithJsonSchema({"anyOf": [duration, {"enum": list(more)}]} if more else duration)


Duration = Annotated[
    int, BeforeValidator(_duration), _span_schema(examples=["30 days", "2 weeks", "12 hours"])
]
Lifetime = Annotated[
    int,
    BeforeValidator(_lifetime),
    _span_schema("forever", examples=["30 days", "7 days", "1 year"]),
]
Delay = Annotated[
    int, BeforeValidator(_nothing_or_duration), _span_schema("0 days", examples=["3 days"])
]
Bucket = Annotated[
    tuple[int, bool], BeforeValidator(_bucket), _span_schema("hour", "day", examples=["7 days"])
]
HotAbove = Annotated[int | float, BeforeValidator(_bound("above")), _bound_schema("above")]
ColdBelow = Annotated[int | float, BeforeValidator(_bound("below")), _bound_schema("below")]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=NAME_MAX)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=NAME_MAX)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX)]
Points = Annotated[int, Field(ge=-POINTS_MAX, le=POINTS_MAX)]
Weekdays = Annotated[str, StringConstraints(pattern=WEEKDAYS_PATTERN)]
Hours = Annotated[str, StringConstraints(pattern=HOURS_PATTERN)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
Says = Text | dict[Language, Text]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN, max_length=2_000)]
Origin = Annotated[str, StringConstraints(pattern=ORIGIN_PATTERN, max_length=TEXT_MAX)]
UtmName = Literal["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"]
Condition = Annotated[dict[str, Any], WithJsonSchema({CONDITION_MARK: True})]
FieldType = Literal["text", "message", "number", "country", "url", "phone", "yes_no", "date"]


class Part(BaseModel):
    """A part of the document: exact types, no keys but its own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Bands(Part):
    """Where hot begins and where cold ends. Warm is what lies between; the two numbers themselves
    are warm.
    """

    hot: HotAbove = Field(
        70,
        description="A lead is hot when its score is above this number (R76).",
        examples=["above 70"],
    )
    cold: ColdBelow = Field(
        30,
        description="A lead is cold when its score is below this number (R78).",
        examples=["below 30"],
    )


class Limits(Part):
    """How far a sum of points may go."""

    cap: int | None = Field(
        None, ge=0, le=100_000, description="The sum never goes above this.", examples=[50]
    )
    floor: int | None = Field(
        None, le=0, ge=-100_000, description="The sum never goes below this.", examples=[-50]
    )


class Halves(Part):
    """The two halves of a score. Caps below the hot threshold keep a lead from being hot on one
    half alone (R51).
    """

    fit: Limits = Field(
        default_factory=Limits, description="Who they are: the points from their answers (R29)."
    )
    engagement: Limits = Field(
        default_factory=Limits, description="What they do: the points from their activities (R29)."
    )


class Words(Part):
    """The words that put a text into one category."""

    any: list[Text] = Field(
        default_factory=list,
        max_length=300,
        description="One of these words must stand in the text. Whole words; `*` completes one.",
        examples=[["ceo", "prezes*"]],
    )
    unless: list[Text] = Field(
        default_factory=list,
        max_length=300,
        description="Where one of these words stands too, it is not this category.",
        examples=[["assistant", "asystent*"]],
    )


class FieldEntry(Part):
    """A question a form or a salesperson may answer, or what follows from another answer."""

    type: FieldType | None = Field(
        None,
        description='What the answer is. A number such as "11-50" is read as its middle.',
        examples=["text"],
    )
    also: list[Text] = Field(
        default_factory=list,
        max_length=50,
        description="Other names under which forms send it.",
        examples=[["employees", "liczba_pracownikow"]],
    )
    read_from: Name | None = Field(
        None,
        description=(
            "Make this from another field: `email` gives business, free or disposable; a text "
            "field needs `words`."
        ),
        examples=["email"],
    )
    words: dict[Slug, Words] | None = Field(
        None, description="The categories and their words; the first that fits wins."
    )


class Unanswered(Part):
    """Messages we sent that nobody reacted to (R69)."""

    sent: Name = Field(
        description="The kind of activity that is a message of ours.", examples=["email_sent"]
    )
    by: list[Name] = Field(
        min_length=1,
        max_length=20,
        description="The kinds that count as a reaction.",
        examples=[["email_clicked", "email_replied"]],
    )
    at_least: int = Field(
        ge=1,
        le=AT_MOST_MAX,
        description="So many messages in a row without a reaction.",
        examples=[5],
    )
    after: Delay = Field(
        0,
        description="How long a message may lie before it counts as unanswered.",
        examples=["3 days"],
    )
    within: Duration = Field(
        description="Only messages as young as this count.", examples=["90 days"]
    )


class RuleEntry(Part):
    """One rule: what earns how many points. It looks at answers (`when`), at an activity, or at
    silence.
    """

    rule: Slug = Field(
        "", description="Its name, shown with the points it gives.", examples=["pricing-page"]
    )
    points: Points | None = Field(
        None,
        description="How many points; below zero for what speaks against a lead (R49, R55).",
        examples=[12],
    )
    says: Says | None = Field(
        None,
        description="The reason in words for people, per language. Without it: the rule's name.",
        examples=[{"en": "Looked at the prices", "pl": "Oglądał cennik"}],
    )
    stage: Text | None = Field(
        None, description="A label of the funnel's stage, as you like (R45).", examples=["middle"]
    )
    group: Slug | None = Field(
        None, description="The group whose cap this rule's points share.", examples=["web"]
    )
    when: Condition | None = Field(None, description="What must be true of the lead's answers now.")
    activity: Name | None = Field(
        None,
        description="The kind of activity that earns the points.",
        examples=["page_viewed", "form_submitted"],
    )
    where: Condition | None = Field(None, description="What must be true of that one activity.")
    lasts: Lifetime | None = Field(
        None,
        description="How long the points count; every rule on an activity needs it (R70).",
        examples=["30 days"],
    )
    decays: dict[str, Points] | None = Field(
        None,
        description="The points after an age: {7 days: 8, 14 days: 4}.",
        examples=[{"7 days": 8}],
        json_schema_extra={"propertyNames": {"pattern": PATTERN}},
    )
    half_life: Duration | None = Field(
        None,
        description=(
            "Half of the points are gone after this long, half of the rest after as long again."
        ),
        examples=["14 days"],
    )
    holds: Duration | None = Field(
        None,
        description="How long the full points stand before `half_life` begins.",
        examples=["7 days"],
    )
    at_most: int = Field(
        1,
        ge=1,
        le=AT_MOST_MAX,
        description="How many times it counts at once: the newest ones.",
        examples=[3],
    )
    once_per: Bucket | None = Field(
        None,
        description="Repeats within an hour, a day or so many days are one: the first.",
        examples=["day"],
    )
    unanswered: Unanswered | None = Field(
        None, description="Points for messages without a reaction (R69)."
    )
    quiet_for: Duration | None = Field(
        None,
        description="Points once nothing that a rule knows has happened for so long.",
        examples=["60 days"],
    )


class ReadFrom(Part):
    """The parameter of a link that names a campaign or an experiment."""

    read_from: UtmName = Field(description="The utm parameter to read.", examples=["utm_campaign"])


class Consent(Part):
    """The box a person ticks to allow mailings."""

    field: Slug = Field(
        description="The box's field name in the form.", examples=["marketing_consent"]
    )
    needed: bool = Field(
        default=False, description="Refuse the form when the box is not ticked.", examples=[False]
    )


class FormEntry(Part):
    """One website form."""

    open: bool = Field(default=True, description="A closed form takes nothing any more.")
    thanks: Url = Field(
        "",
        description="The page shown after a submission.",
        examples=["https://www.example.com/thanks"],
    )
    errors: Url | None = Field(
        None,
        description=(
            "The page shown after a mistake; `?error=<code>` is added. Without it a plain page."
        ),
        examples=["https://www.example.com/demo"],
    )
    origins: list[Origin] = Field(
        default_factory=list,
        max_length=50,
        description="Websites whose scripts may send it.",
        examples=[["https://www.example.com"]],
    )
    honeypot: Slug | None = Field(
        None,
        description="A hidden field that people leave empty and robots fill in.",
        examples=["fax_extension"],
    )
    consent: Consent | None = Field(None, description="The box for mailings, if the form has one.")


class Alerts(Part):
    """The message to sales when a lead turns hot."""

    cooldown: Duration = Field(
        7 * DAY_MS,
        description="How long a lead that was announced is not announced again.",
        examples=["7 days"],
    )
    language: Literal["en", "pl"] = Field(
        "en", description="The language of the alert.", examples=["pl"]
    )
    time_zone: Text = Field(
        "UTC", description="The time zone of the instants in it.", examples=["Europe/Warsaw"]
    )
    subject_names_company: bool = Field(
        default=True, description="Name the company in the subject line."
    )
    hours: dict[Weekdays, Hours] | None = Field(
        None,
        min_length=1,
        description=(
            "When sales is at work, by the clock of the time zone: alerts outside wait for the "
            "next opening. Without it they go out at once."
        ),
        examples=[{"mon-thu": "8:00-17:00", "fri": "8:00-15:00"}],
    )
    contact_within: Duration | None = Field(
        None,
        description="A hot lead that nobody contacts for so long is told of once more (R12).",
        examples=["1 hour"],
    )


class Criterion(Part):
    """One yes/no question about an ideal lead (R92)."""

    criterion: Slug = Field(description="Its name.", examples=["is-ceo"])
    asks: Says = Field(
        description="The question as a salesperson reads it.", examples=["Is it the CEO?"]
    )
    guess: Condition | None = Field(
        None, description="A condition on the answers that guesses it; a person's tick outranks it."
    )


class IdealLead(Part):
    """A definition of the ideal lead: a few yes/no criteria, and who agreed to it (R88, R89)."""

    ideal: Slug = Field(description="Its name.", examples=["b2b-ceo"])
    says: Says | None = Field(None, description="What it is, in words for people.")
    agreed: dict[Slug, Text] = Field(
        default_factory=dict,
        max_length=20,
        description="Who agreed to it, per department.",
        examples=[{"marketing": "A. Nowak", "sales": "J. Kowalski", "customer_service": "E. Lis"}],
    )
    criteria: list[Criterion] = Field(
        min_length=1, max_length=20, description="The criteria: the fewer, the better (R96)."
    )


class IgnoreEntry(Part):
    """A verdict that comes late: which activities were a machine's and give no points."""

    verdict: Slug = Field(description="Its name.", examples=["mail-gateway"])
    says: Says | None = Field(
        None,
        description="Why, in words for people.",
        examples=["The mail gateway of Example Ltd opens every link"],
    )
    activity: list[Name] | None = Field(
        None,
        min_length=1,
        max_length=50,
        description="Only activities of these kinds. Forms and what sales did always count.",
        examples=[["email_clicked"]],
    )
    domain: list[Text] | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="Only of leads with an address at these mail domains.",
        examples=[["example.com"]],
    )
    where: Condition | None = Field(
        None, description="Only activities of which this is true, as in a rule on an activity."
    )
    since: Text | None = Field(
        None, description="Only from this day on (UTC).", examples=["2026-10-01"]
    )
    before: Text | None = Field(
        None, description="Only before this day (UTC).", examples=["2026-11-15"]
    )


class Goal(Part):
    """What a channel should bring in a month: how many leads, and how many of them ideal."""

    leads: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None, description="Leads a month.", examples=[40]
    )
    ideal: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None,
        description="Percent of them that meet every criterion of an ideal lead.",
        examples=[30],
    )


class Review(Part):
    """When the system asks people to look at the model again (R82, R83)."""

    hot_wins_below: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None,
        description=(
            "An alarm rings when fewer percent of the hot leads that ended within 90 days were won."
        ),
        examples=[20],
    )
    after: Duration = Field(
        180 * DAY_MS,
        description="An alarm rings when the model has not changed for so long.",
        examples=["180 days"],
    )


class ModelDocument(Part):
    """A scoring model: what may be asked, which answers and activities earn how many points, and
    when a lead is hot.
    """

    model: Text = Field("", description="What this model is for.", examples=["B2B software"])
    changelog: list[Text] = Field(
        default_factory=list,
        max_length=500,
        description="What was changed and why, the newest line first; `publish --note` adds one.",
        examples=[["2026-11-28: the pricing page counts for a month"]],
    )
    bands: Bands = Field(
        default_factory=lambda: Bands.model_construct(hot=70, cold=30),
        description="The thresholds of hot and cold (R75).",
    )
    halves: Halves = Field(default_factory=Halves, description="Caps and floors of the two halves.")
    groups: dict[Slug, Limits] = Field(
        default_factory=dict,
        max_length=50,
        description="Groups of rules that share a cap.",
        examples=[{"web": {"cap": 20}}],
    )
    activities: list[Name] = Field(
        default_factory=list,
        max_length=200,
        description="Kinds of activity of your own, beside those we know.",
        examples=[["webinar_attended"]],
    )
    fields: dict[Name, FieldEntry] = Field(
        default_factory=dict,
        max_length=50,
        description="What may be asked, and what follows from it (R27).",
    )
    fit: list[RuleEntry] = Field(
        default_factory=list, max_length=500, description="Rules on who they are."
    )
    engagement: list[RuleEntry] = Field(
        default_factory=list, max_length=500, description="Rules on what they do."
    )
    ignore: list[IgnoreEntry] = Field(
        default_factory=list,
        max_length=100,
        description="Activities found out later to be a machine's: they give no points.",
    )
    channels: dict[Slug, Condition] = Field(
        default_factory=dict,
        max_length=50,
        description="Where a lead came from; the first that fits wins (R101).",
    )
    campaigns: ReadFrom = Field(
        default_factory=lambda: ReadFrom(read_from="utm_campaign"),
        description="Where a campaign's name stands.",
    )
    experiments: ReadFrom = Field(
        default_factory=lambda: ReadFrom(read_from="utm_content"),
        description="Where an experiment's name stands (R104).",
    )
    forms: dict[Slug, FormEntry] = Field(
        default_factory=dict, max_length=100, description="The website's forms."
    )
    alerts: Alerts = Field(default_factory=Alerts, description="The message to sales.")
    ideal_leads: list[IdealLead] = Field(
        default_factory=list, max_length=10, description="Definitions of the ideal lead (R88-R96)."
    )
    goals: dict[Slug, Goal] = Field(
        default_factory=dict,
        max_length=52,
        description="What each channel should bring in a month.",
        examples=[{"ads": {"leads": 40, "ideal": 30}}],
    )
    review: Review | None = Field(
        None,
        description="When the system asks for a look at the model; without it after half a year.",
        examples=[{"hot_wins_below": 20}],
    )

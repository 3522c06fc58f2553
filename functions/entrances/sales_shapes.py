"""The shapes of the sales API: what may be written, and what is read. Its OpenAPI document is made
of them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Band = Literal["hot", "warm", "cold"]
Half = Literal["fit", "engagement"]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(min_length=3, max_length=254)]
Instant = Annotated[str, Field(min_length=17, max_length=40, description="ISO 8601 with a zone.")]
Value = str | int | float | bool | None


class Written(BaseModel):
    """What a caller writes: nothing beside what is asked."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ContactedBody(Written):
    """Sales contacted the lead (R80)."""

    result: Literal["reached", "no_answer", "left_message"]
    at: Instant | None = None


class OutcomeBody(Written):
    """How it ended; null takes it back."""

    result: Literal["won", "lost", "not_interested", "disqualified"] | None
    amount: Annotated[float, Field(ge=0, le=1e12)] | None = None
    reason: Text | None = None


class OwnerBody(Written):
    """Whose lead it is; null is nobody's."""

    owner: Address | None


class TicksBody(Written):
    """A rep's yes and no on the criteria of an ideal lead (R95), or that nobody knows, whatever is
    guessed; null takes a tick back.
    """

    ticks: Annotated[
        dict[str, Literal["yes", "no", "unknown"] | None], Field(min_length=1, max_length=20)
    ]
    definition: Text | None = None


class LaterBody(Written):
    """When to call again; null brings the lead back at once."""

    until: Instant | None


class RejectBody(Written):
    """Why sales complains of the lead: in its own words, or one of the codes no_company,
    wrong_contact, student, competitor, too_small, which reports word in the reader's language.
    """

    reason: Text


class AnswersBody(Written):
    """Answers by field; null takes sales' own answer back."""

    answers: Annotated[dict[str, Value], Field(min_length=1, max_length=50)]


class LeadBody(Written):
    """A lead entered after a call (R31)."""

    email: Address
    answers: Annotated[dict[str, Value], Field(max_length=50)] = {}


class Contacted(BaseModel):
    """The newest contact."""

    at: str
    result: str | None
    by: str | None


class Outcome(BaseModel):
    """How it ended."""

    at: str
    result: str | None
    amount: float | None
    reason: str | None
    by: str | None


class Rejected(BaseModel):
    """Sales' newest complaint."""

    at: str
    reason: str | None


class Row(BaseModel):
    """A lead in a list, as it is at `as_of`."""

    id: str
    email: str
    name: str | None
    company: str | None
    job_title: str | None
    country: str | None
    phone: str | None
    score: int
    fit: int
    engagement: int
    band: Band
    label: Literal["ready", "to_nurture", "curious", "not_for_us"]
    channel: str
    campaign: str | None
    owner: str | None
    contacted: Contacted | None
    moved_since_contact: bool
    alerted_at: str | None
    cools_at: str | None
    band_since: str | None
    unknown: list[str]
    do_not_contact: str | None
    outcome: Outcome | None
    later: str | None
    test: bool
    revision: int
    as_of: str


class Share(BaseModel):
    """Today's share of an owner's list: `called` leads of it were called today already."""

    owner: str | None
    calls_a_day: int | None
    called: int
    away: bool


class LeadPage(BaseModel):
    """A page of a list; `next` is the cursor of the following one. `looked_at` leads were looked at
    where that decides what is on it: few of them fitted, or a question was asked of them.
    """

    as_of: str
    leads: list[Row]
    next: str | None
    looked_at: int | None = None
    counts: dict[str, int] | None = None
    share: Share | None = None


class LineOfScore(BaseModel):
    """Points and where they come from; a cap is a line too, and all lines sum to the score."""

    rule: str
    says: str
    half: Half | None
    points: int
    since: str | None
    until: str | None


class ForecastStep(BaseModel):
    """From `at` on the score is this, if nothing more happens."""

    at: str
    score: int
    band: Band


class Thresholds(BaseModel):
    """Hot lies above, cold below."""

    hot_above: float
    cold_below: float


class WayToHot(BaseModel):
    """What alone would make it hot now."""

    rule: str
    says: str
    points: int
    score: int


class AnswerOfLead(BaseModel):
    """One answer that counts, and who gave it."""

    field: str
    value: Value
    origin: Literal["form", "sales"]
    at: str


class Happening(BaseModel):
    """One fact of the lead's history. What a machine did, or a verdict of the model covers
    (`ignored` names it), gives no points.
    """

    at: str
    kind: str
    properties: dict[str, Any]
    machine: bool
    ignored: str | None


class CriterionOfLead(BaseModel):
    """One yes/no question about an ideal lead, and its answer."""

    criterion: str
    asks: str
    answer: Literal["yes", "no", "unknown"]
    from_: Literal["tick", "guess"] | None = Field(alias="from")

    model_config = ConfigDict(populate_by_name=True)


class Quality(BaseModel):
    """How far it is from the nearest ideal lead: `distance` once no criterion is unknown."""

    definition: str
    says: str
    missing: int
    unknown: int
    distance: int | None
    criteria: list[CriterionOfLead]


class WholeLead(Row):
    """Everything a rep asks of one lead."""

    lines: list[LineOfScore]
    forecast: list[ForecastStep]
    bands: Thresholds
    to_hot: list[WayToHot]
    answers: list[AnswerOfLead]
    happened: list[Happening]
    quality: Quality | None
    definitions: list[Quality] = Field(description="Each definition, the nearest first.")
    rejected: Rejected | None


class Everything(BaseModel):
    """All that is stored of a person: the lead as sales sees it, its item, and every fact."""

    lead: WholeLead
    stored: dict[str, Any]
    facts: list[dict[str, Any]]


class Erasing(BaseModel):
    """A person is being forgotten."""

    status: Literal["erasing"]


class ScoreAt(BaseModel):
    """The score at an instant, and why."""

    at: str
    score: int
    fit: int
    engagement: int
    band: Band
    lines: list[LineOfScore]


class Reasons(BaseModel):
    """How many leads sales rejected for one reason: a code, or words as they were typed."""

    reason: str
    leads: int


class Figures(BaseModel):
    """What one group of leads amounts to. Shares are to be read against `leads`, those of the ideal
    against `distance_known`.
    """

    leads: int
    by_distance: dict[str, int]
    distance_known: int
    distance_unknown: int
    ideal_percent: float | None = Field(description="Of those whose distance is known.")
    missing_most: str | None
    missing_most_asks: str | None
    missing_most_leads: int
    missing_most_of: str | None = Field(description="The definition whose criterion it is.")
    distance_mean: float | None
    distance_variance: float | None
    hot: int
    won: int
    won_value: float
    rejected: int
    rejected_for: list[Reasons]
    minutes_to_contact: float | None


class Differs(BaseModel):
    """Whether a figure differs from the period before by more than chance; null: too few leads.
    `won_value` is that of a single sale, `missing_most` the share it is missing from.
    """

    hot: bool | None
    won: bool | None
    rejected: bool | None
    ideal: bool | None
    missing_most: bool | None
    distance_mean: bool | None
    distance_variance: bool | None
    won_value: bool | None
    minutes_to_contact: bool | None


class Group(Figures):
    """One channel, campaign or whatever the report is by, beside the period before."""

    group: str
    before: Figures
    differs: Differs


class QualityReport(BaseModel):
    """The quality of the leads first seen in these months (R100-R104)."""

    from_: str = Field(alias="from")
    to: str
    before_from: str
    before_to: str
    by: str
    groups: list[Group]

    model_config = ConfigDict(populate_by_name=True)


class GoalOfChannel(BaseModel):
    """What a channel brought in a month beside its goals; null where there is none, or nothing is
    known. `ideal_by_few`: too few are known to say much.
    """

    channel: str
    leads: int
    leads_goal: int | None
    leads_reached: bool | None
    ideal: int
    distance_known: int
    distance_unknown: int
    ideal_percent: float | None
    ideal_goal: int | None
    ideal_reached: bool | None
    ideal_by_few: bool | None


class GoalsReport(BaseModel):
    """Quantity and quality beside the goals of the model file."""

    month: str
    channels: list[GoalOfChannel]


class FieldKnown(BaseModel):
    """Of how many leads a field is known."""

    field: str
    known: int


class CompletenessReport(BaseModel):
    """Whether the data are enough to judge leads by (R13)."""

    from_: str = Field(alias="from")
    to: str
    leads: int
    fields: list[FieldKnown]
    distance_unknown: int

    model_config = ConfigDict(populate_by_name=True)


class Colleague(BaseModel):
    """One of the team's list; `calls_a_day` is None where nobody counts them."""

    mail: str
    name: str
    role: Literal["rep", "manager", "admin"]
    calls_a_day: int | None
    away: bool


class DeclaredField(BaseModel):
    """A field of the model that sales may fill in."""

    field: str
    type: Literal["text", "message", "number", "country", "url", "phone", "yes_no", "date"]


class Me(BaseModel):
    """Who asks, and what the model knows to ask."""

    name: str | None
    role: Literal["rep", "manager", "admin", "machine"] | None
    language: str
    team: list[Colleague]
    fields: list[DeclaredField]


class FieldMistake(BaseModel):
    """One mistake: the field and what is wrong with it, never its value; what could have been meant
    where that is known.
    """

    field: str
    code: str
    did_you_mean: str | None = None
    choices: list[str] | None = None


class Problem(BaseModel):
    """Why something was not done (RFC 9457)."""

    type: str
    status: int
    code: str
    request_id: str
    errors: list[FieldMistake] | None = None

"""Stories that faults are put into: what stood before, what happens, and what must stand after.

Scores are written down here, so that a run without faults is no judge in its own cause.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import urlencode

from functions.intake.form_request import read_request
from functions.intake.form_submission import read_submission
from functions.leads.listing import home_shard
from functions.runtime import wiring
from functions.scoring.instants import DAY_MS, MINUTE_MS, format_instant, parse_instant
from tests.builders import activity_rule, answer_rule
from tests.faults.living_platform import Fate, Mark, Platform, Sent
from tests.handlers.lambda_stage import MODEL, message, request

NOW = parse_instant("2026-11-23T10:00:00Z")
FAX = {"fax_extension": "+48 22 000 00 00"}  # the field no person sees
CAREERS = activity_rule(
    "careers", where=["starts_with", "path", ["/careers"]], steps=[[0, -15], [10 * DAY_MS, 0]]
)
DOCS = activity_rule(
    "docs", where=["starts_with", "path", ["/docs"]], steps=[[0, 5], [30 * DAY_MS, 0]]
)
RULES = [answer_rule(), activity_rule(), CAREERS]  # a CEO 20, prices 12 for 30 days
TODAY: dict[str, Any] = MODEL | {
    "version": "v1",
    "matching": "m1",
    "rules": RULES,
    "bands": {"hot_above": 30, "cold_below": 10},
}
TOMORROW = TODAY | {"version": "v2", "matching": "m2", "rules": [*RULES, DOCS]}


def _nothing(_: Platform) -> None:
    """Time alone does it."""


@dataclass(frozen=True)
class Scenario:
    """One story: scores and owed alerts by the lead's name, in the end; `refused` messages."""

    name: str
    act: Callable[[Platform], None] = _nothing
    before: Callable[[Platform], None] = _nothing
    scores: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    model: Mapping[str, Any] = field(default_factory=lambda: TODAY)
    team: tuple[Mapping[str, Any], ...] = ()


@cache
def address(name: str) -> str:
    """An address of this person whose lead lies in one of the first four shards."""
    tried = (f"{name}{number}@example.com" for number in count())
    return next(one for one in tried if home_shard(wiring.lead_id(one)) < 4)


def lead(name: str) -> str:
    """The id of this person's lead."""
    return wiring.lead_id(address(name))


def sends_form(platform: Platform, name: str = "anna", fate: Fate = Fate.KEPT, **more: str) -> None:
    """Let this person send the form once, until it is answered."""
    answers = {"email": address(name), "name": "Anna Nowak", "job_title": "CEO"}
    event = request(answers | {"submission_id": f"form-of-{name}"} | more)
    platform.visit(event, Mark(lead(name), f"form-of-{name}"), fate)


def sends_page(platform: Platform) -> None:
    """Let Anna's browser send the form: no script, so no id, and the answer is where to go next."""
    fields = {"email": address("anna"), "name": "Anna Nowak", "job_title": "CEO"}
    event = request(urlencode(fields), content_type="application/x-www-form-urlencoded")
    submission = read_submission(read_request(event, TODAY), TODAY, at=NOW)
    platform.visit(event, Mark(lead("anna"), submission.id))


def look(name: str = "anna", path: str = "/pricing", *, at: int = NOW - MINUTE_MS) -> Any:
    """One look at a page as an activity; its id says whose, at what and when."""
    instant = format_instant(at)
    return {"id": f"{name}{path}@{instant}", "lead": address(name), "kind": "page_viewed",
            "path": path, "at": instant}  # fmt: skip


def tells(
    platform: Platform, *looks: Any, at: int = NOW, receives: int = 0, imported: bool = False
) -> None:
    """Put one message of the bus, ingested at this instant, into the queue."""
    source = "lead-scoring.cli" if imported else "example.website"
    detail = {"activities": list(looks), "import": imported}
    body = message(detail, ingested_at=format_instant(at), source=source)
    good = [one for one in looks if "@" in one["lead"]]
    marks = tuple(Mark(wiring.lead_id(one["lead"]), one["id"]) for one in good)
    sent = Sent(json.dumps(body), marks, refused=len(looks) - len(good))
    platform.put_events(sent, receives=receives)


def earlier(milliseconds: int, *looks: tuple[str, str], forms: tuple[str, ...] = ()) -> Any:
    """What so long ago came of these people's looks at pages and forms, wholly worked off."""

    def before(platform: Platform) -> None:
        platform.clock.now = at = NOW - milliseconds
        for name in forms:
            sends_form(platform, name)
        for name, path in looks:
            tells(platform, look(name, path, at=at), at=at)
        platform.run()
        platform.clock.now = NOW

    return before


def _form_parked(platform: Platform) -> None:
    earlier(DAY_MS, ("anna", "/pricing"))(platform)
    platform.clock.now = NOW - MINUTE_MS
    platform.take_away(MINUTE_MS, "dynamodb")
    sends_form(platform)
    platform.step()
    platform.cloud.away = frozenset()


def _alert_unsent(platform: Platform) -> None:
    earlier(DAY_MS, forms=("anna",))(platform)
    platform.clock.now = NOW - 2 * MINUTE_MS
    platform.cloud.away = frozenset({"sns"})
    tells(platform, look(at=platform.clock.now), at=platform.clock.now)
    platform.step()
    platform.cloud.away = frozenset()


def _two_leads_due(platform: Platform) -> None:
    earlier(30 * DAY_MS, ("ewa", "/pricing"))(platform)
    earlier(10 * DAY_MS, ("anna", "/pricing"), ("anna", "/careers"), forms=("anna",))(platform)


def _form_while_table_is_away(platform: Platform) -> None:
    platform.take_away(MINUTE_MS, "dynamodb")
    sends_form(platform)


def _batch_of_three(platform: Platform) -> None:
    tells(platform, look("anna"), look("ewa"))
    tells(platform, look("jan"))
    tells(platform, look("anna", "/careers"))


def _delivered_again(platform: Platform) -> None:
    tells(platform, look("anna"), look("ewa"), receives=1)
    tells(platform, look("jan"), receives=1)


def _one_refused(platform: Platform) -> None:
    tells(platform, look("anna"), look("anna") | {"lead": "nobody"})
    platform.put_events(Sent("{rubbish", refused=1))


def _form_and_look(platform: Platform) -> None:
    sends_form(platform)
    tells(platform, look("anna"))


FORM_NEW = Scenario("a form of somebody new", sends_form, scores={"anna": 20})
FORM_HOT = Scenario(
    "a form that turns its lead hot",
    sends_form,
    earlier(DAY_MS, ("anna", "/pricing")),
    scores={"anna": 32},
    owed={"anna": 1},
)
BATCH = Scenario(
    "activities of three leads", _batch_of_three, scores={"anna": -3, "ewa": 12, "jan": 12}
)
SWEEP = Scenario(
    "a sweep of an expiry and of a penalty's end",
    before=_two_leads_due,
    scores={"ewa": 0, "anna": 32},
    owed={"anna": 1},
)
PARKED = Scenario(
    "a parked form worked off", before=_form_parked, scores={"anna": 32}, owed={"anna": 1}
)
ALERT_WAITS = Scenario(
    "a sweep with an alert to send", before=_alert_unsent, scores={"anna": 32}, owed={"anna": 1}
)
ACTIVITY_HOT = Scenario(
    "an activity that turns its lead hot",
    lambda platform: tells(platform, look()),
    earlier(DAY_MS, forms=("anna",)),
    scores={"anna": 32},
    owed={"anna": 1},
)
TEAM_HOT = Scenario(
    "a form and an activity at once that make a lead hot, and somebody's",
    _form_and_look,
    scores={"anna": 32},
    owed={"anna": 1},
    team=tuple(
        {"mail": f"{name}@example.com", "name": name, "role": "rep"} for name in ("kasia", "piotr")
    ),
)
REFUSED = Scenario(
    "activities of which some are refused", _one_refused, scores={"anna": 12}, refused=2
)
AWAY = Scenario(
    "a form while the table is away",
    _form_while_table_is_away,
    earlier(DAY_MS, ("anna", "/pricing")),
    scores={"anna": 32},
    owed={"anna": 1},
)
SCENARIOS = (
    FORM_NEW,
    Scenario(
        "a form of somebody known",
        sends_form,
        earlier(DAY_MS, ("anna", "/careers")),
        scores={"anna": 5},
    ),
    Scenario(
        "a form sent again", sends_form, earlier(MINUTE_MS, forms=("anna",)), scores={"anna": 20}
    ),
    FORM_HOT,
    Scenario(
        "a form of a browser, without an id",
        sends_page,
        earlier(DAY_MS, ("anna", "/pricing")),
        scores={"anna": 32},
        owed={"anna": 1},
    ),
    AWAY,
    Scenario(
        "a form under an id that was used",
        lambda platform: sends_form(platform, fate=Fate.REUSED, job_title="Intern"),
        earlier(MINUTE_MS, forms=("anna",)),
        scores={"anna": 20},
    ),
    Scenario(
        "a form no person filled in",
        lambda platform: sends_form(platform, fate=Fate.SPAM, **FAX),
        refused=1,
    ),
    BATCH,
    ACTIVITY_HOT,
    TEAM_HOT,
    REFUSED,
    Scenario(
        "a batch delivered again",
        _delivered_again,
        earlier(MINUTE_MS, *((name, "/pricing") for name in ("anna", "ewa", "jan"))),
        scores={"anna": 12, "ewa": 12, "jan": 12},
    ),
    Scenario(
        "a form and an activity at once", _form_and_look, scores={"anna": 32}, owed={"anna": 1}
    ),
    Scenario(
        "an import, of which nobody is told",
        lambda platform: tells(platform, look(), imported=True),
        earlier(DAY_MS, forms=("anna",)),
        scores={"anna": 32},
    ),
    PARKED,
    Scenario(
        "a sweep that expires points",
        before=earlier(30 * DAY_MS, ("anna", "/pricing"), forms=("anna",)),
        scores={"anna": 20},
    ),
    ALERT_WAITS,
    SWEEP,
    Scenario(
        "an activity after a change of the model",
        lambda platform: tells(platform, look()),
        earlier(DAY_MS, ("anna", "/docs"), forms=("anna",)),
        scores={"anna": 37},
        owed={"anna": 1},
        model=TOMORROW,
    ),
)

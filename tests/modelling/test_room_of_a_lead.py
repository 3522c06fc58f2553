"""No lead grows beyond 100 KB, whatever is sent: the fullest one is built and weighed (G9)."""

from dataclasses import replace
from typing import Any

import pytest

from functions.intake.answer_reading import read_answers
from functions.leads.dealings import Dealings, merge_dealings
from functions.leads.lead import LEAD_BYTES_MAX, Lead, Merged, Outbox, Tip, stored_form
from functions.leads.listing import quality
from functions.scoring.answers import Given
from functions.scoring.facts import (
    SALES_ASSIGNED,
    SALES_CONCLUDED,
    SALES_CONTACTED,
    SALES_POSTPONED,
    SALES_REJECTED,
    SALES_TICKED,
    Fact,
)
from functions.scoring.ledger import QUIET, Ledger
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from functions.scoring.touches import FORM_BYTES_MAX, FirstForm, Naming, Touch, Touches
from modelling.compile import compile_document, compile_model_file
from modelling.lead_room import lead_bytes_max
from modelling.mistakes import ModelInvalid
from modelling.schema import FILE
from tests.builders import MONDAY

ID = '"' * 128  # JSON writes each of these as two
WIDEST = "\U0001f600" * 104 + '"' * 96  # 200 letters, 512 bytes
ANSWERS = {
    "text": WIDEST, "message": '"' * 4096, "url": f"a.pl/{chr(0x1F600) * 195}",
    "phone": "+4860010020", "number": -1.2345678901234567e-300, "date": "2026-12-31",
    "yes_no": False, "country": "PL",
}  # fmt: skip
TOUCH = Touch(
    MONDAY,
    ID,
    dict.fromkeys(
        ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "referrer"), WIDEST
    ),
)


def fields(**counts: int) -> dict[str, Any]:
    return {
        f"{type_}_{number:02d}": {"type": type_}
        for type_, count in counts.items()
        for number in range(count)
    }


def rules(count: int, at_most: int, name: str = "rule-{:03d}") -> list[dict[str, Any]]:
    return [
        {
            "rule": name.format(number),
            "activity": "page_viewed",
            "where": {"path": f"/{number}"},
            "points": 1,
            "lasts": "1 day",
            "at_most": at_most,
        }
        for number in range(count)
    ]


def fullest(model: dict[str, Any]) -> Lead:
    """A lead that answered every field twice and did all that the rules of the model keep."""
    read = read_answers({n: ANSWERS[of["type"]] for n, of in model["fields"].items()}, model)
    assert read.mistakes == []
    given = {
        name: dict.fromkeys(("form", "sales"), Given(MONDAY, ID, value))
        for name, value in read.answers.items()
    }
    occurrences = {
        rule["rule"]: ((MONDAY, "123456789012"),) * rule.get("at_most", 50)
        for rule in model["rules"]
        if rule["type"] in ("activity", "unanswered")
    }
    newest = {rule["rule"]: MONDAY for rule in model["rules"] if rule["type"] == "unanswered"}
    met = tuple(rule["rule"] for rule in model["rules"] if rule["type"] == "activity")
    state = State(Ledger(occurrences, newest | {QUIET: MONDAY}), given, f"{'x' * 242}@example.com")
    lead = Lead(
        "x" * 43,
        Merged(
            state,
            Touches(TOUCH, TOUCH),
            dealings=fullest_dealings(model),
            first_form=FirstForm(MONDAY, "123456789012", '"' * FORM_BYTES_MAX),
        ),
        outbox=Outbox(
            alert_id="123456789012",
            made_at=MONDAY,
            lease_until=MONDAY,
            tip=Tip("form_submitted", MONDAY, met),
        ),
    )
    book = RuleBook(model)
    return replace(lead, quality=quality(lead, naming=Naming(model), book=book, at=MONDAY))


def fullest_dealings(model: dict[str, Any]) -> Dealings:
    """Sales said all there is to say, at length, and ticked every criterion."""
    who, why = "x" * 254, WIDEST
    said: dict[str, dict[str, Any]] = {
        SALES_CONTACTED: {"result": "left_message", "by": who},
        SALES_CONCLUDED: {"result": "disqualified", "amount": 1e12, "reason": why, "by": who},
        SALES_ASSIGNED: {"owner": who, "by": who},
        SALES_POSTPONED: {"until": "2026-12-01T08:00:00.000Z", "by": who},
        SALES_REJECTED: {"reason": why, "by": who},
    }
    ticks = [
        {"definition": ideal["ideal"], "criterion": one["criterion"], "answer": "unknown"}
        for ideal in model["ideal_leads"]
        for one in ideal["criteria"]
    ]
    facts = [Fact("lead", MONDAY, ID, kind, properties=what) for kind, what in said.items()]
    facts += [Fact("lead", MONDAY, ID, SALES_TICKED, properties=tick) for tick in ticks]
    return merge_dealings(Dealings(), facts)


def weight(model: dict[str, Any]) -> int:
    """The bytes DynamoDB counts: names, and texts in UTF-8; and room for instants and numbers."""
    named = "".join(filter(None, Naming(model)(TOUCH)))  # attributes of reports
    texts = [named, *(str(value) for value in stored_form(fullest(model)).values())]
    return sum(len(text.encode()) for text in texts) + 40 * (20 + 21)


MODELS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "one field of each type": {"fields": fields(**dict.fromkeys(ANSWERS, 1))},
    "fifty fields": {"fields": fields(message=1, text=25, number=8, yes_no=8, country=8)},
    "forty texts": {"fields": fields(text=40), "engagement": rules(20, 5)},
    "two messages and a full ledger": {
        "fields": fields(message=2, text=7),
        "engagement": rules(20, 50),
    },
    "many rules": {"fields": fields(text=10), "engagement": rules(500, 1)},
    "ideals": {
        "ideal_leads": [
            {
                "ideal": f"ideal-{number}",
                "criteria": [
                    {"criterion": f"criterion-{number}-{one}", "asks": "Is it?"}
                    for one in range(20)
                ],
            }
            for number in range(10)
        ]
    },
    "absence": {
        "engagement": [
            {"rule": "quiet", "quiet_for": "60 days", "points": -1},
            {
                "rule": "ignores",
                "unanswered": {
                    "sent": "email_sent", "by": ["email_clicked"], "at_least": 5, "within": "9 days"
                },
                "points": -1,
            },
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("document", MODELS.values(), ids=MODELS)
def test_the_fullest_lead_of_a_model_weighs_no_more_than_was_added_up(
    document: dict[str, Any],
) -> None:
    model = compile_document(document)

    assert weight(model) <= lead_bytes_max(model) <= LEAD_BYTES_MAX
    assert lead_bytes_max(model) <= 1.1 * weight(model) + 4096, "no more room is kept than needed"


def test_the_fullest_lead_of_the_default_model_weighs_little_more_than_half_of_the_limit() -> None:
    assert weight(compile_model_file(FILE.with_name("scoring-model.yaml"))) < 0.55 * LEAD_BYTES_MAX


def test_more_than_two_messages_are_a_mistake() -> None:
    document = {"fields": fields(message=3)}

    with pytest.raises(ModelInvalid, match=r"More than 2 .* Make it a `text`"):
        compile_document(document)


@pytest.mark.parametrize(
    ("document", "advice"),
    [
        ({"fields": fields(message=2, text=48)}, r"119 KB are answers.*Leave out fields"),
        ({"engagement": rules(500, 2, "r{:03d}" + "x" * 60)}, r"KB what the rules keep.*Lower an"),
    ],
)
def test_a_model_under_which_a_lead_could_grow_too_large_is_a_mistake(
    document: dict[str, Any], advice: str
) -> None:
    with pytest.raises(ModelInvalid, match=advice):
        compile_document(document)

"""`refused`: what is listed, shown and sent again, and that nothing is ever lost by it."""

import json
import re
from typing import Any

import pytest

from cli.clock import now
from functions.intake.answer_reading import Mistake
from functions.intake.form_request import FormRequest
from functions.intake.form_submission import read_parked, spam_message
from functions.intake.refusal import Received, Refusal, refused_message
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, format_instant
from tests.cli.conftest import Run
from tests.cli.moto_stack import NAME, MotoStack

pytestmark = pytest.mark.usefixtures("at_once")
IN_AWS = ("--stack", NAME)
SECRET = "anna@secret.example"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty queue is believed at once; in AWS one waits a second for all its servers."""
    monkeypatch.setattr("cli.queue_messages.POLL_SECONDS", 0)


def activity(number: int = 1, lead: str = SECRET) -> str:
    detail = {"id": str(number), "lead": lead, "kind": "webinar_attended", "at": format_instant(1)}
    event = {"source": "shop", "account": "1", "detail-type": "x", "detail": detail}
    return json.dumps({"ingested_at": format_instant(now()), "event": event})


def refuse(
    stack: MotoStack, body: str, reason: str = "unknown_kind", days: float = 0, message_id: str = ""
) -> None:
    """Put a message aside, as the functions do."""
    refusal = Refusal(reason, (Mistake("kind", reason),), body, "shop", "123456789012")
    received = Received(now() - int(days * DAY_MS), message_id=message_id)
    stack.put("RefusedQueue", refused_message(refusal, received))


def spam(stack: MotoStack, **fields: Any) -> str:
    request = FormRequest("demo", {"email": SECRET, "company": "Bots Ltd", **fields})
    return spam_message(request, stack.model, at=now())


def bodies(stack: MotoStack, queue: str) -> list[dict[str, Any]]:
    return stack.messages(queue)


def test_what_was_refused_is_listed_by_reason_with_number_and_age(
    stack: MotoStack, run: Run
) -> None:
    for days in (3, 1, 2):
        refuse(stack, activity(), days=days)
    refuse(stack, spam(stack), "spam", days=5)
    code, out, err = run("refused", *IN_AWS)
    assert code == 0
    assert re.search(r"spam +1 .*\(5 days ago\) .*\(5 days ago\)", out)
    assert re.search(r"unknown_kind +3 .*\(3 days ago\) .*\(1 day ago\)", out)
    assert f"lead-scoring refused --resend REASON --stack {NAME}" in err


def test_the_list_tells_nobody_what_a_person_sent(stack: MotoStack, run: Run) -> None:
    refuse(stack, activity())
    assert SECRET not in "".join(map(str, run("refused", *IN_AWS)))


def test_listing_takes_nothing_away_and_hides_nothing(stack: MotoStack, run: Run) -> None:
    for number in range(25):
        refuse(stack, activity(number))
    first = run("refused", *IN_AWS)
    assert re.search(r"unknown_kind +25 ", first[1])
    assert run("refused", *IN_AWS) == first
    assert len(bodies(stack, "RefusedQueue")) == 25


def test_when_nothing_is_refused_that_is_said(stack: MotoStack, run: Run) -> None:
    code, out, _ = run("refused", *IN_AWS)
    assert (code, out.startswith("Nothing refused is kept in LeadScoring in AWS")) == (0, True)


def test_a_longer_queue_than_one_look_takes_is_said_to_be_so(
    stack: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.queue_messages.READ_MAX", 10)
    for number in range(25):
        refuse(stack, activity(number))
    _, out, err = run("refused", *IN_AWS)
    assert re.search(r"unknown_kind +10 ", out)
    assert "10 of about 25 messages were read: that is as many as one look takes." in err


def test_messages_that_others_read_just_now_are_said_to_be_missing(
    stack: MotoStack, run: Run
) -> None:
    refuse(stack, activity())
    url = stack.outputs["RefusedQueue"]
    stack.client("sqs").receive_message(QueueUrl=url, VisibilityTimeout=60)
    err = run("refused", *IN_AWS)[2]
    assert "0 of about 1 messages were read: others may be reading them" in err


def test_one_message_is_shown_whole_when_it_is_asked_for(stack: MotoStack, run: Run) -> None:
    refuse(stack, activity(1), days=1)
    refuse(stack, activity(2), days=2, message_id="first-message")
    code, out, _ = run("refused", "--show", "unknown_kind", *IN_AWS)
    assert code == 0
    for told in (
        "Reason    unknown_kind", "(2 days ago)", "shop (account 123456789012)",
        "Mistake   kind: unknown_kind", f'"lead": "{SECRET}"', "Came as   first-message",
        "1 more, by id:",
    ):  # fmt: skip
        assert told in out
    other = out.splitlines()[-1].split()[0]
    for id_ in (other, other[:8]):
        assert "(1 day ago)" in run("refused", "--show", id_, *IN_AWS)[1]
    assert '"id": "2"' in run("refused", "--show", "first-message", *IN_AWS)[1]
    assert len(bodies(stack, "RefusedQueue")) == 2


def test_what_a_stranger_sent_cannot_steer_the_terminal(stack: MotoStack, run: Run) -> None:
    refuse(stack, "\x1b[2Jnot json \u202e", "malformed")
    _, out, _ = run("refused", "--show", "malformed", *IN_AWS)
    assert "\\u001b[2Jnot json \\u202e" in out
    assert "\x1b" not in out


def test_what_is_not_there_is_one_line(stack: MotoStack, run: Run) -> None:
    code, _, err = run("refused", "--show", "nonsense", *IN_AWS)
    assert (code, err.count("\n")) == (1, 1)
    assert "nothing refused is called nonsense" in err


def test_what_somebody_else_put_there_is_listed_as_unreadable_and_stays(
    stack: MotoStack, run: Run
) -> None:
    for body in ("nonsense", "[]", '{"reason": 1}', '{"reason": "x", "body": {}}'):
        stack.put("RefusedQueue", body)
    assert re.search(r"unreadable +4 ", run("refused", *IN_AWS)[1])
    assert run("refused", "--show", "unreadable", *IN_AWS)[0] == 0
    code, out, _ = run("refused", "--resend", "all", *IN_AWS)
    assert (code, "Left: 4 unreadable." in out) == (0, True)


def test_after_a_fix_a_reason_is_sent_again_with_the_same_bodies(
    stack: MotoStack, run: Run
) -> None:
    """C14."""
    sent = [activity(number) for number in range(12)]
    for body in sent:
        refuse(stack, body)
    refuse(stack, activity(99), "invalid_lead")
    code, out, _ = run("refused", "--resend", "unknown_kind", *IN_AWS)
    assert code == 0
    assert "12 sent again: 12 to ActivityQueue." in out
    assert "Left: 1 invalid_lead." in out
    assert sorted(map(json.dumps, bodies(stack, "ActivityQueue"))) == sorted(sent)
    again = run("refused", "--resend", "unknown_kind", *IN_AWS)
    assert (again[0], "Nothing was sent" in again[1]) == (0, True)
    assert bodies(stack, "ActivityQueue") == []


def test_one_message_is_sent_again_by_its_id(stack: MotoStack, run: Run) -> None:
    refuse(stack, activity(1), days=2)
    refuse(stack, activity(2), days=1)
    shown = run("refused", "--show", "unknown_kind", *IN_AWS)[1]
    (id_,) = re.findall(r"^Id +(\S+)$", shown, re.MULTILINE)
    assert "1 sent again" in run("refused", "--resend", id_[:8], *IN_AWS)[1]
    assert [body["event"]["detail"]["id"] for body in bodies(stack, "ActivityQueue")] == ["1"]


def test_a_lead_is_made_of_a_form_that_only_looked_like_spam(stack: MotoStack, run: Run) -> None:
    """B9."""
    refuse(stack, spam(stack), "spam")
    _, out, _ = run("refused", "--resend", "spam", *IN_AWS)
    assert "1 sent again: 1 to ParkingQueue." in out
    (parked,) = bodies(stack, "ParkingQueue")
    read = read_parked(parked["form"], at=1, model=stack.model, lead_id=lambda address: address)
    assert isinstance(read, tuple)
    assert isinstance(read[0], Fact)
    assert read[0].email == SECRET


def test_all_leaves_spam_out(stack: MotoStack, run: Run) -> None:
    refuse(stack, spam(stack), "spam")
    refuse(stack, activity(), "unknown_kind")
    refuse(stack, activity(), "invalid_lead")
    _, out, _ = run("refused", "--resend", "all", *IN_AWS)
    assert "2 sent again" in out
    assert "Left: 1 spam." in out
    assert bodies(stack, "ParkingQueue") == []


def test_spam_of_which_no_lead_can_be_made_stays_and_says_why(stack: MotoStack, run: Run) -> None:
    refuse(stack, spam(stack, email="no address"), "spam")
    code, out, _ = run("refused", "--resend", "spam", *IN_AWS)
    assert code == 0
    assert "1 cannot be sent: spam that was not filled in as its form wants" in out
    assert "Left: 1 spam." in out
    assert bodies(stack, "ParkingQueue") == []


def test_a_parked_form_that_was_refused_goes_back_to_the_parked_ones(
    stack: MotoStack, run: Run
) -> None:
    refuse(stack, spam(stack), "erased")
    run("refused", "--resend", "erased", *IN_AWS)
    assert len(bodies(stack, "ParkingQueue")) == 1


def test_a_body_too_long_to_keep_cannot_be_sent(stack: MotoStack, run: Run) -> None:
    refuse(stack, "x" * 1_000_001, "too_large")
    code, out, _ = run("refused", "--resend", "too_large", *IN_AWS)
    assert code == 0
    assert "1 cannot be sent: too long to have been kept." in out
    assert "not kept" in run("refused", "--show", "too_large", *IN_AWS)[1]


def test_what_cannot_be_sent_stays_refused(
    stack: MotoStack, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G20: deleted only after the queue has taken it."""
    for number in range(3):
        refuse(stack, activity(number))
    stack.fail_sends("InternalError", "1")
    code, out, err = run("refused", "--resend", "all", *IN_AWS)
    assert (code, err.count("\n")) == (1, 2)
    assert "2 sent again" in out
    assert "some could not be sent (InternalError) and stay where they are; repeat" in err
    stack.fail_sends()
    assert "1 sent again" in run("refused", "--resend", "all", *IN_AWS)[1]
    assert len(bodies(stack, "ActivityQueue")) == 3


def test_an_interruption_loses_nothing(stack: MotoStack, run: Run) -> None:
    """G20: what was sent and not yet deleted comes twice, and counts once."""

    def interrupt(_: str, body: str) -> None:
        if '"id": "15"' in body:
            raise KeyboardInterrupt

    for number in range(20):
        refuse(stack, activity(number))
    stack.on_send = interrupt
    assert run("refused", "--resend", "all", *IN_AWS)[0] == 130
    stack.on_send = None
    assert "10 sent again" in run("refused", "--resend", "all", *IN_AWS)[1]
    sent = {body["event"]["detail"]["id"] for body in bodies(stack, "ActivityQueue")}
    assert sent == {str(number) for number in range(20)}


def test_what_is_refused_again_does_not_go_round_for_ever(stack: MotoStack, run: Run) -> None:
    for number in range(3):
        refuse(stack, activity(number))
    stack.on_send = lambda id_, body: refuse(stack, body, message_id=id_)
    code, out, _ = run("refused", "--resend", "all", *IN_AWS)
    assert code == 0
    assert "3 sent again" in out
    assert "3 came back refused: the fix is not deployed, or does not help." in out
    assert "Left: 3 unknown_kind." in out


def test_show_and_resend_are_not_asked_for_at_once(stack: MotoStack, run: Run) -> None:
    assert run("refused", "--show", "spam", "--resend", "spam")[0] == 2

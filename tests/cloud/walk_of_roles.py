"""A walk in which every role of the template does everything its role is for.

Each step names the permissions it cannot do without: role, action and resource. What a function
does itself is brought about and looked at; what the platform does in a role's name (a poller, a
log, a schedule) the local cloud does without asking, so the step takes on the role and asks.
A function answers, waits or passes over where it may not; a step sees that as well as an error.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cli.running_stack import LeadIds
from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.hot_alert import Alert
from functions.leads.lead_table import LeadTable, TryLater, decode, encode
from functions.leads.surroundings import Surroundings
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.touches import Naming
from infra.local.deployment import local_client, local_session
from infra.local.lead_reading import rule_book
from infra.local.local_stack import LocalStack
from infra.local.visitors import post_form, put_activity
from tests.cloud.rough_stack import page
from tests.cloud.stack_driving import facts_kept, import_facts, lead_ids, now, wait_until
from tests.sales.sales_stage import envelope

TRIES = 4  # of a form: a function that just starts may take longer than a visitor waits
OTHER_RULES = "made for other rules"
FORMER = "a former model"
DENIED = ("AccessDenied", "NotAuthorized", "Forbidden")

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A stack in a cloud that asks for permissions. `seconds` is how long a step may take."""

    stack: LocalStack
    physical: Mapping[str, str]
    seconds: float
    numbers: Iterator[int]
    sessions: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def wait(self, what: str, happened: Callable[[], object]) -> None:
        wait_until(what, happened, seconds=self.seconds)

    def person(self, name: str) -> str:
        """The address of somebody whom no walk has met before."""
        return f"{name}-{next(self.numbers)}@role.example.com"

    def id(self, address: str) -> str:
        ids: LeadIds = lead_ids(self.stack)
        return ids(address)

    def item(self, address: str) -> Item:
        told = self.stack.client("dynamodb").get_item(
            TableName=self.stack.leads_table,
            Key={"lead": {"S": self.id(address)}},
            ConsistentRead=True,
        )
        return decode(told.get("Item", {}))

    def change(self, address: str, **attributes: Any) -> Item:
        """Change a stored item behind the functions' back; gives it as it was."""
        before = self.item(address)
        self.put(before | attributes)
        return before

    def put(self, item: Item) -> None:
        self.stack.client("dynamodb").put_item(TableName=self.stack.leads_table, Item=encode(item))

    def seed(self, address: str, *paths: str, is_told: bool = True, country: str = "DE") -> None:
        """A lead of a company that viewed pages, written by the move in this process; where it
        `is_told` not, its alert still waits. Of Poland a rep of the team is to own it.
        """
        at, lead = now(), self.id(address)
        answers = {"company": "Example Ltd", "country": country}
        facts = [Fact(lead, at, "form", "form_submitted", email=address, answers=answers)]
        facts += [
            Fact(lead, at, f"seed-{n}", "page_viewed", email=address, properties={"path": path})
            for n, path in enumerate(paths)
        ]
        arrivals = [Arrival(fact, at) for fact in facts]
        Move(self._surroundings(is_told=is_told)).apply(lead, arrivals)

    def _surroundings(self, *, is_told: bool) -> Surroundings:
        book, stack = rule_book(self.stack.model), self.stack
        return Surroundings(
            store=LeadTable(
                stack.client("dynamodb"), stack.leads_table, stack.facts_table, book.retention
            ),
            publisher=_Told() if is_told else _Away(),
            book=book,
            naming=Naming(book.model),
            clock=now,
            pause=lambda _: None,
            count=lambda *_: None,
            gauge=lambda *_: None,
        )

    def post(
        self, name: str, prepare: Callable[[str], object] = lambda _: None, **fields: Any
    ) -> str:
        """Send the form of a person for whom all is prepared, and of another one while it is only
        parked; gives the address of whose was taken.
        """
        status = 0
        for _ in range(TRIES):
            address = self.person(name)
            prepare(address)
            status, _ = post_form(self.stack, "demo", {"email": address, **fields})
            if status == 201:
                return address
        pytest.fail(f"the form was answered {status}")

    def invoke(self, function: str, asked: object) -> Any:
        told = self.stack.client("lambda").invoke(
            FunctionName=self.stack.outputs[f"{function}Function"], Payload=json.dumps(asked)
        )
        return json.loads(told["Payload"].read())

    def queue(self, output: str) -> str:
        return f"{self.stack.endpoint}/{self.stack.outputs[output].split('/', 3)[3]}"

    def facts_of(self, address: str) -> list[str]:
        return [fact for lead, fact in facts_kept(self.stack) if lead == self.id(address)]

    def refused(self, address: str) -> bool:
        """Whether something of an address lies among the refused; what lies there is taken."""
        queues, url = self.stack.client("sqs"), self.stack.refused_queue
        taken = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in taken:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return any(address in message["Body"] for message in taken)

    def put_off(self) -> int:
        """How often a message was put off, as the log of the consumer tells."""
        told = self.stack.client("lambda").get_function_configuration(
            FunctionName=self.stack.outputs["RecordActivityFunction"]
        )
        pages = self.stack.client("logs").get_paginator("filter_log_events")
        group = told["LoggingConfig"]["LogGroup"]
        return sum(
            '"put_off":' in event["message"]
            for page in pages.paginate(logGroupName=group)
            for event in page["events"]
        )

    def may(self, role: str, service: str, operation: str, **asked: Any) -> None:
        """Fails where a role may not do something; whether it then works is not asked."""
        session: Any = local_session()
        client = session.client(
            service,
            endpoint_url=self.stack.endpoint,
            verify=self.stack.cloud.certificate or None,
            **self._session(role),
        )
        try:
            getattr(client, operation)(**asked)
        except ClientError as error:
            if error.response["Error"]["Code"].startswith(DENIED):
                pytest.fail(str(error))

    def _session(self, role: str) -> Mapping[str, str]:
        """Take on a role, which the test's copy of it then lets the account do."""
        if role not in self.sessions:
            name, iam = self.physical[role], self.stack.client("iam")
            trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
            us = {"AWS": f"arn:aws:iam::{self.stack.account}:root"}
            statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": us}
            document = {**trust, "Statement": [*trust["Statement"], statement]}
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))
            keys = local_client("sts", self.stack.cloud).assume_role(
                RoleArn=f"arn:aws:iam::{self.stack.account}:role/{name}", RoleSessionName="walk"
            )["Credentials"]
            self.sessions[role] = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
        return self.sessions[role]


class _Told:
    def publish(self, alert: Alert) -> None:
        """Nobody has to hear of what a test made."""


class _Away:
    def publish(self, alert: Alert) -> None:
        raise TryLater


@dataclass(frozen=True, slots=True)
class Step:
    """`grants` are written `role action resource`, as in `CaptureForm sns:Publish Topic`."""

    name: str
    grants: frozenset[str]
    walk: Callable[[Guarded], None]


STEPS: list[Step] = []


def needs(role: str, *permissions: str) -> Callable[[Callable[[Guarded], None]], None]:
    """Make a step of a function that needs these permissions of a role."""

    def keep(walk: Callable[[Guarded], None]) -> None:
        grants = frozenset(f"{role} {permission}" for permission in permissions)
        STEPS.append(Step(walk.__name__, grants, walk))

    return keep


@needs(
    "CaptureForm",
    "dynamodb:BatchGetItem Leads",
    "dynamodb:PutItem Leads",
    "dynamodb:PutItem Facts",
)
def a_form_makes_a_lead(guarded: Guarded) -> None:
    assert guarded.item(guarded.post("form"))


@needs("CaptureForm", "sns:Publish Topic")
def a_form_that_makes_a_lead_hot_is_told(guarded: Guarded) -> None:
    def prepare(lead: str) -> None:
        guarded.seed(lead, "/pricing/1")
        guarded.change(lead, score=0, band="cold", alerted_at=0)

    lead = guarded.post("hot-form", prepare, company="Example Ltd")
    assert guarded.item(lead)["band"] == "hot"
    assert "alert" not in guarded.item(lead), "the alert still waits"


@needs("CaptureForm", "dynamodb:Query Facts")
def a_form_rebuilds_the_ledger_of_other_rules(guarded: Guarded) -> None:
    def prepare(lead: str) -> None:
        guarded.seed(lead)
        guarded.change(lead, matching=OTHER_RULES)

    assert guarded.item(guarded.post("other-rules-form", prepare))["matching"] != OTHER_RULES


@needs("CaptureForm", "sqs:SendMessage Parking")
def a_form_of_a_lead_that_cannot_be_read_is_parked(guarded: Guarded) -> None:
    lead = guarded.person("parked")
    guarded.seed(lead)
    sound = guarded.change(lead, ledger="{")
    status, _ = post_form(guarded.stack, "demo", {"email": lead, "submission_id": "parked"})
    guarded.put(sound)
    assert status == 202


@needs("CaptureForm", "sqs:SendMessage Refused")
def what_a_robot_filled_in_is_kept_aside(guarded: Guarded) -> None:
    lead = guarded.post("robot", fax_extension="1")
    guarded.wait("it is kept aside", lambda: guarded.refused(lead))


@needs(
    "RecordActivity",
    "dynamodb:BatchGetItem Leads",
    "dynamodb:PutItem Leads",
    "dynamodb:BatchWriteItem Facts",
)
def an_activity_makes_a_lead(guarded: Guarded) -> None:
    lead = guarded.person("visit")
    put_activity(guarded.stack, page(lead, "one"))
    guarded.wait("it is recorded", lambda: guarded.item(lead))


@needs("RecordActivity", "dynamodb:PutItem Facts")
def an_imported_form_makes_a_lead(guarded: Guarded) -> None:
    lead = guarded.person("imported")
    form = {"kind": "form_submitted", "form": "demo", "answers": {"company": "Example Ltd"}}
    line = page(lead, "one")
    import_facts(guarded.stack, [{name: line[name] for name in ("id", "lead", "at")} | form])
    guarded.wait("it is recorded", lambda: guarded.item(lead))


@needs("RecordActivity", "dynamodb:Query Facts")
def an_activity_rebuilds_the_ledger_of_other_rules(guarded: Guarded) -> None:
    lead = guarded.person("other-rules-visit")
    guarded.seed(lead)
    guarded.change(lead, matching=OTHER_RULES)
    put_activity(guarded.stack, page(lead, "one"))
    guarded.wait("it is rebuilt", lambda: guarded.item(lead)["matching"] != OTHER_RULES)


@needs("RecordActivity", "sns:Publish Topic")
def an_activity_that_makes_a_lead_hot_is_told(guarded: Guarded) -> None:
    lead = guarded.person("hot-visit")
    guarded.seed(lead)
    put_activity(guarded.stack, page(lead, "one", "/pricing"))
    guarded.wait("it is hot", lambda: guarded.item(lead)["band"] == "hot")
    guarded.wait("the alert is out", lambda: "alert" not in guarded.item(lead))


@needs("RecordActivity", "sqs:SendMessage Refused")
def what_nobody_knows_is_refused(guarded: Guarded) -> None:
    lead = guarded.person("unknown")
    put_activity(guarded.stack, page(lead, "one") | {"kind": "never_heard_of"})
    guarded.wait("it is kept aside", lambda: guarded.refused(lead))


@needs("RecordActivity", "sqs:ChangeMessageVisibility Activities")
def an_activity_that_has_to_wait_comes_again_soon(guarded: Guarded) -> None:
    lead = guarded.person("waits")
    guarded.seed(lead)
    sound, before = guarded.change(lead, ledger="{"), guarded.put_off()
    put_activity(guarded.stack, page(lead, "one"))
    guarded.wait("it is put off", lambda: guarded.put_off() > before)
    guarded.put(sound)
    guarded.wait("it comes again", lambda: len(guarded.facts_of(lead)) == 2)


@needs("RecordActivity", "sqs:ChangeMessageVisibility Parking")
def a_parked_form_that_has_to_wait_comes_again_soon(guarded: Guarded) -> None:
    lead = guarded.person("waits-parked")
    guarded.seed(lead)
    sound, before = guarded.change(lead, ledger="{"), guarded.put_off()
    status, _ = post_form(guarded.stack, "demo", {"email": lead, "submission_id": "waits"})
    assert status == 202
    guarded.wait("it is put off", lambda: guarded.put_off() > before)
    guarded.put(sound)
    guarded.wait("it comes again", lambda: len(guarded.facts_of(lead)) == 2)


@needs(
    "RecordActivity",
    *(
        f"sqs:{action} {queue}"
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        for queue in ("Activities", "Parking")
    ),
)
def the_poller_works_in_the_name_of_the_function(guarded: Guarded) -> None:
    for queue in (guarded.stack.activity_queue, guarded.stack.parking_queue):
        role = "RecordActivity"
        guarded.may(role, "sqs", "get_queue_attributes", QueueUrl=queue, AttributeNames=["All"])
        guarded.may(role, "sqs", "delete_message", QueueUrl=queue, ReceiptHandle="none")
        guarded.may(
            role, "sqs", "receive_message", QueueUrl=queue, VisibilityTimeout=0, WaitTimeSeconds=0
        )


@needs(
    "ExpirePoints",
    "dynamodb:Query Leads/index/due",
    "dynamodb:BatchGetItem Leads",
    "dynamodb:PutItem Leads",
)
def a_lead_that_is_due_is_looked_after(guarded: Guarded) -> None:
    lead = guarded.person("due")
    guarded.seed(lead, "/news/1")
    sweep(guarded, lead)
    assert guarded.item(lead)["due_at"] > now()


@needs("ExpirePoints", "dynamodb:Query Facts")
def the_sweep_rebuilds_the_ledger_of_other_rules(guarded: Guarded) -> None:
    lead = guarded.person("other-rules-due")
    guarded.seed(lead, "/news/1")
    sweep(guarded, lead, matching=OTHER_RULES)
    assert guarded.item(lead)["matching"] != OTHER_RULES


@needs("ExpirePoints", "dynamodb:PutItem Facts")
def the_sweep_hands_a_lead_to_whoever_its_territory_belongs_to(guarded: Guarded) -> None:
    lead = guarded.person("to-hand-out")
    guarded.seed(lead, "/news/1", country="PL")
    sweep(guarded, lead)
    assert guarded.item(lead)["owner_band"] == "rep@example.com#warm"


@needs("ExpirePoints", "sns:Publish Topic")
def the_sweep_sends_an_alert_that_waits(guarded: Guarded) -> None:
    lead = guarded.person("alert")
    guarded.seed(lead, "/pricing/1", is_told=False)
    waits = json.loads(guarded.item(lead)["alert"])
    sweep(guarded, lead, alert=json.dumps(waits | {"lease_until": 0}))
    assert "alert" not in guarded.item(lead)


def sweep(guarded: Guarded, lead: str, **attributes: Any) -> None:
    guarded.change(lead, due_at=now() - 1000, **attributes)
    guarded.invoke("ExpirePoints", {"shards": list(range(16))})


@needs(
    "EraseLead",
    "dynamodb:BatchGetItem Leads",
    "dynamodb:PutItem Leads",
    "dynamodb:Query Facts",
    "dynamodb:BatchWriteItem Facts",
    "dynamodb:PutItem Erased",
)
def a_person_is_forgotten(guarded: Guarded) -> None:
    lead = guarded.person("forgotten")
    guarded.seed(lead, "/news/1")
    told = guarded.invoke("EraseLead", {"lead": guarded.id(lead)})
    assert told.get("is_complete"), told
    assert guarded.facts_of(lead) == []
    assert "email" not in guarded.item(lead)


@needs("EraseLead", "dynamodb:Query Erased")
def the_hourly_round_of_erasures_ends(guarded: Guarded) -> None:
    told = guarded.invoke("EraseLead", {"round": True})
    assert "finished" in told, told


@needs("ServeSales", "dynamodb:Query Leads/index/ranking", "dynamodb:BatchGetItem Leads")
def sales_sees_whom_to_call(guarded: Guarded) -> None:
    lead = guarded.person("to-call")
    guarded.seed(lead, "/pricing/1")
    status, told = sales(guarded, "GET", "/leads", query={"limit": 100})
    assert status == 200, told
    assert guarded.id(lead) in {row["id"] for row in told["leads"]}


@needs("ServeSales", "dynamodb:Query Leads/index/owned")
def sales_sees_what_is_its_own(guarded: Guarded) -> None:
    status, told = sales(guarded, "GET", "/leads", query={"owner": "me"})
    assert status == 200, told


@needs("ServeSales", "dynamodb:Query Leads/index/no_contact")
def sales_sees_whom_nobody_may_mail(guarded: Guarded) -> None:
    status, told = sales(guarded, "GET", "/leads", query={"do_not_contact": "true"})
    assert status == 200, told


@needs("ServeSales", "dynamodb:Query Leads/index/external")
def a_lead_is_looked_for_by_what_a_crm_calls_it(guarded: Guarded) -> None:
    status, told = sales(guarded, "GET", "/leads/external_id:nobodys")
    assert status == 404, told


@needs("ServeSales", "dynamodb:Query Leads/index/monthly")
def sales_sees_how_good_leads_are(guarded: Guarded) -> None:
    lead = guarded.person("reported")
    guarded.seed(lead, "/pricing/1")
    status, told = sales(guarded, "GET", "/reports/quality")
    assert status == 200, told
    assert sum(group["leads"] for group in told["groups"]) > 0


@needs("ServeSales", "dynamodb:Query Facts")
def sales_sees_what_a_lead_did(guarded: Guarded) -> None:
    lead = guarded.person("looked-at")
    guarded.seed(lead, "/pricing/1")
    status, told = sales(guarded, "GET", f"/leads/{guarded.id(lead)}")
    assert status == 200, told
    assert len(told["happened"]) == 2


@needs("ServeSales", "dynamodb:PutItem Leads", "dynamodb:BatchWriteItem Facts")
def sales_writes_down_that_it_called(guarded: Guarded) -> None:
    lead = guarded.person("called")
    guarded.seed(lead, "/pricing/1")
    path = f"/leads/{guarded.id(lead)}/contacted"
    status, told = sales(guarded, "POST", path, body={"result": "reached"})
    assert status == 200, told
    assert told["contacted"]["result"] == "reached"
    assert len(guarded.facts_of(lead)) == 4  # and that the rep has taken it


@needs("ServeSales", "dynamodb:PutItem Facts")
def what_sales_does_first_hands_the_lead_to_its_owner(guarded: Guarded) -> None:
    lead = guarded.person("to-own")
    guarded.seed(lead, "/news/1", country="PL")
    path = f"/leads/{guarded.id(lead)}/reject"
    manager = {"username": "manager@example.com", "cognito:groups": "[managers]"}
    status, told = sales(guarded, "POST", path, body={"reason": "a student"}, token=manager)
    assert (status, told.get("owner")) == (200, "rep@example.com"), told


@needs("ServeSales", "sns:Publish Topic")
def what_sales_learned_that_makes_a_lead_hot_is_told(guarded: Guarded) -> None:
    lead = guarded.person("hot-by-sales")
    guarded.seed(lead, "/pricing/1")
    guarded.change(lead, score=0, band="cold", alerted_at=0)
    path = f"/leads/{guarded.id(lead)}/answers"
    status, told = sales(guarded, "PATCH", path, body={"answers": {"company": "Other Ltd"}})
    assert (status, told.get("band")) == (200, "hot"), told
    assert "alert" not in guarded.item(lead), "the alert still waits"


@needs("ServeSales", "lambda:InvokeFunction Function")
def an_admin_has_a_person_forgotten(guarded: Guarded) -> None:
    lead = guarded.person("to-forget")
    guarded.seed(lead, "/pricing/1")
    admin = {"cognito:groups": "[admins]"}
    status, told = sales(guarded, "DELETE", f"/leads/{guarded.id(lead)}", token=admin)
    assert status == 202, told
    guarded.wait("the lead is forgotten", lambda: "erased" in guarded.item(lead))


@needs(
    "TellSummary",
    "dynamodb:Query Leads/index/ranking",
    "dynamodb:Query Leads/index/monthly",
    "dynamodb:BatchGetItem Leads",
    "sns:Publish Topic",
)
def managers_are_told_how_leads_stand(guarded: Guarded) -> None:
    guarded.seed(guarded.person("summed-up"), "/pricing/1")
    told = guarded.invoke("TellSummary", {})
    assert str(told.get("summary", "")).startswith("summary-"), told


@needs("TellSummary", "dynamodb:Query Facts")
def who_has_stood_still_is_found_in_the_history(guarded: Guarded) -> None:
    lead = guarded.person("stands-still")
    guarded.seed(lead, "/news/1")
    week_ago = now() - 8 * DAY_MS
    guarded.change(lead, matching=OTHER_RULES, first_seen=week_ago)
    try:
        told = guarded.invoke("TellSummary", {})
        assert str(told.get("summary", "")).startswith("summary-"), told
    finally:
        sweep(guarded, lead)  # under the rules of today it is read without its history


def sales(
    guarded: Guarded,
    method: str,
    path: str,
    *,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    token: Mapping[str, Any] | None = None,
) -> tuple[int, dict[str, Any]]:
    """What a rep is answered; the gateway before it cannot check tokens where permissions are
    enforced, so its envelope is handed over as it would be.
    """
    sent = None if body is None else dict(body)
    event = envelope(method, path, sent, query=query, token=token)
    told = guarded.invoke("ServeSales", event)
    return told["statusCode"], json.loads(told["body"])


@needs(
    "RescoreLeads",
    "dynamodb:Scan Leads",
    "dynamodb:PutItem Leads",
    "dynamodb:GetItem Models",
    "dynamodb:PutItem Models",
    "dynamodb:Query Models",
)
def a_rescore_brings_a_lead_under_the_model(guarded: Guarded) -> None:
    lead = guarded.person("rescored")
    guarded.seed(lead, "/news/1")
    before = guarded.change(lead, model=FORMER, score=1)
    rescore(guarded)
    assert guarded.item(lead)["score"] == before["score"]


@needs("RescoreLeads", "dynamodb:Query Facts")
def a_rescore_rebuilds_the_ledger_of_other_rules(guarded: Guarded) -> None:
    lead = guarded.person("rescored-history")
    guarded.seed(lead, "/news/1")
    guarded.change(lead, matching=OTHER_RULES)
    rescore(guarded)
    assert guarded.item(lead)["matching"] != OTHER_RULES


@needs("RescoreLeads", "dynamodb:PutItem Facts")
def a_rescore_hands_a_lead_to_whoever_its_territory_belongs_to(guarded: Guarded) -> None:
    lead = guarded.person("rescored-to-own")
    guarded.seed(lead, "/news/1", country="PL")
    guarded.change(lead, model=FORMER, score=1)
    rescore(guarded)
    assert guarded.item(lead)["owner_band"] == "rep@example.com#warm"


@needs("RescoreLeads", "dynamodb:BatchGetItem Leads", "sns:Publish Topic")
def a_rescore_is_told_of_at_its_end(guarded: Guarded) -> None:
    lead = guarded.person("rescored-to-hot")
    guarded.seed(lead, "/pricing/1")
    guarded.change(lead, model=FORMER, score=0, band="cold")
    rescore(guarded)


def rescore(guarded: Guarded) -> None:
    """Have all leads scored anew, to the end; the schedule may do a part of it."""
    assert "run" in guarded.invoke("RescoreLeads", {"begin": True})
    everything = {"segments": [0, 1, 2, 3]}
    guarded.wait(
        "the rescore is over",
        lambda: guarded.invoke("RescoreLeads", everything).get("is_over"),
    )


@needs("Rescore", "lambda:InvokeFunction Function", "sqs:SendMessage DeadLetters")
def the_schedule_calls_the_rescore_and_gives_up_aloud(guarded: Guarded) -> None:
    name = guarded.stack.outputs["RescoreLeadsFunction"]
    guarded.may("Rescore", "lambda", "invoke", FunctionName=name, Payload='{"segments": []}')
    gives_up_aloud(guarded, "Rescore", "RescoreDeadLetters")


@needs("RescoreLeads", "sqs:SendMessage DeadLetters")
def a_rescore_that_fails_ends_among_the_dead_letters(guarded: Guarded) -> None:
    gives_up_aloud(guarded, "RescoreLeads", "RescoreDeadLetters")


@needs(
    "WatchModel",
    "dynamodb:Scan Leads",
    "dynamodb:GetItem Models",
    "dynamodb:PutItem Models",
    "dynamodb:Query Models",
)
def all_leads_are_counted(guarded: Guarded) -> None:
    guarded.seed(guarded.person("counted"), "/news/1")
    assert count_leads(guarded) > 0


@needs("WatchModel", "dynamodb:Query Facts")
def a_lead_whose_ledger_is_of_other_rules_is_counted_by_its_history(guarded: Guarded) -> None:
    lead = guarded.person("counted-history")
    guarded.seed(lead, "/news/1")
    sound = guarded.change(lead, matching=OTHER_RULES)
    try:
        count_leads(guarded)
    finally:
        guarded.put(sound)


def count_leads(guarded: Guarded) -> int:
    """Have all leads counted; gives how many."""
    told: dict[str, Any] = {}

    def is_over() -> bool:
        told.update(guarded.invoke("WatchModel", {"anew": True}))
        return bool(told.get("is_over"))

    guarded.wait("all leads are counted", is_over)
    return int(told["seen"])


@needs("Watch", "lambda:InvokeFunction Function", "sqs:SendMessage DeadLetters")
def the_schedule_calls_what_watches_and_gives_up_aloud(guarded: Guarded) -> None:
    name = guarded.stack.outputs["WatchModelFunction"]
    guarded.may("Watch", "lambda", "invoke", FunctionName=name, Payload="{}")
    gives_up_aloud(guarded, "Watch", "WatchDeadLetters")


@needs("WatchModel", "sqs:SendMessage DeadLetters")
def a_count_that_fails_ends_among_the_dead_letters(guarded: Guarded) -> None:
    gives_up_aloud(guarded, "WatchModel", "WatchDeadLetters")


@needs("Expiry", "lambda:InvokeFunction Function", "sqs:SendMessage DeadLetters")
def the_schedule_calls_the_sweep_and_gives_up_aloud(guarded: Guarded) -> None:
    name = guarded.stack.outputs["ExpirePointsFunction"]
    guarded.may("Expiry", "lambda", "invoke", FunctionName=name, Payload='{"shards": []}')
    gives_up_aloud(guarded, "Expiry", "SweepDeadLetters")


@needs("Erasure", "lambda:InvokeFunction Function", "sqs:SendMessage DeadLetters")
def the_hourly_schedule_calls_the_erasure_and_gives_up_aloud(guarded: Guarded) -> None:
    name = guarded.stack.outputs["EraseLeadFunction"]
    guarded.may("Erasure", "lambda", "invoke", FunctionName=name, Payload='{"round": true}')
    gives_up_aloud(guarded, "Erasure", "ErasureDeadLetters")


@needs("Summary", "lambda:InvokeFunction Function", "sqs:SendMessage DeadLetters")
def the_weekly_schedule_calls_the_summary_and_gives_up_aloud(guarded: Guarded) -> None:
    name = guarded.stack.outputs["TellSummaryFunction"]
    guarded.may("Summary", "lambda", "invoke", FunctionName=name, Payload="{}")
    gives_up_aloud(guarded, "Summary", "SummaryDeadLetters")


@needs("TellSummary", "sqs:SendMessage DeadLetters")
def a_summary_that_fails_ends_among_the_dead_letters(guarded: Guarded) -> None:
    gives_up_aloud(guarded, "TellSummary", "SummaryDeadLetters")


@needs("ExpirePoints", "sqs:SendMessage DeadLetters")
def a_sweep_that_fails_ends_among_the_dead_letters(guarded: Guarded) -> None:
    gives_up_aloud(guarded, "ExpirePoints", "SweepDeadLetters")


@needs("EraseLead", "sqs:SendMessage DeadLetters")
def an_erasure_that_fails_ends_among_the_dead_letters(guarded: Guarded) -> None:
    gives_up_aloud(guarded, "EraseLead", "ErasureDeadLetters")


def gives_up_aloud(guarded: Guarded, role: str, output: str) -> None:
    queue = guarded.queue(output)
    guarded.may(role, "sqs", "send_message", QueueUrl=queue, MessageBody="{}")


def _writes_its_log(function: str) -> Callable[[Guarded], None]:
    """By the evaluation of its policies: the local cloud asks for a group, AWS for a stream."""

    def walk(guarded: Guarded) -> None:
        told = guarded.stack.client("lambda").get_function_configuration(
            FunctionName=guarded.stack.outputs[f"{function}Function"]
        )
        group = told["LoggingConfig"]["LogGroup"]
        stream = f"arn:aws:logs:{guarded.stack.region}:{guarded.stack.account}:log-group:{group}"
        decided = guarded.stack.client("iam").simulate_principal_policy(
            PolicySourceArn=told["Role"],
            ActionNames=["logs:CreateLogStream", "logs:PutLogEvents"],
            ResourceArns=[f"{stream}:log-stream:today"],
        )["EvaluationResults"]
        assert [one["EvalDecision"] for one in decided] == ["allowed", "allowed"]

    walk.__name__ = f"{function}_writes_its_log"
    return walk


for _function in (
    "CaptureForm", "RecordActivity", "ExpirePoints", "EraseLead", "ServeSales", "TellSummary",
    "RescoreLeads", "WatchModel",
):  # fmt: skip
    needs(_function, "logs:CreateLogStream Log", "logs:PutLogEvents Log")(
        _writes_its_log(_function)
    )

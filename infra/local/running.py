"""`make run`: the whole system on this machine, with something to see.

Without a terminal (or with ONCE=1) it ends by itself: 0 when scores rose, an alert arrived and
points expired.
"""

import contextlib
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.website_form import questions, website_form
from infra.local.lead_reading import StoredLead, stored_leads
from infra.local.live_view import follow, lead_table
from infra.local.local_stack import LocalStack, announced, bring_up
from infra.local.mailbox import ALERTS, open_mailbox
from infra.local.prepare import ROOT
from infra.local.sample_site import sample_site
from infra.local.samples import feed
from infra.local.seeds import LEADS, seed
from infra.local.sign_ins import PASSWORD, PEOPLE, machine_client, machine_token, make_people
from infra.local.story import StepMissing, tell
from infra.local.synthesis import LOCAL_PAGES
from infra.local.website import served

SOON_SECONDS = 20


def run() -> None:
    """Raises StepMissing naming what did not happen."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("Starting the local cloud and deploying the template...")
    started = time.monotonic()
    with (
        announced(bring_up()) as stack,
        open_mailbox(stack) as mailbox,
        served(LOCAL_PAGES, console_config(stack)) as console_address,
        sample_site(stack) as site_address,
    ):
        seconds = time.monotonic() - started
        console.print(f"Up in {seconds:.1f} s: {stack.stack}\n")
        _seed(stack, console)
        _feed_samples(stack, console)
        console.print("\nThe story of one lead, every figure read from the stack:")
        tell(stack, mailbox, lambda text: console.print(text, markup=False))
        kept = f"{len(mailbox.mails)} alert(s) are kept under {ALERTS.relative_to(ROOT)}/."
        console.print(f"\n{kept}\n", markup=False)
        if stays():
            _invite(stack, console)
            _invite_sales(stack, console_address, site_address, console)
            console.print("Following the leads; Ctrl-C stops everything.\n")
            with contextlib.suppress(KeyboardInterrupt):
                follow(stack, mailbox, console)
            console.print("Stopping...")
    console.print("Scores rose, an alert arrived and points expired. The stack is stopped.")


def stays() -> bool:
    """Whether somebody is there to use the stack. Else it ends, and no address of it is told."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("ONCE")


def console_config(stack: LocalStack) -> dict[str, Any]:
    """What the console has to know of a stack. Here a refreshed token has lost its groups."""
    return {
        "api": stack.sales_api,
        "sign_in": stack.sign_in,
        "client": stack.console_client,
        "form": f"{stack.form_address}demo",
        "refresh": False,
    }


def _seed(stack: LocalStack, console: Console) -> None:
    make_people(stack)
    facts = seed(stack, now=datetime.now(UTC))
    console.print(f"{facts} facts of {LEADS} leads over six months come as an import would.\n")


def _invite_sales(stack: LocalStack, address: str, site: str, console: Console) -> None:
    """Tell where sales signs in, and as whom; and what a CRM needs for an hour."""
    console.print(f"The console for sales: {address} (password {PASSWORD})", markup=False)
    for person in PEOPLE:
        console.print(f"   {person.group.removesuffix('s')}: {person.address}", markup=False)
    console.print(f"A website to visit as a lead: {site}", markup=False)
    console.print("   an alert comes of a CEO, 11-50, Poland, software, who then opens the prices")
    console.print("\nFor the commands of docs/crm.md:\n")
    console.print(f"{crm_exports(stack)}\n", markup=False)


def crm_exports(stack: LocalStack) -> str:
    """What the commands of `docs/crm.md` take from the shell, but for the address of a lead."""
    client, secret = machine_client(stack)
    told = {
        "API": stack.sales_api,
        "SIGN_IN": stack.sign_in,
        "CLIENT": client,
        "SECRET": secret,
        "TOKEN": machine_token(stack),
    }
    return "\n".join(f"export {name}={value}" for name, value in told.items())


def _feed_samples(stack: LocalStack, console: Console) -> None:
    console.print("Feeding the samples of events/:")
    feed(stack, lambda text: console.print(text, markup=False), now=datetime.now(UTC))
    deadline = time.monotonic() + SOON_SECONDS
    while not any(lead.score > 0 for lead in _leads(stack)):
        if time.monotonic() > deadline:
            raise StepMissing("scores rise: no lead of the samples has points")
        time.sleep(0.2)
    _settle(stack)
    console.print(lead_table(_leads(stack)))


def _settle(stack: LocalStack) -> None:
    """Waits until the queue is empty, at most as long as a step may take."""
    deadline = time.monotonic() + SOON_SECONDS
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    while time.monotonic() < deadline:
        answer = stack.client("sqs").get_queue_attributes(
            QueueUrl=stack.activity_queue, AttributeNames=names
        )
        if not any(int(answer["Attributes"][name]) for name in names):
            return
        time.sleep(0.2)


def _leads(stack: LocalStack) -> list[StoredLead]:
    return stored_leads(stack, at=time.time_ns() // 1_000_000)


def _invite(stack: LocalStack, console: Console) -> None:
    form = _demo_form(stack)
    page = ROOT / ".local" / "form.html"
    page.write_text(PAGE.format(form=form), encoding="utf-8")
    console.print(f"A form to paste (a page with it: {page}):\n", markup=False)
    console.print(form, markup=False)
    console.print("\nThe same with curl, and an activity on the bus:\n", markup=False)
    console.print(CURL.format(stack=stack), markup=False)


def _demo_form(stack: LocalStack) -> str:
    model = json.loads(Path(stack.model).read_text(encoding="utf-8"))
    name = "demo" if "demo" in model["forms"] else next(iter(model["forms"]))
    return website_form(
        model,
        name,
        questions(model),
        action=f"{stack.form_address}{name}",
        language=model["alerts"]["language"],
    )


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Try the form</title>
<style>
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 2rem auto }}
  body {{ padding: 0 1rem }}
  label {{ display: block; margin: .75rem 0 }}
  input:not([type=checkbox]) {{ display: block; width: 100%; box-sizing: border-box }}
  input {{ padding: .4rem }}
</style>
<h1>Try the form</h1>
{form}
</html>
"""
CURL = """curl -i -H 'content-type: application/json' {stack.form_address}demo \\
  -d '{{"email": "jan@example.com", "job_title": "CEO", "company_size": "11-50", "country": "PL"}}'

curl -s {stack.endpoint}/ --aws-sigv4 aws:amz:{stack.region}:events \\
  --user {stack.access_key}:{stack.secret_key} -H 'x-amz-target: AWSEvents.PutEvents' \\
  -H 'content-type: application/x-amz-json-1.1' -d '{{"Entries": [{{
    "EventBusName": "{stack.bus}", "Source": "example.website", "DetailType": "page_viewed",
    "Detail": "{{\\"lead\\": \\"jan@example.com\\", \\"path\\": \\"/pricing\\"}}"}}]}}'
"""

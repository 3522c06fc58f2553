"""The leads of the running stack as a table: address, score, band, last reason."""

import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live
from rich.table import Table

from infra.local.lead_reading import StoredLead, stored_leads
from infra.local.local_stack import LocalStack
from infra.local.mailbox import Mailbox

ROWS = 20
EVERY_SECONDS = 1
COLOURS = {"hot": "bold red", "warm": "yellow", "cold": "blue"}


def lead_table(leads: Sequence[StoredLead]) -> Table:
    """`score` is the stored one; `now` is computed at the instant of reading and may be lower
    already.
    """
    table = Table(title="Leads", title_justify="left")
    table.add_column("lead", overflow="fold")
    for column in ("score", "now", "fit", "engagement"):
        table.add_column(column, justify="right")
    table.add_column("band")
    table.add_column("last reason", overflow="fold")
    for lead in leads[:ROWS]:
        colour = COLOURS.get(lead.band, "")
        numbers = (str(n) for n in (lead.score, lead.score_now, lead.fit, lead.engagement))
        table.add_row(lead.address, *numbers, f"[{colour}]{lead.band}[/]", lead.last_reason)
    return table


def follow(stack: LocalStack, mailbox: Mailbox, console: Console) -> None:
    """Shows the table, and each alert as it comes, until somebody interrupts."""
    shown = len(mailbox.mails)
    with Live(lead_table(_now(stack)), console=console, auto_refresh=False) as live:
        while True:
            for mail in mailbox.mails[shown:]:
                live.console.print(mail.as_mail(), markup=False, highlight=False)
            shown = len(mailbox.mails)
            live.update(lead_table(_now(stack)), refresh=True)
            time.sleep(EVERY_SECONDS)


def _now(stack: LocalStack) -> list[StoredLead]:
    return stored_leads(stack, at=time.time_ns() // 1_000_000)

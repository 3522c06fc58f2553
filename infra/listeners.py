"""Who is told what: the subscribers and the team, each endpoint once, with its filter.

The topic, the schedule of the summary, `make deploy` and `lead-scoring status` ask here, so that
none of them tells another story than the template.
"""

from collections.abc import Iterator
from typing import Any

from functions.leads.lead import HOT
from infra.deploy_settings import DeploySettings, Subscriber
from infra.team import listening


def policies(settings: DeploySettings) -> Iterator[tuple[Subscriber, dict[str, Any]]]:
    """Everybody who is told, once, with the filter of what: the subscribers, then by mail whoever
    of the team is not among them. A manager who is one is told of what nobody looks after besides.
    """
    team = {member.mail: member for member in settings.team}
    said = set()
    for one in settings.subscribers:
        asked: dict[str, Any] = {"kind": [HOT], **one.filter}
        member = team.get(one.endpoint.casefold()) if one.protocol == "email" else None
        if member is not None:
            said.add(member.mail)
            if member.role != "rep":
                asked = {"$or": [asked, *listening(member)["$or"]]}
        yield one, asked
    for member in settings.team:
        if member.mail not in said:
            yield Subscriber(protocol="email", endpoint=member.mail), listening(member)


def kinds_heard(settings: DeploySettings) -> set[str]:
    """The kinds of message that somebody takes."""
    return {
        kind
        for _, asked in policies(settings)
        for part in asked.get("$or", [asked])
        for kind in part["kind"]
    }

"""Every small change of a synthesised template, one at a time.

Each resource is left out, each setting is left out or set otherwise, each action and resource of a
policy is widened. A mutant is made in place, named, and taken back: what a test sees between two
names is one mutant.
"""

from collections.abc import Collection, Iterator
from typing import Any

MUTANTS_MIN = 40
POLICIES = {"AWS::IAM::Policy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}
HARMLESS = {  # what may be otherwise without a promise being broken, and why
    "Tags": "told in bills only",
    "UserPoolTags": "the same",
    "Metadata": "of the CDK alone",
    "DependsOn": "the CDK's order of making; without it a deployment fails, nothing else",
    "AlarmDescription": "words; that there are some is asserted",
    "Description": "words",
    "Comment": "words",
    "DisplayName": "words",
    "ArchiveName": "a name",
    "Sid": "a name",
    "StatementId": "a name",
    "PolicyName": "a name",
    "ClientName": "a name",
    "UserPoolName": "a name, with the stage in it; the host of the sign-in has it too",
    "ScopeDescription": "words",
    "Id": "a name",
    "Name": "a name, with the stage in it; two stages are compared",
    "Version": "of the language of policies",
    "Runtime": "that of the Python which synthesises",
    "LogFormat": "powertools writes the JSON",
    "GroupName": "of the schedules",
    "UpdateReplacePolicy": "of what is kept it is asserted, of the rest it is the default",
    "DeletionPolicy": "the same",
    "Code": "the asset, which tests of its own look into",
    "Environment": "what functions read at a cold start; a missing one is named then",
}


def mutants(template: dict[str, Any], *, kinds: Collection[str] = ()) -> Iterator[str]:
    """The name of each mutant, while `template` is that mutant; of all kinds of resources, or of
    these.
    """
    resources = template["Resources"]
    for name in list(resources):
        if kinds and resources[name]["Type"] not in kinds:
            continue
        yield from _without(resources, name, f"without {name}")
        resource = resources[name]
        yield from _changed(resource, name)
        if resource["Type"] in POLICIES:
            yield from _widened(resource["Properties"]["PolicyDocument"]["Statement"], name)


def _without(holder: dict[str, Any], key: str, name: str) -> Iterator[str]:
    before = dict(holder)
    del holder[key]
    yield name
    holder.clear()
    holder.update(before)  # in its order


def _changed(holder: Any, place: str) -> Iterator[str]:
    """Each part left out, each value set otherwise, however deep."""
    if isinstance(holder, dict):
        for key in [key for key in holder if key not in HARMLESS]:
            if key == "Properties" and set(holder[key]) <= set(HARMLESS):
                continue
            yield from _without(holder, key, f"{place}.{key} is left out")
            yield from _set(holder, key, f"{place}.{key}")
    elif isinstance(holder, list):
        for number in range(len(holder)):
            value = holder.pop(number)
            yield f"{place}[{number}] is left out"
            holder.insert(number, value)
            yield from _set(holder, number, f"{place}[{number}]")


def _set(holder: Any, key: Any, place: str) -> Iterator[str]:
    value = holder[key]
    if isinstance(value, dict | list):
        yield from _changed(value, place)
        return
    for other in _others(value):
        if other != value:
            holder[key] = other
            yield f"{place} is {other!r}"
    holder[key] = value


def _others(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1, 10 * value + 1]
    return [f"{value}x", "*"]


def _widened(statements: list[dict[str, Any]], name: str) -> Iterator[str]:
    """Each action, and each resource, made wider than it is."""
    for number, statement in enumerate(statements):
        place = f"{name}[{number}]"
        action = statement["Action"]
        first = action if isinstance(action, str) else action[0]
        service = first.partition(":")[0]
        for wider in ("*", f"{service}:*", [*_listed(action), f"{service}:Delete*"]):
            if wider != action:
                statement["Action"] = wider
                yield f"{place} may {wider}"
        statement["Action"] = action
        for part in ("Resource", "Principal", "Effect", "Condition"):
            if part in statement and statement[part] != "*":
                value = statement[part]
                statement[part] = {"Effect": "Deny", "Condition": {}}.get(part, "*")
                if statement[part] != value:
                    yield f"{place}.{part} is {statement[part]}"
                statement[part] = value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

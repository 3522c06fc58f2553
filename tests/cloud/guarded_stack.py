"""A stack whose cloud enforces the roles of the template, or of a copy with one permission less."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from infra.local.cloud import start_cloud, stop_cloud
from infra.local.local_stack import bring_up_to_date
from tests.cloud.patched_copy import Template, patched_copy, resources
from tests.cloud.rough_stack import ROUGH_MODEL, WORKER
from tests.cloud.walk_of_roles import Guarded
from tests.infra.template_promises import ROLES
from tests.infra.template_reading import short_resource

GRANTS = frozenset(
    f"{role.removeprefix('Functions').removesuffix('Role')} {action} {resource}"
    for role, granted in ROLES.items()
    for resource, actions in granted.items()
    for action in actions
)


@contextmanager
def guarded_stack(folder: Path, *, without: str, seconds: float) -> Iterator[Guarded]:
    """The product's template; `without` is a grant as in `CaptureForm sns:Publish Topic`, or
    empty.
    """

    def change(template: Template) -> None:
        for function in resources(template, "AWS::Lambda::Function", "RecordActivity"):
            function["Handler"] = f"{WORKER.stem}.handler"  # what is put off comes in a second
        one_by_one(template, without=without)

    assembly = patched_copy(folder, change, model=ROUGH_MODEL, files={WORKER.name: WORKER})
    cloud = start_cloud(enforce_permissions=True)
    try:
        stack = bring_up_to_date(cloud, assembly)
        yield Guarded(stack, _roles(stack.client("cloudformation"), stack.stack), seconds, count())
    finally:
        stop_cloud(cloud)


def one_by_one(template: Template, *, without: str) -> None:
    """Write each grant of the roles as a statement of its own, and leave out one."""
    left_out = 0
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Policy":
            role = _short_role(name.removesuffix(name[-8:]).removesuffix("DefaultPolicy"))
            document = resource["Properties"]["PolicyDocument"]
            statements = list(_statements(role, document))
            document["Statement"] = [one for one in statements if one["Sid"] != sid(without)]
            left_out += len(statements) - len(document["Statement"])
    assert left_out == bool(without), f"the template does not grant {without}"


def sid(grant: str) -> str:
    """The name of a grant's statement."""
    return "".join(letter for letter in grant if letter.isalnum())


def _statements(role: str, document: Template) -> Iterator[Template]:
    for statement in document["Statement"]:
        for action in _listed(statement["Action"]):
            for resource in _listed(statement["Resource"]):
                grant = f"{role} {action} {short_resource(resource)}"
                yield {**statement, "Sid": sid(grant), "Action": action, "Resource": resource}


def _short_role(name: str) -> str:
    return name.removeprefix("Functions").removesuffix("Role")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _roles(formation: Any, stack: str) -> dict[str, str]:
    """Physical names of the roles, by those of the grants."""
    pages = formation.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        resource["LogicalResourceId"][:-8].removeprefix("Functions").removesuffix("Role"): resource[
            "PhysicalResourceId"
        ]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::IAM::Role"
    }

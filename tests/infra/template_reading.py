"""How tests find their way in a synthesised template."""

import re
from collections.abc import Mapping
from typing import Any

Template = Mapping[str, Any]


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def properties(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource["Properties"] for name, resource in of_type(template, kind).items()}


def lead_functions(template: Template) -> dict[str, dict[str, Any]]:
    """The properties of the functions that move leads: all but the console's publisher, which runs
    at a deployment only.
    """
    functions = properties(template, "AWS::Lambda::Function")
    return {name: one for name, one in functions.items() if name.startswith("Functions")}


def named(template: Template, kind: str, part: str) -> dict[str, Any]:
    """The properties of the one resource whose logical id holds `part` and else only a hash."""
    found = [
        resource
        for name, resource in properties(template, kind).items()
        if re.fullmatch(rf"{part}[0-9A-F]{{8}}", name)
    ]
    assert len(found) == 1, f"{kind} {part}: {len(found)}"
    return found[0]


def of_api(template: Template, kind: str, api: str) -> dict[str, dict[str, Any]]:
    """The properties of what belongs to the API of `Forms` or of `Sales`."""
    apis = of_type(template, "AWS::ApiGatewayV2::Api")
    (name,) = [one for one in apis if re.fullmatch(rf"{api}Api[0-9A-F]{{8}}", one)]
    return {
        one: resource
        for one, resource in properties(template, kind).items()
        if resource["ApiId"] == {"Ref": name}
    }


def short_resource(resource: Any) -> str:
    """What a policy or a target points at, by its construct's name: `Leads`, `Leads/index/due`."""
    assert isinstance(resource, dict), f"a resource without a reference: {resource}"
    if "Fn::Join" in resource:
        between, (reference, rest) = resource["Fn::Join"]
        assert not between
        return f"{short_resource(reference)}{rest}"
    name = str(resource.get("Ref") or resource["Fn::GetAtt"][0])
    return re.sub(r"[0-9A-F]{8}$", "", name).removeprefix(_room(name))


def _room(name: str) -> str:
    functions = (
        "Functions(CaptureForm|RecordActivity|ExpirePoints|EraseLead|ServeSales|TellSummary"
        "|RescoreLeads|WatchModel)"
    )
    rooms = rf"(Storage|Alerts|Activity(?=[A-Z])|Expiry|Erasure|Summary|Rescore|Watch|{functions})"
    found = re.match(rooms, name)
    return found[0] if found else ""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

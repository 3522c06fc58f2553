"""A copy of the synthesised stack with another model, other settings and other files in its asset.

The template and the asset of the product stay as they are: what a test has to make short, or to
break, is made short or broken in its own copy of the JSON and of the folder.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.synthesis import synthesise
from modelling.compile import compile_model_file

Template = dict[str, Any]


def patched_copy(
    folder: Path,
    change: Callable[[Template], None],
    *,
    model: Path | None = None,
    files: Mapping[str, Path] | None = None,
) -> Path:
    """The folder of a copied assembly, its template changed in place by `change`.

    `model` is compiled into the asset; `files` are put there under the names given.
    """
    copy = folder / "assembly"
    shutil.copytree(synthesise(), copy)
    (template_file,) = copy.glob("*.template.json")
    template = json.loads(template_file.read_text("utf-8"))
    change(template)
    template_file.write_text(json.dumps(template), "utf-8")
    (compiled,) = copy.glob("asset.*/scoring-model.json")
    if model:
        document = compile_model_file(model, retention_days=400)
        compiled.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    for name, path in (files or {}).items():
        shutil.copyfile(path, compiled.with_name(name))
    return copy


def with_model(folder: Path, model: Path) -> Path:
    """The folder of a copied assembly with another model, and nothing but its asset's name changed.

    As quick as a copy is, where a synthesis for each model would start Node for each.
    """
    copy = patched_copy(folder, lambda _: None, model=model)
    (compiled,) = copy.glob("asset.*/scoring-model.json")
    old = compiled.parent.name.removeprefix("asset.")
    new = hashlib.sha256(old.encode() + compiled.read_bytes()).hexdigest()
    for file in copy.glob("*.json"):
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    compiled.parent.rename(copy / f"asset.{new}")
    return copy


def resources(template: Template, kind: str, part: str = "") -> list[dict[str, Any]]:
    """The properties of each resource of a kind whose logical id holds `part`."""
    return [
        resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind and part in name
    ]

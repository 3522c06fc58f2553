"""A scoring vector as it lies in this folder: model, facts, instant, and what must come out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector; `model` is the name of a file in `models/`, `shift` a span or None."""

    name: str
    says: str
    model: str
    at: str
    facts: list[dict[str, Any]]
    expect: dict[str, dict[str, Any]]
    shift: str | None = None

    @property
    def model_path(self) -> Path:
        """Where the model's document lies."""
        return FOLDER / "models" / f"{self.model}.yaml"

    @property
    def document(self) -> dict[str, Any]:
        """The model as people wrote it, as plain dicts and lists."""
        return plain_document(self.model_path)


def all_vectors() -> list[Vector]:
    """Every vector of the folder, in the order of file names."""
    return [Vector(**json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def plain_document(path: Path) -> dict[str, Any]:
    """Read a model as YAML gives it."""
    document: dict[str, Any] = YAML(typ="safe").load(path)
    return document

"""Models that were deployed: which, when, and each as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.problem import ProblemError
from functions.leads.kept_model import KeptModel, deployments, kept_model
from functions.leads.model_table import ModelTable
from modelling.reading import read_model_text

if TYPE_CHECKING:
    from cli.running_stack import RunningStack


@dataclass(frozen=True, slots=True)
class Live:
    """One time a model went live: its version, when (UTC ms), and the newest line of its log."""

    version: str
    at: int
    note: str


def models_of(stack: "RunningStack") -> ModelTable:
    """The table of models of a running system. Raises ProblemError."""
    return ModelTable(stack.client("dynamodb"), stack.output("ModelsTable"))


def kept_model_of(stack: "RunningStack", version: str) -> KeptModel:
    """Give a deployed model by its version. Raises ProblemError, TryLater."""
    kept = kept_model(models_of(stack), version)
    if kept is None:
        raise ProblemError(
            f"no model {version} was deployed to {stack.place}; "
            f"lead-scoring models{stack.option} lists those that were"
        )
    return kept


def newest_of(stack: "RunningStack") -> KeptModel | None:
    """Give the model that went live last; None where none was noticed yet. Raises TryLater."""
    models = models_of(stack)
    live = deployments(models)
    return kept_model(models, live[-1].version) if live else None


def history_of(stack: "RunningStack") -> Iterator[Live]:
    """Give what went live, the newest first. Raises TryLater."""
    models = models_of(stack)
    notes: dict[str, str] = {}
    for one in reversed(deployments(models)):
        if one.version not in notes:
            kept = kept_model(models, one.version)
            notes[one.version] = newest_note(kept.source) if kept else ""
        yield Live(one.version, one.at, notes[one.version])


def newest_note(source: str) -> str:
    """Give the newest line of a model's own changelog, empty where it has none."""
    content = read_model_text(source).content
    lines = content.get("changelog") if isinstance(content, dict) else None
    return str(lines[0]) if isinstance(lines, list) and lines else ""

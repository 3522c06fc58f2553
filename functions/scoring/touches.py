"""Where a lead came from: its first touch and its last, and the form it first came by; each a
minimum or a maximum over facts.

The raw utm_* texts and the referrer are kept and named only when asked, so that a better rule for
channels is right for everybody at once. First touch answers "what brought this lead", last touch
"what made it act" (R101, R104).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from functions.scoring.conditions import Condition, compile_condition
from functions.scoring.facts import SALES, Fact, canonical_json, short_hash
from functions.scoring.model import CompiledModel

DIRECT = "direct"  # neither utm_* nor a referrer
OTHER = "other"  # something, but no rule of the model names it
ENTERED_BY = "entered_by"  # raw text of the touch of a lead that sales entered itself (R31)
FORM_BYTES_MAX = 64  # of a form's name; of what a sender of facts calls one, the rest is cut off


class Touch(NamedTuple):
    """One touch: its instant (UTC ms), its fact's id, its raw texts as canonical JSON."""

    at: int
    id: str
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Touches:
    """First and last touch of a lead; None before any."""

    first: Touch | None = None
    last: Touch | None = None


class FirstForm(NamedTuple):
    """The form a lead first came by: when it was sent (UTC ms), a short hash of its fact's id, and
    its name; empty where nobody said.
    """

    at: int
    id: str
    name: str


UNKNOWN_FORM = FirstForm(0, "", "")  # of a lead written before this was kept: before any other


class Origin(NamedTuple):
    """The names a model gives to a touch; campaign and experiment are None where their utm is
    absent.
    """

    channel: str
    campaign: str | None
    experiment: str | None


def merge_touches(touches: Touches, facts: Iterable[Fact]) -> Touches:
    """Take the touches of these facts into account; equal touches come back equal."""
    touching = (fact for fact in facts if fact.touch is not None and not fact.machine)
    seen = [Touch(fact.at, fact.id, fact.touch or {}) for fact in touching]
    firsts = [touches.first, *seen] if touches.first else seen
    lasts = [touches.last, *seen] if touches.last else seen
    if not seen:
        return touches
    return Touches(min(firsts, key=_order), max(lasts, key=_order))


def merge_first_form(first: FirstForm | None, facts: Iterable[Fact]) -> FirstForm | None:
    """Take these forms into account; test submissions are nobody's beginning."""
    for fact in facts:
        if fact.is_form and not fact.test:
            form = FirstForm(fact.at, short_hash(fact.id), _form_name(fact))
            first = form if first is None else min(first, form)
    return first


class Naming:
    """The model's rules for channels, campaigns and experiments."""

    def __init__(self, compiled: CompiledModel) -> None:
        """Build the conditions of `channels` once; the first that is true names the channel."""
        self._channels: list[tuple[str, Condition]] = [
            (name, compile_condition(condition)) for name, condition in compiled["channels"]
        ]
        self._campaign = (compiled.get("campaigns") or {}).get("read_from", "utm_campaign")
        self._experiment = (compiled.get("experiments") or {}).get("read_from", "utm_content")

    def __call__(self, touch: Touch | None) -> Origin:
        """Name a touch; None and an empty one are direct."""
        raw = {name: text for name, text in (touch.raw if touch else {}).items() if text}
        return Origin(self._channel(raw), raw.get(self._campaign), raw.get(self._experiment))

    def _channel(self, raw: Mapping[str, str]) -> str:
        if not raw:
            return DIRECT
        if raw.get(ENTERED_BY) == SALES:
            return SALES
        return next((name for name, meets in self._channels if meets(raw) is True), OTHER)


def _form_name(fact: Fact) -> str:
    name = str(fact.properties.get("form", ""))
    return name.encode()[:FORM_BYTES_MAX].decode(errors="ignore")


def _order(touch: Touch) -> tuple[int, str, str]:
    return (touch.at, touch.id, canonical_json(dict(touch.raw)))

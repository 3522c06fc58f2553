"""What a model says that its author can hardly have meant: a slip that compiles and never earns.

Quotes round a whole list make one text of it, a star is a star outside of `like`, and nobody sends
a property that is misspelt. None of it is wrong in itself, so what may be meant is a warning; what
no page has is an error.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from modelling.draft import Draft, Remark, Rule
from modelling.mistakes import Path

STAR = "*"
PAGE_VIEWED = "page_viewed"
PROPERTIES = (  # what websites, mail services and mapping files call them
    *("path", "title", "url", "referrer", "link", "file", "webinar", "event", "video"),
    *("feature", "campaign", "message", "list", "query", "reason"),
)
NEAR = 0.75  # `paht` is as near to `path`; farther ones are names of their own
TEXT_TESTS = ("is", "none_of", "starts_with", "ends_with", "contains")


@dataclass(frozen=True, slots=True)
class _Test:
    """One test of a condition: what it asks of which name, and whether it must be true."""

    kind: str
    name: str
    values: Sequence[Any]
    needed: bool = True

    @property
    def texts(self) -> list[str]:
        return [value for value in self.values if isinstance(value, str)]


def a_word_with_a_comma(draft: Draft) -> Iterator[Remark]:
    """R26: each word of a category stands for itself."""
    for name, entry in draft.compiled["derived"].items():
        for category, words in entry.get("words", {}).items():
            for key in ("any", "unless"):
                for pattern in words[key]:
                    if "," in pattern:
                        place = ("fields", name, "words", category, key)
                        yield "warning", place, _one_text(pattern), "R26"


def a_list_with_one_comma_text(draft: Draft) -> Iterator[Remark]:
    """R49: a list in quotes is one text, which nobody answers."""
    for place, test in _tests(draft):
        if len(test.values) == 1 and any("," in text for text in test.texts):
            yield "warning", place, _one_text(test.texts[0]), "R49"


def _one_text(text: str) -> str:
    parts = ", ".join(f'"{part.strip()}"' for part in text.split(",") if part.strip())
    return f'The quotes make one text of `"{text}"`: put them round each, [{parts}].'


def a_star_that_is_a_star(draft: Draft) -> Iterator[Remark]:
    """R49: only `like` and the words of a category take `*` for anything."""
    for place, test in _tests(draft):
        starred = next((text for text in test.texts if STAR in text), None)
        if starred is None or test.kind not in TEXT_TESTS:
            continue
        never = test.name == "path" and test.needed and test.kind != "none_of"
        why = "This can never match" if never else "This is hardly what you mean"
        advice = f'`{test.name}: {{like: "{_as_glob(test.kind, starred)}"}}`'
        yield (
            "error" if never else "warning",
            place,
            f"{why}: outside of `like`, the `*` of `{starred}` is a star. Write {advice}.",
            "R49",
        )


def _as_glob(kind: str, text: str) -> str:
    before = STAR if kind in ("ends_with", "contains") and not text.startswith(STAR) else ""
    after = STAR if kind in ("starts_with", "contains") and not text.endswith(STAR) else ""
    return f"{before}{text}{after}"


def like_without_a_star(draft: Draft) -> Iterator[Remark]:
    """R49: what looks like a text without `*` is that text."""
    for place, test in _tests(draft):
        for text in test.texts if test.kind == "like" else ():
            if STAR not in text and "?" not in text:
                yield (
                    "warning",
                    place,
                    (
                        f"`like: {text}` has no `*`, so it must be the whole text: write "
                        f'`contains: {text}`, or `like: "*{text}*"`.'
                    ),
                    "R49",
                )


def a_path_that_no_page_has(draft: Draft) -> Iterator[Remark]:
    """R64: a page's path begins with a slash."""
    for rule in draft.activities(PAGE_VIEWED):
        for test in _parts(rule["where"]):
            if test.name != "path" or not test.needed:
                continue
            for text in test.texts if test.kind in ("is", "starts_with", "like") else ():
                if not text.startswith(("/", STAR, "?")) and (STAR not in text or _is_like(test)):
                    yield (
                        "error",
                        rule,
                        (
                            f"`{text}` can never match: a path begins with / and has no website "
                            f"before it, such as `{_as_path(text)}`."
                        ),
                        "R64",
                    )


def _is_like(test: _Test) -> bool:
    return test.kind == "like"


def _as_path(text: str) -> str:
    return "/" + text.partition("://")[2].partition("/")[2] if "://" in text else f"/{text}"


def a_property_with_a_slip(draft: Draft) -> Iterator[Remark]:
    """R49: nobody sends a property that is misspelt."""
    for rule in draft.activities():
        for name in dict.fromkeys(test.name for test in _parts(rule["where"])):
            as_long = [one for one in PROPERTIES if abs(len(one) - len(name)) <= 1]
            near = difflib.get_close_matches(name.lower(), as_long, n=1, cutoff=NEAR)
            if near and name not in PROPERTIES:
                yield (
                    "warning",
                    rule,
                    f"No activity we know has a property `{name}`: did you mean `{near[0]}`?",
                    "R49",
                )


def _tests(draft: Draft) -> Iterator[tuple[Path | Rule, _Test]]:
    """Give every test of the rules and the channels, with its place."""
    for rule in draft.rules:
        for term in (rule["when"], rule.get("where")):
            for test in _parts(term):
                yield rule, test
    for name, term in draft.compiled["channels"]:
        for test in _parts(term):
            yield ("channels", name), test


def _parts(term: Sequence[Any] | None, *, needed: bool = True) -> Iterator[_Test]:
    if term is None:
        return
    kind = term[0]
    if kind in ("all", "any"):
        for part in term[1]:
            yield from _parts(part, needed=needed)
    elif kind == "not":
        yield from _parts(term[1], needed=False)
    else:
        values = term[2] if isinstance(term[2], list) else []
        yield _Test(kind, term[1], values, needed)


SLIPS = (
    a_word_with_a_comma,
    a_list_with_one_comma_text,
    a_star_that_is_a_star,
    like_without_a_star,
    a_path_that_no_page_has,
    a_property_with_a_slip,
)

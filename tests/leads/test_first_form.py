"""The form a lead first came by is a minimum over its real forms, so it is the same in any order
and however often they come (G3).
"""

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from functions.leads.lead import Lead, read_lead, stored_form
from functions.scoring.facts import Fact
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import FORM_BYTES_MAX, UNKNOWN_FORM
from tests.builders import (
    ANNA,
    MONDAY,
    World,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.laws.law_profile import law
from tests.soak import times

BOOK = compiled_model()
FORMS = st.builds(
    lambda id, at, name, test: form_submitted(  # noqa: A006
        id=id, at=MONDAY + at, properties={"form": name} if name else {}, test=test
    ),
    st.sampled_from("abcd"),
    st.integers(0, 3),
    st.sampled_from(("demo", "contact", "", '"' * 200, "ł" * 200)),
    st.sampled_from((False, False, True)),
)
PAGES = st.builds(lambda at: page_viewed(at=MONDAY + at), st.integers(-2, 3))
BATCHES = st.lists(st.lists(st.one_of(FORMS, PAGES), max_size=3), max_size=5)


def kept(batches: Sequence[Sequence[Fact]]) -> tuple[int, str, str] | None:
    """The first form after these batches, each of which is stored and read again."""
    book, lead = RuleBook(BOOK), Lead(ANNA)
    for batch in batches:
        item = stored_form(Lead(ANNA, lead.merged.merge(list(batch), book)))
        lead = read_lead(item)
    return lead.merged.first_form


@law(times(push=300, soak=20_000))
@given(BATCHES, st.data())
def test_g3_the_first_form_is_the_same_in_any_order_and_however_often(
    batches: list[list[Fact]], data: st.DataObject
) -> None:
    facts = [fact for batch in batches for fact in batch]
    again = data.draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else []
    shuffled = data.draw(st.permutations(facts + again))
    cut = data.draw(st.integers(0, len(shuffled)))
    first = kept(batches)
    assert kept([shuffled[:cut], shuffled[cut:]]) == kept([[fact] for fact in shuffled]) == first
    real = [fact for fact in facts if fact.is_form and not fact.test]
    assert (first is None) == (not real)
    if first is not None:
        at = min(fact.at for fact in real)
        names = {str(fact.properties.get("form", "")) for fact in real if fact.at == at}
        assert first[0] == at
        assert any(name.startswith(first[2]) for name in names)
        assert len(first[2].encode()) <= FORM_BYTES_MAX


def told(world: World) -> object:
    return json.loads(world.item()["quality"]).get("form")


def test_a_later_form_is_not_the_first_and_an_earlier_one_that_comes_late_is() -> None:
    world = World()
    world.happen(page_viewed(at=MONDAY - 5))
    assert told(world) is None
    world.happen(form_submitted())
    world.happen(form_submitted(id="2", at=MONDAY + 1, properties={"form": "contact"}))
    assert told(world) == "demo"
    world.happen(form_submitted(id="0", at=MONDAY - 1, properties={"form": "e-book"}))
    assert told(world) == "e-book"


def test_a_test_submission_is_no_beginning() -> None:
    world = World()
    world.happen(form_submitted(id="try", at=MONDAY - 1, test=True, properties={"form": "trial"}))
    world.happen(form_submitted())
    assert told(world) == "demo"


def test_g24_of_a_lead_from_before_this_was_kept_no_later_form_is_the_first() -> None:
    world = World()
    world.happen(form_submitted())
    del world.store.leads[ANNA]["first_form"]
    assert read_lead(world.item()).merged.first_form == UNKNOWN_FORM
    world.happen(form_submitted(id="2", at=MONDAY + 1, properties={"form": "contact"}))
    assert told(world) is None
    assert "first_form" not in world.item()


def test_g24_who_only_looked_before_this_was_kept_first_comes_by_its_next_form() -> None:
    world = World()
    world.happen(page_viewed())
    world.happen(form_submitted(at=MONDAY + 1))
    assert told(world) == "demo"

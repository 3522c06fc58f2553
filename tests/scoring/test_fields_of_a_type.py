"""Fields are named by their type, in the order in which the model declares them."""

from functions.scoring.rule_book import RuleBook
from tests.builders import compiled_model


def test_fields_of_a_type_are_named_in_the_models_order() -> None:
    fields = {"seat": {"type": "country"}, "name": {"type": "text"}, "home": {"type": "country"}}
    book = RuleBook(compiled_model(fields=fields))
    assert book.fields_of("country") == ["seat", "home"]
    assert book.fields_of("url") == []

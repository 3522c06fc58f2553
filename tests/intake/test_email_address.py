from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.intake.email_address import AddressError, looks_like_address, read_address

PLAIN_LETTERS = "aZ0.-_+'@!xn éⓔ\u200b\"[]"


def by_library(text: str) -> str | None:
    try:
        valid = validate_email(text, allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{valid.local_part.lower()}@{valid.ascii_domain}"


def ours(text: str) -> str | None:
    try:
        return read_address(text).canonical
    except AddressError:
        return None


def test_an_address_keeps_how_it_was_written_beside_whom_it_names() -> None:
    address = read_address("  Anna.Nowak@Example.COM")
    assert (address.canonical, address.display) == (
        "anna.nowak@example.com",
        "Anna.Nowak@Example.COM",
    )


def test_a_text_with_a_sign_in_it_is_not_yet_an_address() -> None:
    assert not looks_like_address("me @ work")
    assert not looks_like_address("nothing")
    assert looks_like_address("me@work.example.com")


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(PLAIN_LETTERS, max_size=20).map(lambda text: f"{text}@example.com") | st.emails())
@example("a@b.c")
@example("a@b--c.com")
@example("a@ab--c.com")
@example("a@xn--bcher-kva.com")
@example("postmaster@EXAMPLE.com")
@example("a@example.test")
@example("a@sub.local")
@example("a@1.2.3.4")
@example("a@example.c0m")
@example("x" * 64 + "@example.com")
@example("x" * 65 + "@example.com")
def test_the_quick_way_for_plain_addresses_agrees_with_the_library(text: str) -> None:
    assert ours(text) == by_library(text.strip(" \t"))

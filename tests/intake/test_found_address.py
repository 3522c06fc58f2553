"""The sender's address among fields that nobody declared: taken where it can be nobody else's."""

from typing import Any

import pytest

from functions.intake.found_address import found_address

ANNA, EWA = "anna@example.com", "ewa@example.com"


@pytest.mark.parametrize(
    "fields",
    [
        {"your-email": ANNA},
        {"E-Mail": ANNA},
        {"Adres e-mail": ANNA},
        {"correo": ANNA},
        {"mail": ANNA, "mail_again": ANNA},
        {"work email": ANNA, "friend_email": EWA},
        {"email_address": ANNA, "szef": EWA},
        {"kontakt": ANNA},
        {"input_3": ANNA},
        {"3": ANNA, "4": "Anna"},
        {"entry.839337160": ANNA},
        {"wpforms[fields][2]": ANNA},
        {"fields[x][value]": ANNA, "fields[x][title]": "E-mail"},
        {"answers": [{"type": "email", "email": ANNA, "field": {"type": "email"}}]},
        {"data": {"fields": [{"label": "Email", "value": ANNA}, {"label": "Boss", "value": EWA}]}},
        {"input_3": ANNA, "boss": EWA},
    ],
)
def test_the_senders_own_address_is_found(fields: dict[str, Any]) -> None:
    assert found_address(fields, fields) == ANNA


@pytest.mark.parametrize(
    "name",
    [
        *("boss_email", "friend", "referral-email", "Colleague's e-mail", "manager email"),
        *("invite_email", "Polecający", "email_szefa", "Znajomy", "kolega", "koleżanka", "cc"),
        *("polecony e-mail", "referred_by", "owner_email", "recipient"),
    ],
)
def test_an_address_of_somebody_else_is_never_taken(name: str) -> None:
    assert found_address({name: ANNA}, [name]) is None
    nested = {"fields": [{"label": name, "value": ANNA}]}
    assert found_address(nested, nested) is None
    plain = {"fields[7][value]": ANNA, "fields[7][title]": name}
    assert found_address(plain, plain) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"email_1": ANNA, "email_2": EWA},
        {"1": ANNA, "2": EWA},
        {"newsletter": ANNA},
        {"signature": ANNA, "name": "Anna"},
        {"mail": "not at all"},
    ],
)
def test_where_it_may_be_anybodys_nobody_is_found(fields: dict[str, Any]) -> None:
    assert found_address(fields, fields) is None

"""Countries by the names people write, and mail domains that are no company's."""

# ruff: noqa: E501 - a case is one line

import csv
import os
from pathlib import Path

import pytest

from modelling.country_names import country_code, country_codes, nearest_country
from modelling.mail_domains import mail_domains


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Polska", "PL"), ("POLAND", "PL"), ("pl", "PL"), ("POL", "PL"), (" Polen ", "PL"), ("Польща", "PL"), ("Polsko", "PL"),
        ("Niemcy", "DE"), ("Deutschland", "DE"), ("Großbritannien", "GB"), ("UK", "GB"), ("Wielka Brytania", "GB"), ("England", "GB"),
        ("USA", "US"), ("Stany Zjednoczone", "US"), ("Czech Republic", "CZ"), ("Czechy", "CZ"), ("Holandia", "NL"), ("Türkiye", "TR"),
        ("Turkey", "TR"), ("Côte d'Ivoire", "CI"), ("South Korea", "KR"), ("Kosovo", "XK"), ("Österreich", "AT"), ("Espana", "ES"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names_and_codes(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize("written", ["Atlantis", "Europe", "EU", "", "XX", "Warszawa"])
def test_what_is_no_country_has_no_code(written: str) -> None:
    assert country_code(written) is None


def test_the_nearest_country_is_named() -> None:
    assert nearest_country("Germny") == "germany"
    assert nearest_country("qqqq") is None


def test_all_codes_are_two_capital_letters() -> None:
    assert all(len(code) == 2 and code.isupper() for code in country_codes().values())
    assert len(set(country_codes().values())) > 240


def test_no_domain_is_both_free_and_disposable() -> None:
    domains = mail_domains()

    assert not set(domains["free"]) & set(domains["disposable"])
    assert len(domains["disposable"]) > 5_000


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "wp.pl",
        "op.pl",
        "vp.pl",
        "tlen.pl",
        "go2.pl",
        "int.pl",
        "buziaczek.pl",
        "gmx.de",
    ],
)
def test_free_providers_poland_uses_are_known(domain: str) -> None:
    assert domain in mail_domains()["free"]  # R68


def test_a_throwaway_provider_is_known() -> None:
    assert {"mailinator.com", "yopmail.com"} <= set(mail_domains()["disposable"])


def test_country_names_of_six_languages_are_known() -> None:
    folder = os.environ.get("REAL_DATA")
    if not folder:
        pytest.skip("REAL_DATA does not name the folder of real material")
    path = Path(folder) / "normalise" / "country_names_multilang.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = ("alpha2", "alpha3", "name_en", "common_en", "pl", "de", "fr", "es", "uk")
    names = [(row[column], row["alpha2"]) for row in rows for column in columns if row[column]]
    wrong = [(name, code) for name, code in names if country_code(name) != code]

    assert len(wrong) <= 0.08 * len(names), wrong

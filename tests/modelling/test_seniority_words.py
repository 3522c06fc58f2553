"""Job titles, Polish and English with feminine forms, and the ones that only sound like a boss."""

# ruff: noqa: E501 - a case is one line

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from functions.scoring.answers import WordTable, word_table
from modelling.compile import compile_model_file

FILE = Path(__file__).resolve().parents[2] / "scoring-model.yaml"
TITLES = {
    "c_level": [
        "CEO", "C.E.O.", "Co-Founder & CEO", "Prezes Zarządu", "Prezeska", "prezesem", "Wiceprezes", "v-ce prezes zarządu",
        "członek zarządu", "członkini zarządu", "Właścicielka", "współwłaściciel", "Dyrektor generalny", "Dyrektorka zarządzająca",
        "Managing Director", "Chief Executive Officer", "Chief Human Resources Officer", "Założycielka", "Owner", "President",
        "Szefowa firmy", "CEO, former CTO", "prezes, były dyrektor", "PREZES", "prezes\u00a0zarzadu", "Geschäftsführerin", "przedsiębiorczyni",
    ],
    "director": [
        "Dyrektor", "Dyrektorka", "Dyrektor handlowy", "Zastępczyni dyrektora", "Dyr. marketingu", "Head of Marketing",
        "VP of Sales", "Sales Director", "Director, Operations", "Wicedyrektor", "wicedyrektorka szkoły", "Szef", "szefowa marketingu",
        "Szef sprzedaży", "zastępca szefa działu", "Prokurist", "Prokuristin", "Prokurentka",
    ],
    "manager": [
        "Kierownik", "Kierowniczka działu", "kierownikiem", "Marketing Manager", "International Sales Manager", "Menedżerka", "menadżer",
        "Team Leader", "Assistant Manager", "Assistant Manager, Retail", "Szef zespołu", "szefowa zmiany",
    ],
    "specialist": ["Account Manager", "Key Account Manager", "Project Manager", "Product Owner", "Kierowniczka projektu", "Specjalistka ds. sprzedaży"],
    "assistant": [
        "asystentka prezesa", "asystent dyrektora", "Director's assistant", "sekretarz zarządu", "Sekretarka", "Executive Assistant to the CEO",
        "Asystentka zarządu", "PA to CEO", "asystentka szefa", "Assistant to the Manager",
    ],
    "student": ["Student", "studentka", "Intern", "Stażystka", "praktykant", "Werkstudentin"],
    None: [
        "rzecznik prezesa", "Rzeczniczka prasowa prezesa", "former CEO", "Former President", "ex-CEO", "Ex CEO", "były prezes", "Była prezeska",
        "były właściciel", "były dyrektor", "former director", "Szef kuchni", "szefowa kuchni", "doradca szefa", "kierowca szefa",
        "Vice President", "Internal auditor", "Art Director", "doradca prezesa", "kierowca prezesa", "Kierownik pociągu", "Office of the CEO",
        "Student Success", "Księgowa", "", "---", "Ceo\u0142",
    ],
}  # fmt: skip
CASES = [(title, category) for category, titles in TITLES.items() for title in titles]


@pytest.mark.parametrize(("title", "category"), CASES)
def test_a_job_title_has_the_seniority_a_person_would_give_it(
    title: str, category: str | None
) -> None:
    assert _table()(title) == category


def test_official_polish_titles_of_managers_are_found_and_of_other_people_are_not() -> None:
    folder = os.environ.get("REAL_DATA")
    if not folder:
        pytest.skip("REAL_DATA does not name the folder of real material")
    table, found, total = _table(), Counter[bool](), Counter[bool]()
    with (Path(folder) / "normalise" / "pl_kzis_occupations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            leads = row["major_group"] == "1"  # group 1 of ISCO: managers
            total[leads] += 1
            found[leads] += table(row["title_pl"]) in {"c_level", "director", "manager"}

    assert found[True] >= 0.8 * total[True]
    assert found[False] <= 0.01 * total[False]


def _table() -> WordTable:
    return word_table(compile_model_file(FILE)["derived"]["seniority"]["words"])

"""What a website's form says to visitors, in English and in Polish.

Fields of the default model have labels of their own; any other is called by its name.
"""

from typing import NamedTuple


class Question(NamedTuple):
    """One field's labels, and what browsers may fill in by themselves (HTML's autocomplete)."""

    en: str
    pl: str
    autocomplete: str = ""


QUESTIONS = {
    "email": Question("E-mail address", "Adres e-mail", "email"),
    "name": Question("Name", "Imię i nazwisko", "name"),
    "company": Question("Company", "Firma", "organization"),
    "phone": Question("Phone", "Telefon", "tel"),
    "website": Question("Website", "Strona internetowa", "url"),
    "message": Question("Message", "Wiadomość"),
    "job_title": Question("Job title", "Stanowisko", "organization-title"),
    "company_size": Question("Number of employees", "Liczba pracowników"),
    "revenue": Question("Annual revenue (PLN)", "Roczny przychód (PLN)"),
    "country": Question("Country", "Kraj", "country-name"),
    "industry": Question("Industry", "Branża"),
    "department": Question("Department", "Dział"),
    "department_size": Question("People in the department", "Liczba osób w dziale"),
    "persona": Question("What describes you best?", "Co najlepiej Cię opisuje?"),
}
WORDS = {
    "en": {
        "consent": "I agree to receive marketing messages by e-mail.",
        "honeypot": "Leave this field empty",
        "send": "Send",
    },
    "pl": {
        "consent": "Zgadzam się na otrzymywanie wiadomości marketingowych e-mailem.",
        "honeypot": "Pozostaw to pole puste",
        "send": "Wyślij",
    },
}


def label(name: str, language: str) -> str:
    """Say a field to visitors."""
    question = QUESTIONS.get(name)
    if question is None:
        return name.replace("_", " ").capitalize()
    return question.pl if language == "pl" else question.en


def autocomplete(name: str) -> str:
    """Give HTML's autocomplete word of a field, empty where there is none."""
    question = QUESTIONS.get(name)
    return question.autocomplete if question else ""

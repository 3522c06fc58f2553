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
# said after a mistake, by the code a browser is sent back with; "other" is any other code
MISTAKES = {
    "en": {
        "validation_failed": "Please check what you entered, and send it again.",
        "too_many_fields": "The form sent more than it may. Please reload the page and try again.",
        "temporarily_unavailable": "We cannot take it right now. Please try again in a minute.",
        "other": "That did not work. Please check the form and send it again.",
    },
    "pl": {
        "validation_failed": "Sprawdź wpisane dane i wyślij formularz ponownie.",
        "too_many_fields": "Formularz wysłał zbyt wiele pól. Odśwież stronę i spróbuj ponownie.",
        "temporarily_unavailable": "Chwilowo nie możemy przyjąć formularza. Spróbuj za minutę.",
        "other": "Nie udało się wysłać formularza. Sprawdź go i wyślij ponownie.",
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

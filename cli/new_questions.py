"""The ten questions of `lead-scoring new`, in English and Polish, and how their answers are read.

An empty answer takes what stands in brackets. What cannot be read is asked for again, with a
sentence that says why; where nobody is at the terminal any more, what is left takes its default.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from modelling.country_names import country_code, nearest_country
from modelling.new_model import PAGES_MAX, Wishes

LIST_MAX = 20  # of anything: more is a list nobody weighs
WORD_MAX = 60
CALLS_MAX = 500  # a day, of one team
_WEBSITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")


class AnswerUnclearError(ValueError):
    """An answer that cannot be read; the message says in which words to give it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its words in both languages, what Enter takes, and what an answer changes."""

    en: str
    pl: str
    default: str
    read: Callable[[str, Wishes], Wishes]

    def words(self, language: str) -> str:
        return self.pl if language == "pl" else self.en


def ask_all(language: str, ask: Callable[[str], str], tell: Callable[[str], None]) -> Wishes:
    """Ask everything; `ask` gives an answer to a prompt and raises EOFError where nobody answers.

    `tell` says why an answer was not understood.
    """
    wishes = Wishes(language=language)
    nobody = False
    for number, question in enumerate(QUESTIONS, start=1):
        prompt = f"{number}/{len(QUESTIONS)} {question.words(language)}\n   [{question.default}] "
        while not nobody:
            try:
                given = ask(prompt).strip()
            except EOFError:
                nobody = True
                break
            try:
                wishes = question.read(given or question.default, wishes)
                break
            except AnswerUnclearError as unclear:
                tell(f"   {unclear}")
        if nobody:
            wishes = question.read(question.default, wishes)
    return wishes


def _website(given: str, wishes: Wishes) -> Wishes:
    address = given if "://" in given else f"https://{given}"
    if not _WEBSITE.fullmatch(address):
        raise AnswerUnclearError("Write an address such as https://www.example.com")
    return replace(wishes, website=address)


def _words(given: str, least: int = 1) -> list[str]:
    words = [" ".join(word.split()) for word in re.split(r"[,;\n]", given)]
    words = [word for word in words if word and word not in {"-", "—"}]
    if len(words) > LIST_MAX:
        raise AnswerUnclearError(f"These are more than {LIST_MAX}: name those that matter most")
    for word in words:
        if len(word) > WORD_MAX or not word.isprintable() or not re.search(r"\w", word):
            raise AnswerUnclearError(
                f"Write words of up to {WORD_MAX} letters, with commas between"
            )
    if len(words) < least:
        raise AnswerUnclearError("Write at least one, or press Enter for what stands in brackets")
    return words


def _positions(given: str) -> list[str]:
    words = _words(given)
    for word in words:
        if not re.fullmatch(r"[^\W_](?:[\w .&-]*\w)?\*?", word):
            raise AnswerUnclearError(
                f'"{word}": write plain words; a * at the end completes one (prezes*)'
            )
    return words


def _buyers(given: str, wishes: Wishes) -> Wishes:
    return replace(wishes, buyers=_positions(given))


def _never(given: str, wishes: Wishes) -> Wishes:
    return replace(wishes, never=_positions(given))


def _size(given: str, wishes: Wishes) -> Wishes:
    found = [int(number.replace(" ", "")) for number in re.findall(r"\d[\d ]{0,9}", given)]
    if not found and given.strip().casefold() in {"-", "any", "all", "każda", "dowolna"}:
        return wishes
    if re.search(r"\+|from|od |more|over|ponad", given.casefold()) and len(found) == 1:
        return replace(wishes, size=(found[0], None))
    if len(found) != 2 or found[0] >= found[1]:
        raise AnswerUnclearError("Write two numbers such as 10-250, one such as 50+, or any")
    return replace(wishes, size=(found[0], found[1] + 1))


def _countries(given: str, wishes: Wishes) -> Wishes:
    return replace(wishes, countries=[_country(word) for word in _words(given)])


def _country(word: str) -> str:
    if country_code(word) is None:
        near = nearest_country(word)
        meant = f", is {near} meant?" if near else "; write its name or code (DE)"
        raise AnswerUnclearError(f'"{word}" is no country we know{meant}')
    return word


def _industries(given: str, wishes: Wishes) -> Wishes:
    return replace(wishes, industries=_words(given, least=0))


def _not_served(given: str, wishes: Wishes) -> Wishes:
    """Countries and industries in one list: what is no country is an industry."""
    words = _words(given, least=0)
    countries = [word for word in words if country_code(word) is not None]
    others = [word for word in words if word not in countries]
    return replace(wishes, unserved_countries=countries, unserved_industries=others)


def _signs(given: str) -> tuple[list[str], list[str]]:
    """Tell pages, which are paths, from actions, which are words."""
    words = _words(given, least=0)
    paths = [word for word in words if word.startswith("/")]
    for path in paths:
        if not re.fullmatch(r"/[\w./~%-]*", path) or path == "/":
            raise AnswerUnclearError(f'"{path}": a page is a path such as /pricing')
    if len(paths) > PAGES_MAX:
        raise AnswerUnclearError(f"Name {PAGES_MAX} pages at most: those that tell most")
    return paths, [word for word in words if not word.startswith("/")]


def _interest(given: str, wishes: Wishes) -> Wishes:
    pages, actions = _signs(given)
    return replace(wishes, pages=pages, actions=actions)


def _opposite(given: str, wishes: Wishes) -> Wishes:
    pages, actions = _signs(given)
    return replace(wishes, pages_against=pages, actions_against=actions)


def _calls(given: str, wishes: Wishes) -> Wishes:
    if not given.isdecimal() or not 1 <= int(given) <= CALLS_MAX:
        raise AnswerUnclearError(f"Write a number from 1 to {CALLS_MAX}")
    return replace(wishes, calls_a_day=int(given))


QUESTIONS = (
    Asked("Your website?", "Adres waszej strony?", "https://www.example.com", _website),
    Asked(
        "Who decides to buy? Positions, with commas between; a * completes a word.",
        "Kto decyduje o zakupie? Stanowiska po przecinku; * dopełnia słowo.",
        "ceo, founder, owner, head of, director*, prezes*, właściciel*, dyrektor*",
        _buyers,
    ),
    Asked(
        "Who never buys?",
        "Kto nigdy nie kupuje?",
        "student*, intern, assistant*, stażyst*, asystent*",
        _never,
    ),
    Asked(
        "How many employees do companies have that you serve best? 10-250, 50+ or any.",
        "Ilu pracowników mają firmy, którym służycie najlepiej? 10-250, 50+ albo any.",
        "10-250",
        _size,
    ),
    Asked(
        "Which countries do you sell to?", "W jakich krajach sprzedajecie?", "Poland", _countries
    ),
    Asked(
        "Which industries are marketing's target group? A part of the word is enough.",
        "Jakie branże są grupą docelową marketingu? Wystarczy część słowa.",
        "software, e-commerce, technolog, marketing",
        _industries,
    ),
    Asked(
        "Which countries and industries do you not serve?",
        "Jakich krajów i branż nie obsługujecie?",
        "Russia, Belarus, gambling, hazard",
        _not_served,
    ),
    Asked(
        "Which pages (/pricing) and actions (demo, webinar...) show interest? The strongest first.",
        "Jakie strony (/cennik) i działania (demo, webinar...) świadczą o zainteresowaniu? "
        "Najmocniejsze najpierw.",
        "/pricing, /cennik, /case-studies, demo, webinar, registration, download, reply",
        _interest,
    ),
    Asked(
        "Which show the opposite?",
        "Jakie świadczą o czymś przeciwnym?",
        "/careers, /jobs, /kariera, /praca",
        _opposite,
    ),
    Asked(
        "How many leads can sales call in a day?",
        "Do ilu leadów dziennie mogą zadzwonić handlowcy?",
        "12",
        _calls,
    ),
)  # at most ten: nobody answers an eleventh

"""Names of countries in the languages our leads write, each with its ISO code.

From Unicode's CLDR, as Babel carries it, with the short names people use that CLDR does not
list. Where two countries share a name, the earlier language decides; codes win over names.
"""

from __future__ import annotations

import difflib
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global

from functions.scoring.conditions import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = (
    *("en", "pl", "de", "fr", "es", "uk", "cs", "sk", "it", "nl", "pt"),
    *("ro", "hu", "lt", "lv", "et", "sv", "da", "nb", "fi", "ru"),
)
NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
# what people write and CLDR does not list: short names, and the long ones of ISO 3166
SPOKEN = {
    "AE": "uae | zea | emiraty | emirates | emiraty arabskie | Об'єднані Арабські Емірати",  # noqa: RUF001 - Ukrainian
    "BA": "bosnia | bośnia",
    "BO": "bolivia, plurinational state of | bolivien, plurinationaler staat",
    "CD": "democratic republic of the congo | congo, the democratic republic of the | dr congo"
    " | demokratyczna republika konga | demokratische republik kongo"
    " | république démocratique du congo | república democrática del congo",
    "CI": "ivory coast | cote d'ivoire | wybrzeże kości słoniowej",
    "CN": "people's republic of china | prc | chrl | chińska republika ludowa",
    "CV": "cape verde",
    "CZ": "czech republic | republika czeska | česká republika | tschechische republik | česko",
    "DE": "brd | rfn | federal republic of germany | bundesrepublik deutschland"
    " | republika federalna niemiec",
    "DO": "republika dominikańska",
    "GB": "uk | u.k. | great britain | britain | england | scotland | wales | northern ireland"
    " | anglia | szkocja | walia | großbritannien | grande-bretagne | gran bretaña"
    " | united kingdom of great britain and northern ireland | zjednoczone królestwo",
    "GR": "hellas",
    "HK": "hong kong | hongkong | Гонконг",
    "IE": "republic of ireland | eire",
    "IR": "iran, islamic republic of | iran, islamische republik | islamic republic of iran",
    "KP": "north korea | korea, democratic people's republic of | korea północna",
    "KR": "korea | south korea | republic of korea | korea, republic of | republika korei"
    " | korea, republik | corée, république de | corea, república de | corea",
    "LA": "lao people's democratic republic | laotańska republika ludowo-demokratyczna",
    "MD": "republic of moldova | moldova, republic of",
    "MK": "macedonia | republic of north macedonia",
    "MM": "burma | birma | mjanma | birmanie | birmania | myanmar",
    "MO": "macau | macao | makau",
    "NL": "holland | the netherlands | holandia | hollande | holanda",
    "PL": "rp | rzeczpospolita polska | republic of poland | republika polska",
    "PS": "palestine | palestyna | palästina | palestine, state of | palestina",
    "RU": "russian federation | federacja rosyjska | russische föderation"
    " | fédération de russie | federación rusa | Російська Федерація | Российская Федерация",
    "SK": "slovak republic | republika słowacka",
    "SY": "syrian arab republic",
    "SZ": "swaziland",
    "TL": "east timor | timor wschodni",
    "TR": "turkey | republic of türkiye",
    "TW": "taiwan, province of china",
    "TZ": "tanzania, united republic of | united republic of tanzania",
    "US": "usa | u.s.a. | u.s. | united states of america | stany zjednoczone ameryki | america"
    " | stany zjednoczone ameryki północnej | ameryka | stany | vereinigte staaten von amerika",
    "VA": "vatican | watykan | holy see | holy see (vatican city state)",
    "VE": "venezuela, bolivarian republic of | bolivarian republic of venezuela",
    "VN": "viet nam | socialist republic of vietnam",
    "ZA": "rsa | południowa afryka | Південна Африка",
}
AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "pl": "i", "nl": "en", "it": "e"}
APOSTROPHES = "'’ʼ"  # noqa: RUF001 - they differ


@cache
def country_codes() -> Mapping[str, str]:
    """Give the ISO alpha-2 code of every folded name and code, sorted by name."""
    codes: dict[str, str] = {}
    for code in _alpha2():
        codes[fold(code)] = code
    for alpha3, (code, *_) in get_global("territory_aliases").items():
        if len(alpha3) == 3 and alpha3.isalpha() and code in _alpha2():
            codes.setdefault(fold(alpha3), code)
    for code, names in SPOKEN.items():
        for name in names.split(" | "):
            codes[fold(name)] = code
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in _alpha2():
                for variant in _variants(name, language):
                    codes.setdefault(fold(variant), code)
    return MappingProxyType(dict(sorted(codes.items())))


def country_code(name: str) -> str | None:
    """Give the ISO code of a country named in any of the languages, or by a code; None for no
    country.
    """
    return country_codes().get(fold(name))


def nearest_country(name: str) -> str | None:
    """Give the known name that is most like this one, for people to choose."""
    near = difflib.get_close_matches(fold(name), country_codes(), n=1, cutoff=0.7)
    return near[0] if near else None


def _variants(name: str, language: str) -> Iterator[str]:
    """Give a name as CLDR writes it, and as people type it."""
    typed = name.replace("St. ", "Saint ").replace(" & ", f" {AND.get(language, '&')} ")
    for spelling in (name, typed):
        for mark in APOSTROPHES:
            yield spelling.translate({ord(other): mark for other in APOSTROPHES})


@cache
def _alpha2() -> frozenset[str]:
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NO_COUNTRIES

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
    from collections.abc import Mapping

LANGUAGES = (
    *("en", "pl", "de", "fr", "es", "uk", "cs", "sk", "it", "nl", "pt"),
    *("ro", "hu", "lt", "lv", "et", "sv", "da", "nb", "fi", "ru"),
)
NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
SPOKEN = {
    "GB": (
        "uk, great britain, britain, england, scotland, wales, northern ireland, anglia, "
        "szkocja, walia, u.k."
    ),
    "US": (
        "usa, u.s.a., u.s., united states of america, stany zjednoczone ameryki, america, "
        "ameryka, stany"
    ),
    "CZ": "czech republic, czechia, republika czeska, ceska republika, tschechische republik",
    "NL": "holandia, holland, hollande, holanda, the netherlands",
    "PL": "rp, rzeczpospolita polska, republic of poland, republika polska",
    "DE": (
        "brd, republika federalna niemiec, rfn, federal republic of germany, bundesrepublik "
        "deutschland"
    ),
    "AE": "uae, zea, emiraty, emirates, emiraty arabskie",
    "KR": "korea, south korea, korea poludniowa, republic of korea",
    "KP": "north korea",
    "TR": "turkey",
    "RU": "russian federation, federacja rosyjska",
    "CN": "people's republic of china, prc, chrl",
    "MK": "macedonia",
    "MD": "republic of moldova",
    "VN": "viet nam",
    "CI": "ivory coast, cote d'ivoire",
    "SZ": "swaziland",
    "MM": "burma, birma",
    "CV": "cape verde",
    "IE": "republic of ireland, eire",
    "BA": "bosnia",
    "SK": "slovak republic, republika slowacka",
}


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
        for name in names.split(", "):
            codes[fold(name)] = code
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in _alpha2():
                codes.setdefault(fold(name), code)
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


@cache
def _alpha2() -> frozenset[str]:
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NO_COUNTRIES

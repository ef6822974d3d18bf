"""Licences by the names that the EU's authority table gives them, as DCAT-AP-NO wants it.

http://publications.europa.eu/resource/authority/licence
"""

from __future__ import annotations

_EU = "http://publications.europa.eu/resource/authority/licence/"
_CC = "https://creativecommons.org/"
#: Address of the text, EU name, readers' name.
LICENCES = (
    (_CC + "licenses/by/4.0/", _EU + "CC_BY_4_0", "CC BY 4.0"),
    (_CC + "licenses/by-sa/4.0/", _EU + "CC_BYSA_4_0", "CC BY-SA 4.0"),
    (_CC + "licenses/by-sa/3.0/", _EU + "CC_BYSA_3_0", "CC BY-SA 3.0"),
    (_CC + "publicdomain/zero/1.0/", _EU + "CC0", "CC0 1.0"),
    ("https://data.norge.no/nlod/no/2.0", _EU + "NLOD_2_0", "NLOD 2.0"),
)


def authority_name(licence: str) -> str:
    """Return the EU's IRI for a licence that is known by its text, else ``licence`` itself."""
    return next((eu for text, eu, _ in LICENCES if text == licence), licence)


def text_and_name(licence: str) -> tuple[str, str]:
    """Return where the text of a licence stands and what readers call it."""
    found = ((text, name) for text, eu, name in LICENCES if licence in (text, eu))
    return next(found, (licence, licence))

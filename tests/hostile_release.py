"""A release whose every label, IRI and language tag is out to do harm."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from small_release import BASE, EX, LABEL, LINES, TYPE, A, write_release

MARK = "XSS"  # what a script would say if one ever ran
_PAYLOADS = (
    f"<script>alert('{MARK}')</script>",
    f"<img src=x onerror=alert('{MARK}')>",
    f"<svg onload=alert('{MARK}')>",
    f"</title><script>alert('{MARK}')</script>",
    f"</script><script>alert('{MARK}')</script>",
    f"<!--<script>alert('{MARK}')</script>",
    f"]]><script>alert('{MARK}')</script>",
    f"javascript:alert('{MARK}')",
    f"{{{{ 7 * 7 }}}}{{% raw %}}{MARK}",
    f"${{alert('{MARK}')}}`{MARK}`",
    f"\\u003cscript\\u003ealert('{MARK}')",
    f"%3Cscript%3Ealert('{MARK}')%3C/script%3E",
    f"&lt;script&gt;alert('{MARK}')&lt;/script&gt;",
    f"<a href=javascript:alert('{MARK}')>x</a>",
    f"<iframe srcdoc=\"<script>alert('{MARK}')</script>\">",
    f"<form action=//elsewhere.example><input name=q><button>{MARK}",
    f"<style>*{{display:none}}</style>{MARK}",
    f"<base href=//elsewhere.example>{MARK}",
    f"<meta http-equiv=refresh content=0;url=//elsewhere.example>{MARK}",
    f"=cmd|' /C calc'!A0{MARK}",
)
_SETTINGS = (
    "{}",
    '"{}',
    "'{}",
    "\r\n\r\n{}",
    "\u202e{}\u202c",
    "{} " + "a" * 300,
    "\u2028{}\u0000".replace("\0", "\ufffd"),
    "\ufeff{}\u200b",
)
LABELS = [setting.format(payload) for payload, setting in product(_PAYLOADS, _SETTINGS)]
IRIS = [
    f"javascript:alert('{MARK}')",
    f"JaVaScRiPt:alert('{MARK}')",
    f"data:text/html,%3Cscript%3Ealert('{MARK}')%3C/script%3E",
    f"vbscript:msgbox('{MARK}')",
    f"blob:http://elsewhere.example/{MARK}",
    f"file:///etc/passwd#{MARK}",
    f"view-source:http://elsewhere.example/{MARK}",
    f"//elsewhere.example/{MARK}".replace("//", "x://"),
    f"http://elsewhere.example/?q='{MARK}'&amp;onload=1",
    f"http://elsewhere.example/%0d%0aSet-Cookie:{MARK}=1",
    f"{EX}%22onmouseover=alert('{MARK}')",
    f"{EX}'onmouseover=alert('{MARK}')//",
    f"{EX}%3Cscript%3Ealert('{MARK}')",
    f"{EX}..%2f..%2fetc%2fpasswd{MARK}",
    f"{EX}../../{MARK}",
    f"{EX}a;b,c(d)*e+f@{MARK}!",
    f"{EX}\u202e{MARK}",
    f"urn:x:{MARK}'()",
    f"mailto:{MARK}@elsewhere.example?bcc=all@elsewhere.example",
    f"tel:{MARK}",
]
LANGUAGES = [f"x-{tag}" for tag in ("onload", "script", "a" * 8, "nb", "javascri")]
LANGUAGES += ["en-x-alert", "nb-x-script", "nn-Latn-x-style", "zzz", "i-klingon"]
#: Names that SPARQL allows for variables.
VARIABLES = ["constructor", "__proto__", "toString", "hasOwnProperty", "é", "x" * 60, "onload"]
VARIABLES += ["script", "innerHTML", "length", "prototype", "then", "Ø", "naïve", "_", "0"]


def hostile_lines() -> list[tuple[str, str, str, str]]:
    """Return the quads: a thing for each label, each IRI as thing, class, property and value."""
    lines = list(LINES)
    see = "<http://www.w3.org/2000/01/rdf-schema#seeAlso>"
    comment = "<http://www.w3.org/2000/01/rdf-schema#comment>"
    for number, label in enumerate(LABELS):
        thing = f"<{EX}evil/{number}>"
        lines += [
            (thing, TYPE, f"<{EX}Evil>", A),
            (thing, LABEL, _literal(label), A),
            (thing, comment, _literal(label, LANGUAGES[number % len(LANGUAGES)]), A),
            (thing, see, f"<{IRIS[number % len(IRIS)]}>", A),
        ]
    for number, iri in enumerate(IRIS):
        lines += [
            (f"<{iri}>", TYPE, f"<{EX}Evil>", A),
            (f"<{iri}>", LABEL, _literal(LABELS[number]), A),
            (f"<{EX}odd/{number}>", TYPE, f"<{iri}>", A),
            (f"<{EX}odd/{number}>", f"<{iri}>", _literal(LABELS[number]), A),
        ]
    evil = "http://www.w3.org/2002/07/owl#"
    for number, payload in enumerate(_PAYLOADS):
        term = f"<{EX}Term{number}>"
        lines += [
            (term, TYPE, f"<{evil}Class>" if number % 2 else f"<{evil}ObjectProperty>", A),
            (term, LABEL, _literal(payload), A),
            (term, "<http://www.w3.org/2004/02/skos/core#definition>", _literal(payload), A),
        ]
    lines.append((f"<{BASE}graph/a>", LABEL, _literal(LABELS[0]), A))
    return lines


def write_hostile_release(folder: Path) -> Path:
    """Write the release into ``folder``."""
    return write_release(folder, hostile_lines())


def _literal(text: str, language: str = "") -> str:
    import pyoxigraph as ox

    return str(ox.Literal(text, language=language) if language else ox.Literal(text))

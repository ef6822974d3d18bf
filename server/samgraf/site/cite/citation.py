"""A citation, and how each format writes it.

BibTeX: http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf; RIS: lines of a tag and a value;
CSL-JSON: https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from samgraf.site.language import plain_text


class MakerName(NamedTuple):
    """Who made something; a person's name in two parts where these are known."""

    whole: str
    family: str = ""
    given: str = ""
    is_person: bool = False


@dataclass(frozen=True)
class Citation:
    """What is cited, by whom, as of when, and where it is; what is unknown is empty.

    ``kind`` is one of KINDS, ``issued`` an ISO 8601 date, year or month. ``container`` is the whole
    of which this is a part, ``version`` that of the whole, ``release`` its hash, and ``answer`` the
    hash of an answer.
    """

    kind: str
    title: str
    iri: str
    authors: tuple[MakerName, ...] = ()
    publisher: str = ""
    issued: str = ""
    container: str = ""
    version: str = ""
    number: str = ""
    release: str = ""
    answer: str = ""
    licence: str = ""
    language: str = ""

    @property
    def year(self) -> str:
        """Return the year of issue."""
        return self.issued[:4] if _YEAR.match(self.issued) else ""


class WorkKind(NamedTuple):
    """What the formats call a kind: the type in BibTeX, in RIS and in CSL."""

    bibtex: str
    ris: str
    csl: str


KINDS = {
    "dataset": WorkKind("misc", "DATA", "dataset"),
    "entry": WorkKind("misc", "DATA", "entry"),
    "report": WorkKind("techreport", "RPRT", "report"),
    "article": WorkKind("misc", "GEN", "article"),
    "book": WorkKind("book", "BOOK", "book"),
    "webpage": WorkKind("misc", "ELEC", "webpage"),
    "document": WorkKind("misc", "GEN", "document"),
}
_YEAR = re.compile(r"\d{4}(?:-\d\d){0,2}(?:$|T)")
_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
#: A brace counts in BibTeX even behind a backslash, so that an escaped one must not be a brace.
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{c: "\\" + c for c in "$&#%_"},
    }
)


def as_text(citation: Citation, language: str) -> str:
    """Return the citation in words: who (year). What. In which whole, version. Where."""
    title = _line(citation.title)
    parts = []
    if authors := "; ".join(_line(name.whole) for name in citation.authors):
        parts.append(f"{authors} ({citation.year})" if citation.year else authors)
        parts.append(title)
    else:
        parts.append(f"{title} ({citation.year})" if citation.year else title)
    if citation.container:
        parts.append(plain_text(language, "cite_in", whole=_line(citation.container)))
    if citation.number:
        parts.append(_line(citation.number))
    if citation.version:
        version = _line(citation.version)
        is_said = version.lower().startswith("version")  # as some write it into the number
        parts.append(version if is_said else plain_text(language, "cite_version", version=version))
    if citation.publisher and citation.publisher not in {n.whole for n in citation.authors}:
        parts.append(_line(citation.publisher))
    if citation.release:
        parts.append(plain_text(language, "cite_release", release=citation.release))
    if citation.answer:
        parts.append(plain_text(language, "cite_answer", answer=citation.answer))
    sentences = " ".join(p if p.endswith((".", "?", "!")) else f"{p}." for p in parts)
    return f"{sentences} {citation.iri}"


def as_bibtex(citation: Citation, language: str) -> str:
    """Return an entry of a BibTeX file in UTF-8."""
    fields = {
        "author": " and ".join(map(_bibtex_name, citation.authors)),
        "title": f"{{{_bibtex(citation.title)}}}",
        "year": citation.year,
        "number": _bibtex(citation.number),
        "publisher": _bibtex(citation.publisher),
        "howpublished": _bibtex(_within(citation, language)),
        "version": _bibtex(citation.version),
        "url": citation.iri,
        "note": _bibtex(_note(citation, language)),
    }
    if citation.kind == "report":
        fields["institution"] = fields.pop("publisher")
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{KINDS[citation.kind].bibtex}{{{_key(citation)},\n" + ",\n".join(lines) + "\n}\n"


def as_ris(citation: Citation, language: str) -> str:
    """Return a record of a RIS file in UTF-8; its lines end with carriage return and line feed."""
    lines = [
        ("TY", KINDS[citation.kind].ris),
        *(("AU", f"{n.family}, {n.given}" if n.family else n.whole) for n in citation.authors),
        ("TI", citation.title),
        ("T2", citation.container),
        ("PY", citation.year),
        ("DA", citation.issued[:10].replace("-", "/") if citation.year else ""),
        ("PB", citation.publisher),
        ("ET", citation.version),
        ("M1", citation.number),
        ("LA", citation.language),
        ("UR", citation.iri),
        ("N1", _note(citation, language)),
    ]
    written = [f"{tag}  - {_line(value)}" for tag, value in lines if _line(value)]
    return "\r\n".join([*written, "ER  - ", ""])


def as_csl(citation: Citation, language: str) -> str:
    """Return an item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": citation.iri,
        "type": KINDS[citation.kind].csl,
        "title": _line(citation.title),
        "author": [_csl_name(name) for name in citation.authors],
        "container-title": _line(citation.container),
        "publisher": _line(citation.publisher),
        "version": _line(citation.version),
        "number": _line(citation.number),
        "license": citation.licence,
        "language": citation.language,
        "URL": citation.iri,
        "note": _note(citation, language),
    }
    if citation.year:
        parts = citation.issued[:10].split("-")
        item["issued"] = {"date-parts": [[int(part) for part in parts]]}
    # a line for each field, since pages show it too
    fields = [
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in item.items()
        if value
    ]
    return "{\n  " + ",\n  ".join(fields) + "\n}"


class CitationFormat(NamedTuple):
    """A format of citations: its name for readers, the end of addresses, its type, its writer.

    ``around`` is what stands before, between and after the citations of a file.
    """

    title: str
    suffix: str
    media_type: str
    write_one: Callable[[Citation, str], str]
    around: tuple[str, str, str] = ("", "", "")

    def write(self, citations: Iterable[Citation], language: str) -> str:
        """Return a file of ``citations``."""
        before, between, after = self.around
        written = between.join(self.write_one(citation, language) for citation in citations)
        return f"{before}{written}{after}"


FORMATS = (
    CitationFormat("BibTeX", "bib", "application/x-bibtex", as_bibtex),
    CitationFormat("RIS", "ris", "application/x-research-info-systems", as_ris),
    CitationFormat(
        "CSL-JSON",
        "csl",
        "application/vnd.citationstyles.csl+json",
        as_csl,
        ("[", ",\n", "]\n"),
    ),
    CitationFormat("text", "txt", "text/plain", as_text, ("", "\n", "\n")),
)


def _line(text: str) -> str:
    """Return ``text`` on one line, without control characters."""
    return _SPACE.sub(" ", text).strip()


def _bibtex(text: str) -> str:
    return _line(text).translate(_BIBTEX)


def _bibtex_name(name: MakerName) -> str:
    if name.family:
        return f"{{{_bibtex(name.family)}}}, {_bibtex_given(name.given)}"
    # a name of several words is read as that of a person, unless in braces
    is_plain = name.is_person and not re.search(r"[,{}]|\band\b", name.whole)
    return _bibtex(name.whole) if is_plain else f"{{{_bibtex(name.whole)}}}"


def _bibtex_given(given: str) -> str:
    return f"{{{_bibtex(given)}}}" if re.search(r",|\band\b", given) else _bibtex(given)


def _csl_name(name: MakerName) -> dict[str, str]:
    if name.family:
        return {"family": _line(name.family), "given": _line(name.given)}
    return {"literal": _line(name.whole)}


def _within(citation: Citation, language: str) -> str:
    if not citation.container:
        return ""
    return plain_text(language, "cite_in", whole=citation.container)


def _note(citation: Citation, language: str) -> str:
    """Return what no field of a format is for: the hashes and the licence."""

    def told() -> Iterator[str]:
        if citation.release:
            yield plain_text(language, "cite_release", release=citation.release)
        if citation.answer:
            yield plain_text(language, "cite_answer", answer=citation.answer)
        if citation.licence:
            yield plain_text(language, "cite_licence", licence=citation.licence)

    return "; ".join(told())


def _key(citation: Citation) -> str:
    """Return a key of ASCII letters, digits and hyphens, made of the IRI and the version."""
    name = re.sub(r"^\w+://[^/]*/|[?#].*", "", citation.iri)
    parts = (name, citation.version or citation.year, citation.answer[:8])
    key = re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(filter(None, parts)))
    return key.strip("-.") or "cited"

"""A small formatter for Turtle that reads as if written by hand.

https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

BASE = "https://w3id.org/samgraf/id/"
GRAPH = "https://w3id.org/samgraf/graph/"
OWN_LICENCE = "https://creativecommons.org/licenses/by/4.0/"

PREFIXES = {
    "sg": "https://w3id.org/samgraf/ontology#",
    "adms": "http://www.w3.org/ns/adms#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: A line of objects longer than this is broken, one object a line.
_WIDTH = 100

Pair = tuple[str, str | Iterable[str]]


def ref(path: str) -> str:
    """Return an IRI reference, relative to the base of all things."""
    return f"<{path}>"


def text(value: str, language: str = "") -> str:
    """Return a string literal, with a language tag where one is given."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"' + (f"@{language}" if language else "")


def labels(nb: str, nn: str | None = None, en: str | None = None) -> list[str]:
    """Return a label in the three languages; one form alone stands for all of them."""
    return [text(nb, "nb"), text(nn or nb, "nn"), text(en or nb, "en")]


def comments(*several: tuple[str, str, str]) -> list[str]:
    """Return remarks, each told in nb, nn and en, joined to one literal a language."""
    if not several:
        return []
    joined = (" ".join(parts) for parts in zip(*several, strict=True))
    return [text(t, tag) for t, tag in zip(joined, ("nb", "nn", "en"), strict=True)]


def day(value: str) -> str:
    """Return an ``xsd:date``; ``value`` is YYYY-MM-DD."""
    return f'"{value}"^^xsd:date'


def year(value: str) -> str:
    """Return an ``xsd:gYear``; ``value`` is YYYY."""
    return f'"{value}"^^xsd:gYear'


def number(value: str) -> str:
    """Return an integer or a decimal in canonical form, as Turtle shorthand."""
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise ValueError(f"{value!r} is not a plain number")
    whole, _, fraction = value.partition(".")
    fraction = fraction.rstrip("0")
    if "." in value:
        # a decimal without a fraction would come back from the store in another form
        if not fraction:
            raise ValueError(f"{value!r} is a decimal without a fraction")
        return f"{int(whole)}.{fraction}"
    return str(int(whole))


def block(subject: str, *pairs: Pair) -> str:
    """Return the description of ``subject``; a pair with no object is left out."""
    lines = []
    for predicate, objects in pairs:
        several = [objects] if isinstance(objects, str) else list(objects)
        if not several:
            continue
        line = f"{predicate} {' , '.join(several)}"
        if len(line) > _WIDTH and len(several) > 1:
            line = f"{predicate} " + " ,\n        ".join(several)
        lines.append(line)
    return f"{subject} " + " ;\n    ".join(lines) + " ."


@dataclass
class Document:
    """One Turtle file: what it is, where it comes from, and the blocks in their order."""

    name: str
    heading: str
    title: tuple[str, str, str]
    sources: list[str]
    modified: str
    licence: str = OWN_LICENCE
    #: In English alone, or in Bokmål, Nynorsk and English.
    description: str | tuple[str, str, str] = ""
    blocks: list[str] = field(default_factory=list)

    def add(self, subject: str, *pairs: Pair) -> None:
        """Append the description of ``subject``, an IRI path below the base."""
        self.blocks.append(block(ref(subject), *pairs))

    def section(self, title: str) -> None:
        """Append a comment that opens a section."""
        self.blocks.append(f"# ---- {title} ----")

    def render(self) -> str:
        """Return the whole file."""
        header = block(
            f"<{GRAPH}{self.name}>",
            ("a", "void:Dataset"),
            ("dct:title", labels(*self.title)),
            ("dct:description", self._descriptions()),
            ("dct:source", [f"<{s}>" for s in self.sources]),
            ("dct:license", f"<{self.licence}>"),
            ("dct:modified", day(self.modified)),
        )
        body = "\n\n".join([header, *self.blocks]) + "\n"
        used = [p for p in PREFIXES if re.search(rf"(?<![\w:/]){p}:\w", body)]
        comment = textwrap.fill(self.heading, _WIDTH, initial_indent="# ", subsequent_indent="# ")
        prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in used)
        return f"{comment}\n\n@base <{BASE}> .\n{prefixes}\n{body}"

    def _descriptions(self) -> list[str]:
        if isinstance(self.description, tuple):
            return labels(*self.description)
        return [text(self.description, "en")] if self.description else []

    def write(self, folder: Path) -> Path:
        """Write the file below ``folder`` and return its path."""
        path = folder / f"{self.name}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.render(), "utf-8")
        return path

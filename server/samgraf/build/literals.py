"""Literals: whether the store gives each back as it was written, and whether it is well formed.

The Oxigraph store keeps values, not forms: ``"01"^^xsd:integer`` would come back as ``1``, so that
a reader of the dump and a reader of the endpoint would see different data. The forms that a
datatype allows are laid down in https://www.w3.org/TR/xmlschema11-2/.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

import pyoxigraph as ox

from samgraf.build.content import Loaded, LoadedFile
from samgraf.build.content.lines import without_comments
from samgraf.errors import ContentError
from samgraf.vocab import XSD


def is_well_formed(literal: ox.Literal) -> bool:
    """Return whether ``literal`` has a form that its XSD datatype allows; others always have."""
    import rdflib

    if literal.language or not literal.datatype.value.startswith(XSD):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        datatype = rdflib.URIRef(literal.datatype.value)
        return rdflib.Literal(literal.value, datatype=datatype).ill_typed is not True


_TAGGED = re.compile(
    r'''(?:"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')@([a-zA-Z]+(?:-\w+)*)''',
    re.DOTALL,
)


def altered_literals(loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each literal, per file, that the store would alter."""
    literals = dict.fromkeys(q.object for q in loaded.quads() if isinstance(q.object, ox.Literal))
    altered = dict(_altered(list(literals)))
    for file in loaded.files:
        literals = (t.object for t in file.triples if isinstance(t.object, ox.Literal))
        used = (literal for literal in literals if literal in altered)
        for literal in dict.fromkeys(used):
            yield ContentError(
                f"The store would turn {literal} into {altered[literal]}.",
                file.file.name,
                _line(file.text, literal),
                f"Write {altered[literal]}, or keep the form as a plain string.",
            )
        yield from _capital_tags(file)


def _capital_tags(file: LoadedFile) -> Iterator[ContentError]:
    """Yield a fault for each language tag with capitals, which the parser itself makes small."""
    text = without_comments(file.text)
    for match in _TAGGED.finditer(text):
        if match[1] != match[1].lower():
            yield ContentError(
                f"The store would turn the language tag @{match[1]} into @{match[1].lower()}.",
                file.file.name,
                text.count("\n", 0, match.start(1)) + 1,
                f"Write @{match[1].lower()}.",
            )


def _altered(literals: list[ox.Literal]) -> Iterator[tuple[ox.Literal, object]]:
    store = ox.Store()
    predicate = ox.NamedNode("urn:x:is")
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:x:{i}"), predicate, term) for i, term in enumerate(literals)
    )
    for quad in store:
        before = literals[int(quad.subject.value.removeprefix("urn:x:"))]
        if before != quad.object:
            yield before, quad.object


def _line(text: str, literal: ox.Literal) -> int | None:
    value = re.escape(literal.value)
    pattern = re.compile(rf"""["']{value}["']""")
    if literal.language:
        pattern = re.compile(rf"""["']{value}["']@{re.escape(literal.language)}\b""")
    bare = re.compile(rf"(?<![\w.+-]){value}(?![\w]|\.\d)")
    lines = without_comments(text).splitlines()
    for candidate in (pattern, bare):
        for number, line in enumerate(lines, 1):
            if candidate.search(line):
                return number
    return None

"""Literals: whether the store gives each back as it was written.

The Oxigraph store keeps values, not forms: ``"01"^^xsd:integer`` would come back as ``1``, so that
a reader of the dump and a reader of the endpoint would see different data. The forms that a
datatype allows are laid down in https://www.w3.org/TR/xmlschema11-2/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded, LoadedFile
from samgraf.build.content.notes import Note, notes_of
from samgraf.build.rdf import value_of
from samgraf.errors import ContentError
from samgraf.sparql.tokens import Kind, significant

#: Language tags in the formats that do not write them with @.
_TAGS = {
    ox.RdfFormat.RDF_XML: re.compile(r"""xml:lang\s*=\s*["']([a-zA-Z]+(?:-\w+)*)["']"""),
    ox.RdfFormat.JSON_LD: re.compile(r'"@language"\s*:\s*"([a-zA-Z]+(?:-\w+)*)"'),
}
#: What may be a language tag with capitals, which few texts have; their tokens tell.
_MAYBE = re.compile(r"@[a-zA-Z0-9-]*[A-Z]")


def check_literals(loaded: Loaded) -> list[Note]:
    """Return a note for each file with literals that the store alters.

    Raise ContentErrors that lists them where the content holds itself to ``literalForms``.
    """
    literals = dict.fromkeys(q.object for q in loaded.quads() if isinstance(q.object, ox.Literal))
    altered = dict(_altered(list(literals)))
    faults = [
        f for file in loaded.files for f in (*_altered_in(file, altered), *_capital_tags(file))
    ]
    if faults and "literalForms" in loaded.header.keeps:
        raise ContentErrors(faults)
    return notes_of("literal-forms", faults)


def _altered_in(
    file: LoadedFile, altered: Mapping[ox.Literal, ox.Literal]
) -> Iterator[ContentError]:
    """Yield a fault for each literal of ``file`` that is ``altered``."""
    used = (t.object for t in file.triples if isinstance(t.object, ox.Literal))
    for literal in dict.fromkeys(x for x in used if x in altered):
        yield ContentError(
            f"The store would turn {literal} into {altered[literal]}.",
            file.file.name,
            file.line_of_literal(literal),
            f"Write {altered[literal]}, or keep the form as a plain string.",
        )


def _capital_tags(file: LoadedFile) -> Iterator[ContentError]:
    """Yield a fault for each language tag with capitals, which the parser itself makes small."""
    for tag, line in language_tags(file.text, file.format):
        if tag != tag.lower():
            yield ContentError(
                f"The store would turn the language tag @{tag} into @{tag.lower()}.",
                file.file.name,
                line,
                f"Write @{tag.lower()}.",
            )


def language_tags(text: str, format: ox.RdfFormat) -> Iterator[tuple[str, int]]:
    """Yield (tag, line) of each language tag in ``text``, as it is written.

    Those of a text in Turtle that has none with capitals are left out.
    """
    pattern = _TAGS.get(format)
    if pattern is None:
        places = _tags_in_turtle(text)
    else:
        places = ((m.start(1), m[1]) for m in pattern.finditer(text))
    line, reached = 1, 0
    for at, tag in places:
        line += text.count("\n", reached, at)
        reached = at
        yield tag, line


def _tags_in_turtle(text: str) -> Iterator[tuple[int, str]]:
    """Yield place and text of each language tag, by the tokens of SPARQL, which Turtle shares."""
    before = None
    for kind, token, start in significant(text) if _MAYBE.search(text) else ():
        if kind is Kind.LANGUAGE and before is Kind.STRING:
            yield start, token[1:]
        before = kind


def _altered(literals: list[ox.Literal]) -> Iterator[tuple[ox.Literal, ox.Literal]]:
    store = ox.Store()
    predicate = ox.NamedNode("urn:x:is")
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:x:{i}"), predicate, term) for i, term in enumerate(literals)
    )
    for quad in store:
        before = literals[int(value_of(quad.subject).removeprefix("urn:x:"))]
        if isinstance(quad.object, ox.Literal) and before != quad.object:
            yield before, quad.object

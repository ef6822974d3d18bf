"""The passages that a content points at: a selector with start and end, and a checksum.

Read from the content, or written in Turtle to be put into it.
https://www.w3.org/TR/annotation-model/#text-position-selector and https://spdx.org/rdf/terms/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.content.layout import FileKind
from samgraf.build.evidence.quotes import QuotePlace
from samgraf.build.rdf import Subject, own_queries, solutions_of, subject_of, value_of
from samgraf.errors import ContentError
from samgraf.vocab import OA

#: How many unnamed things may stand between a passage and the named thing that rests on it.
_HOPS = 3
#: What the queries say among themselves is never published.
_PREFIXES = {"": "urn:x-samgraf:evidence:", "oa": OA, "spdx": "http://spdx.org/rdf/terms#"}


@dataclass(frozen=True)
class Passage:
    """A place in a text: ``start`` to ``end`` (exclusive) in code points, from 0.

    ``sha256`` is that of the passage's UTF-8 bytes; ``source`` the text's IRI and
    ``source_sha256`` that of the whole text, where known; ``rests`` are the things that point here
    and ``selector`` says where the place is written.
    """

    iri: str
    start: int
    end: int
    sha256: str
    source: str
    source_sha256: str | None
    rests: tuple[str, ...]
    selector: str = ""


def passages(loaded: Loaded) -> list[Passage]:
    """Return the passages of the data, in the order of their texts and places.

    Raise ContentErrors listing each that lacks a checksum or has a malformed place.
    """
    found, _, faults = _read(loaded)
    if faults:
        raise ContentErrors(faults)
    return found


def read_passages(loaded: Loaded) -> tuple[list[Passage], dict[str, str]]:
    """Return the passages that can be checked, and by its SHA-256 the IRI of each whole text."""
    found, sources, _ = _read(loaded)
    return found, sources


def _read(loaded: Loaded) -> tuple[list[Passage], dict[str, str], list[ContentError]]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*t) for t in loaded.triples({FileKind.DATA, FileKind.EXTRA}))
    checksums = (files("samgraf.build.evidence") / "checksums.ru").read_text("utf-8")
    store.update(checksums, prefixes=_PREFIXES)
    queries = dict(own_queries("samgraf.build.evidence"))

    def ask(name: str) -> ox.QuerySolutions:
        return solutions_of(store, queries[name], prefixes=_PREFIXES)

    named = {row["thing"] for row in ask("named")}
    found, faults = {}, []
    for row in ask("passages"):
        rests = _resting_on(row["passage"], store, named)
        try:
            found[row["passage"], row["selector"]] = _passage(row, rests)
        except ValueError as error:
            name = row["passage"].value
            faults.append(loaded.fault(f"{loaded.header.shorten(name)}: {error}", name))
    sources = {row["sha256"].value: row["text"].value for row in ask("texts")}
    ordered = sorted(found.values(), key=lambda p: (p.source, p.start, p.end, p.iri))
    return ordered, sources, faults


def _resting_on(node: Subject, store: ox.Store, named: set[object]) -> tuple[str, ...]:
    """Return the IRIs of the nearest of the ``named`` things that point at ``node``."""
    found: set[Subject] = set()
    seen, level = {node}, {node}
    for _ in range(_HOPS):
        quads = [q for n in level for q in store.quads_for_pattern(None, None, n)]
        pointing = {subject_of(q) for q in quads} - seen
        seen |= pointing
        found |= pointing & named
        level = pointing - named
    return tuple(sorted(s.value for s in found if isinstance(s, ox.NamedNode)))


def _passage(row: ox.QuerySolution, rests: tuple[str, ...]) -> Passage:
    try:
        start, end = (int(row[name].value) for name in ("start", "end"))
    except (AttributeError, ValueError):
        raise ValueError("oa:start and oa:end must both be whole numbers.") from None
    if not 0 <= start < end:
        raise ValueError(f"the place {start} to {end} holds nothing.")
    if row["sha256"] is None:
        raise ValueError(
            "the passage carries no SHA-256 (spdx:checksum), so nothing can be checked."
        )
    passage, selector, whole = row["passage"], row["selector"], row["source_sha256"]
    return Passage(
        iri=passage.value,
        start=start,
        end=end,
        sha256=row["sha256"].value,
        source="" if row["source"] is None else value_of(row["source"]),
        source_sha256=None if whole is None else whole.value,
        rests=rests,
        selector=selector.value if isinstance(selector, ox.NamedNode) else passage.value,
    )


_HEAD = """\
# Give each passage a name of its own, and the class and the labels that the content wants.
@base <{base}id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."""
_FRAGMENTS = "<https://wicg.github.io/scroll-to-text-fragment/>"


def passages_in_turtle(
    places: Iterable[QuotePlace], sha256: str, source: str | None, base: str
) -> str:
    """Return ``places`` as passages of the text ``source``, whose SHA-256 is ``sha256``.

    Where the content has no such text yet, the text is described too.
    """
    parts = [_HEAD.format(base=base)]
    if source is None:
        parts.append("<source-text/new>\n    spdx:checksum <checksum/new> .")
        parts.append(_checksum("new", sha256))
    text = f"<{source}>" if source else "<source-text/new>"
    for number, place in enumerate(places, 1):
        parts += _one_in_turtle(f"new-{number}", place, text)
    return "\n\n".join(parts)


def _one_in_turtle(name: str, place: QuotePlace, text: str) -> Iterator[str]:
    selectors = f"<selector/{name}-position>"
    if place.fragment:
        selectors += f" , <selector/{name}-fragment>"
    yield (
        f"<passage/{name}>\n"
        f"    oa:hasSource {text} ;\n"
        f"    oa:hasSelector {selectors} ;\n"
        f"    spdx:checksum <checksum/{name}> ."
    )
    yield (
        f"<selector/{name}-position> a oa:TextPositionSelector ;\n"
        f"    oa:start {place.start} ;\n"
        f"    oa:end {place.end} ."
    )
    if place.fragment:
        yield (
            f"<selector/{name}-fragment> a oa:FragmentSelector ;\n"
            f'    rdf:value "{place.fragment}" ;\n'
            f"    dct:conformsTo {_FRAGMENTS} ."
        )
    yield _checksum(name, place.sha256)


def _checksum(name: str, sha256: str) -> str:
    return (
        f"<checksum/{name}> a spdx:Checksum ;\n"
        "    spdx:algorithm spdx:checksumAlgorithm_sha256 ;\n"
        f'    spdx:checksumValue "{sha256}"^^xsd:hexBinary .'
    )

"""The passages that a content points at: a selector with start and end, and a checksum.

Read from the content, or written in Turtle to be put into it.
https://www.w3.org/TR/annotation-model/#text-position-selector and https://spdx.org/rdf/terms/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded
from samgraf.build.content.layout import FileKind
from samgraf.build.evidence.quotes import QuotePlace
from samgraf.build.rdf import Subject, Term, object_of, subject_of, value_of
from samgraf.errors import ContentError
from samgraf.vocab import OA

_SPDX = "http://spdx.org/rdf/terms#"
_SHA256 = _SPDX + "checksumAlgorithm_sha256"
#: How many unnamed things may stand between a passage and the named thing that rests on it.
_HOPS = 3


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


class _Index:
    """The triples of the data, by subject and by object."""

    def __init__(self, loaded: Loaded) -> None:
        self.out: dict[Any, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.into: dict[object, list[Subject]] = defaultdict(list)
        self.named: set[Subject] = set()
        for t in loaded.triples({FileKind.DATA, FileKind.EXTRA}):
            self.out[subject_of(t)][t.predicate.value].append(object_of(t))
            if not isinstance(t.object, ox.Literal):
                self.into[t.object].append(subject_of(t))
            if isinstance(t.object, ox.Literal) and t.predicate.value.endswith(("abel", "title")):
                self.named.add(subject_of(t))

    def first(self, node: object, name: str) -> object | None:
        values = self.out[node].get(name) if node in self.out else None
        return values[0] if values else None

    def checksum(self, *nodes: object) -> str | None:
        """Return the SHA-256, in small letters, of the first node that carries one."""
        for node in nodes:
            for checksum in self.out.get(node, {}).get(_SPDX + "checksum", ()):
                algorithm = self.first(checksum, _SPDX + "algorithm")
                value = self.first(checksum, _SPDX + "checksumValue")
                if value is not None and (algorithm is None or value_of(algorithm) == _SHA256):
                    return value_of(value).lower()
        return None

    def rests_on(self, node: Subject) -> tuple[str, ...]:
        """Return the IRIs of the nearest named things that point at ``node``."""
        found, seen, level = set(), {node}, [node]
        for _ in range(_HOPS):
            pointing = {s for n in level for s in self.into.get(n, ()) if s not in seen}
            seen |= pointing
            found |= {s.value for s in pointing if s in self.named and _is_iri(s)}
            level = [s for s in pointing if s not in self.named]
        return tuple(sorted(found))


def passages(loaded: Loaded) -> list[Passage]:
    """Return the passages of the data, in the order of their texts and places.

    Raise ContentErrors listing each that lacks a checksum or has a malformed place.
    """
    found, faults = _read(_Index(loaded), loaded)
    if faults:
        raise ContentErrors(faults)
    return found


def read_passages(loaded: Loaded) -> tuple[list[Passage], dict[str, str]]:
    """Return the passages that can be checked, and by its SHA-256 the IRI of each whole text."""
    index = _Index(loaded)
    found, _ = _read(index, loaded)
    sources = {}
    for node, properties in list(index.out.items()):
        is_text = _is_iri(node) and OA + "hasSelector" not in properties
        if is_text and (sha256 := index.checksum(node)):
            sources[sha256] = node.value
    return found, sources


def _read(index: _Index, loaded: Loaded) -> tuple[list[Passage], list[ContentError]]:
    found, faults = [], []
    for node, properties in list(index.out.items()):
        for selector in properties.get(OA + "hasSelector", ()):
            if index.first(selector, OA + "start") is None:
                continue
            try:
                found.append(_passage(index, node, selector))
            except ValueError as error:
                name = loaded.header.shorten(node.value)
                faults.append(loaded.fault(f"{name}: {error}", node.value))
    return sorted(found, key=lambda p: (p.source, p.start, p.end, p.iri)), faults


def _passage(index: _Index, node: Subject, selector: Any) -> Passage:
    ends = index.first(selector, OA + "start"), index.first(selector, OA + "end")
    try:
        start, end = (int(value_of(e)) for e in ends)
    except (AttributeError, ValueError):
        raise ValueError("oa:start and oa:end must both be whole numbers.") from None
    if not 0 <= start < end:
        raise ValueError(f"the place {start} to {end} holds nothing.")
    sha256 = index.checksum(node, selector)
    if sha256 is None:
        raise ValueError(
            "the passage carries no SHA-256 (spdx:checksum), so nothing can be checked."
        )
    source = index.first(node, OA + "hasSource")
    return Passage(
        iri=node.value,
        start=start,
        end=end,
        sha256=sha256,
        source="" if source is None else value_of(source),
        source_sha256=index.checksum(source),
        rests=index.rests_on(node),
        selector=selector.value if _is_iri(selector) else node.value,
    )


def _is_iri(node: object) -> bool:
    return isinstance(node, ox.NamedNode)


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

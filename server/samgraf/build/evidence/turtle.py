"""Write passages in Turtle, to be put into the data.

https://www.w3.org/TR/annotation-model/#text-position-selector and https://spdx.org/rdf/terms/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from samgraf.build.evidence.find import Place

_HEAD = """\
# Give each passage a name of its own, and the class and the labels that the content wants.
@base <{base}id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."""
_FRAGMENTS = "<https://wicg.github.io/scroll-to-text-fragment/>"


def passages_in_turtle(places: Iterable[Place], sha256: str, source: str | None, base: str) -> str:
    """Return ``places`` as passages of the text ``source``, whose SHA-256 is ``sha256``.

    Where the content has no such text yet, the text is described too.
    """
    parts = [_HEAD.format(base=base)]
    if source is None:
        parts.append("<source-text/new>\n    spdx:checksum <checksum/new> .")
        parts.append(_checksum("new", sha256))
    text = f"<{source}>" if source else "<source-text/new>"
    for number, place in enumerate(places, 1):
        parts += _passage(f"new-{number}", place, text)
    return "\n\n".join(parts)


def _passage(name: str, place: Place, text: str) -> Iterator[str]:
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

"""Validation results: as values, as RDF for the release, as sentences for a person.

https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from samgraf.build.rdf import RDF_TYPE
from samgraf.vocab import SH, XSD

VIOLATION = SH + "Violation"
WARNING = SH + "Warning"
_BOOLEAN = ox.NamedNode(XSD + "boolean")
_IRI = re.compile(r"<([^<>]*)>")


def report_quads(findings: Iterable[Finding], base: str) -> Iterator[ox.Quad]:
    """Yield the report in its graph; results bear IRIs made from what they say."""
    findings = sorted(dict.fromkeys(findings), key=Finding.key)
    graph = ox.NamedNode(base + "graph/report")
    digest = hashlib.sha256("".join(f.digest() for f in findings).encode()).hexdigest()[:24]
    report = ox.NamedNode(f"{base}report/{digest}")

    def sh(name: str) -> ox.NamedNode:
        return ox.NamedNode(SH + name)

    yield ox.Quad(report, RDF_TYPE, sh("ValidationReport"), graph)
    conforms = ox.Literal("false" if findings else "true", datatype=_BOOLEAN)
    yield ox.Quad(report, sh("conforms"), conforms, graph)
    for finding in findings:
        node = ox.NamedNode(f"{base}report/result/{finding.digest()}")
        yield ox.Quad(report, sh("result"), node, graph)
        yield ox.Quad(node, RDF_TYPE, sh("ValidationResult"), graph)
        yield ox.Quad(node, sh("resultSeverity"), ox.NamedNode(finding.severity), graph)
        yield ox.Quad(node, sh("focusNode"), finding.focus, graph)
        component = ox.NamedNode(finding.component)
        yield ox.Quad(node, sh("sourceConstraintComponent"), component, graph)
        yield ox.Quad(node, sh("sourceShape"), finding.shape, graph)
        if single := _IRI.fullmatch(finding.path):
            yield ox.Quad(node, sh("resultPath"), ox.NamedNode(single[1]), graph)
        if finding.value is not None:
            yield ox.Quad(node, sh("value"), finding.value, graph)
        for lang, text in finding.messages:
            message = ox.Literal(text, language=lang) if lang else ox.Literal(text)
            yield ox.Quad(node, sh("resultMessage"), message, graph)


@dataclass(frozen=True)
class Finding:
    """A validation result.

    ``path`` is a SPARQL property path with full IRIs, or empty; ``named`` is the IRI of the shape
    or of the nearest named shape around it; ``messages`` are (language, text).
    """

    severity: str
    focus: ox.NamedNode | ox.BlankNode | ox.Literal
    path: str
    value: ox.NamedNode | ox.BlankNode | ox.Literal | None
    component: str
    shape: ox.NamedNode | ox.BlankNode
    named: str
    messages: tuple[tuple[str, str], ...]

    def key(self) -> tuple[str, ...]:
        """Return what makes this result the one it is, whatever blank nodes are called."""
        terms = (self.focus, self.value)
        names = ["_:" if isinstance(t, ox.BlankNode) else str(t) for t in terms]
        texts = [f"{lang} {text}" for lang, text in self.messages]
        return (self.severity, *names, self.path, self.component, self.named, *texts)

    def digest(self) -> str:
        """Return a short hash of the key: the end of the result's IRI."""
        return hashlib.sha256("\0".join(self.key()).encode()).hexdigest()[:24]


def vanished(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Return the findings of the asserted data that are no longer found on the closure.

    Inference adds triples, so it may add results; one that it takes away was hidden by a
    conclusion drawn from the fault itself.
    """
    still = {f.key() for f in after}
    return [f for f in before if f.key() not in still]

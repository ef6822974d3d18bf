"""The validation report: as RDF for the release, as sentences for the person at the terminal.

https://www.w3.org/TR/shacl/#validation-report
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.content.labels import Labels, choose
from samgraf.build.content.load import Loaded
from samgraf.build.validate.findings import SH, VIOLATION, WARNING, Finding
from samgraf.build.validate.place import place_of

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_WORDS = {
    "nb": {VIOLATION: "Feil", WARNING: "Advarsel", "": "Merknad", "at": "ved", "value": "verdi"},
    "nn": {VIOLATION: "Feil", WARNING: "Åtvaring", "": "Merknad", "at": "ved", "value": "verdi"},
    "en": {VIOLATION: "Violation", WARNING: "Warning", "": "Note", "at": "at", "value": "value"},
}
_IRI = re.compile(r"<([^<>]*)>")
_WEB = re.compile(r"(?<!<)https?://[^\s<>\"]*[^\s<>\".,:;!?)]")


def report_quads(findings: Iterable[Finding], base: str) -> Iterator[ox.Quad]:
    """Yield the report in its graph; results bear IRIs made from what they say."""
    findings = sorted(dict.fromkeys(findings), key=Finding.key)
    graph = ox.NamedNode(base + "graph/report")
    digest = hashlib.sha256("".join(f.digest() for f in findings).encode()).hexdigest()[:24]
    report = ox.NamedNode(f"{base}report/{digest}")

    def sh(name: str) -> ox.NamedNode:
        return ox.NamedNode(SH + name)

    yield ox.Quad(report, _TYPE, sh("ValidationReport"), graph)
    conforms = ox.Literal("false" if findings else "true", datatype=_BOOLEAN)
    yield ox.Quad(report, sh("conforms"), conforms, graph)
    for finding in findings:
        node = ox.NamedNode(f"{base}report/result/{finding.digest()}")
        yield ox.Quad(report, sh("result"), node, graph)
        yield ox.Quad(node, _TYPE, sh("ValidationResult"), graph)
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


def tell(finding: Finding, loaded: Loaded, labels: Labels, lang: str = "nb") -> str:
    """Return the finding as one line: place, severity, thing, message, value, path and shape."""
    words = _WORDS[lang]
    short = loaded.header.shorten
    focus = finding.focus
    thing = str(focus)
    if isinstance(focus, ox.NamedNode):
        label = labels.of(focus.value, lang)
        thing = f"{label} ({short(focus.value)})" if label else short(focus.value)
    place = place_of(finding, loaded)
    where = "" if place is None else f"{place[0]}:{place[1]}: " if place[1] else f"{place[0]}: "
    severity = words.get(finding.severity, words[""])
    message = choose(dict(reversed(finding.messages)), lang) or finding.component.rsplit("#", 1)[-1]
    # pySHACL fills a path or a thing into the message as a full IRI
    filled = set(_IRI.findall(f"{finding.path} {finding.value}"))
    message = _WEB.sub(
        lambda m: short(m[0]) if m[0] in filled or loaded.place(m[0]) else m[0], message
    )
    details = []
    if finding.value is not None and finding.value != focus:
        details.append(f"{words['value']} {_value(finding.value, short)}")
    if finding.path:
        details.append(f"{words['at']} {_IRI.sub(lambda m: short(m[1]), finding.path)}")
    if finding.named:
        details.append(short(finding.named))
    return f"{where}{severity}: {thing}: {message.rstrip()} [{', '.join(details)}]"


def _value(term: object, short: object) -> str:
    if isinstance(term, ox.NamedNode):
        return short(term.value)
    if isinstance(term, ox.Literal):
        return f"“{term.value}”"
    return "_:"

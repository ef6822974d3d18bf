"""Tell a validation result to a person: a sentence, and the line of the file that is at fault.

https://www.w3.org/TR/shacl/#results-validation-result
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.content.layout import DESCRIBED, FileKind
from samgraf.build.content.load import Loaded
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.rdf import RDF_TYPE, value_of
from samgraf.build.validate.report import VIOLATION, WARNING, Finding
from samgraf.sparql.syntax import names_in
from samgraf.text import pick_text
from samgraf.vocab import SH

_WORDS = {
    "nb": {VIOLATION: "Feil", WARNING: "Advarsel", "": "Merknad", "at": "ved", "value": "verdi"},
    "nn": {VIOLATION: "Feil", WARNING: "Åtvaring", "": "Merknad", "at": "ved", "value": "verdi"},
    "en": {VIOLATION: "Violation", WARNING: "Warning", "": "Note", "at": "at", "value": "value"},
}
_WEB = re.compile(r"(?<!<)https?://[^\s<>\"]*[^\s<>\".,:;!?)]")
_IRI = re.compile(r"<([^<>]*)>")
#: Of what these components find, there is one too many: the last is told, since it came later.
_TOO_MANY = ("MaxCount", "UniqueLang", "Disjoint")

Place = tuple[str, int | None]


class StatementIndex:
    """What is said in the described files, found by subject and by object, and the shapes.

    It is made once for all findings of a content.
    """

    def __init__(self, loaded: Loaded) -> None:
        self.files: dict[ox.Triple, list[LoadedFile]] = {}
        self.said_of: dict[object, list[ox.Triple]] = {}
        self.pointing_at: dict[object, list[ox.Triple]] = {}
        self.shapes: dict[object, list[ox.Triple]] = {}
        self.predicates: set[ox.NamedNode] = set()
        for file in loaded.files:
            if file.file.kind in DESCRIBED:
                for t in file.triples:
                    self.files.setdefault(t, []).append(file)
        for t in self.files:
            self.said_of.setdefault(t.subject, []).append(t)
            self.pointing_at.setdefault(t.object, []).append(t)
            self.predicates.add(t.predicate)
        for t in loaded.triples({FileKind.SHAPES}):
            self.shapes.setdefault(t.subject, []).append(t)


def tell(
    finding: Finding,
    loaded: Loaded,
    lang: str = "nb",
    index: StatementIndex | None = None,
) -> str:
    """Return the finding as one line: place, severity, thing, message, value, path and shape.

    ``index`` is that of ``loaded``, for who tells many findings.
    """
    words = _WORDS[lang]
    short = loaded.header.shorten
    focus = finding.focus
    thing = str(focus)
    if isinstance(focus, ox.NamedNode):
        thing = loaded.called(focus.value, lang)
    place = place_of(finding, loaded, index)
    where = "" if place is None else f"{place[0]}:{place[1]}: " if place[1] else f"{place[0]}: "
    severity = words.get(finding.severity, words[""])
    message = (
        pick_text(dict(reversed(finding.messages)), lang) or finding.component.rsplit("#", 1)[-1]
    )
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


def _value(term: object, short: Callable[[str], str]) -> str:
    if isinstance(term, ox.NamedNode):
        return short(term.value)
    if isinstance(term, ox.Literal):
        return f"“{term.value}”"
    return "_:"


def place_of(finding: Finding, loaded: Loaded, index: StatementIndex | None = None) -> Place | None:
    """Return (file, line) of the statement at fault, None where nothing in the files is.

    That is the statement that gives the value, or what a value that is a thing says by the path
    itself; without a value, those of the path; without a path, the first statement that the rule
    speaks of; and where there is none of these, the beginning of the description of the thing.
    """
    index = index or StatementIndex(loaded)
    focus = finding.focus
    home = None if isinstance(focus, ox.Literal) else loaded.file_of(focus)
    for wanted in _ways(finding, loaded, index, home):
        for triple in wanted:
            files = index.files[triple]
            file = home if home in files else files[0]
            return file.file.name, file.line_of_triple(triple)
    return None if home is None else (home.file.name, home.line_of_subject(focus))


def _ways(
    finding: Finding, loaded: Loaded, index: StatementIndex, home: LoadedFile | None
) -> Iterator[list[ox.Triple]]:
    """Yield the triples that may be at fault, the most exact first; those at ``home`` go first."""
    focus, value = finding.focus, finding.value
    predicates = {ox.NamedNode(iri) for iri in _IRI.findall(finding.path)}

    def ordered(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        return sorted(dict.fromkeys(triples), key=lambda t: home not in index.files[t])

    def along(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
        return [t for t in triples if t.predicate in predicates]

    own, towards = index.said_of.get(focus, []), index.pointing_at.get(focus, [])
    if value is not None and value != focus:
        of_value, at_value = index.said_of.get(value, []), index.pointing_at.get(value, [])
        between = [t for t in own if t.object == value] + [t for t in of_value if t.object == focus]
        # where nothing at all is said by the path, what the thing says of the value will do
        is_said = not predicates.isdisjoint(index.predicates)
        yield ordered(along(between) if is_said else (t for t in between if t.subject == focus))
        near = {t.object for t in own} | {t.subject for t in towards}
        yield ordered(t for t in along(at_value) if t.subject in near)
        if focus in predicates:
            yield ordered(along(at_value))
        is_asked = finding.component == SH + "SPARQLConstraintComponent"
        if is_asked and predicates and not any(t.predicate in predicates for t in own):
            # a query may find a thing that no path leads to: what that thing says is at fault
            yield ordered(along(of_value) or of_value)
    if predicates:
        ends = ordered(along([*own, *towards]))
        is_last = finding.component.removeprefix(SH).startswith(_TOO_MANY)
        yield ends[::-1] if is_last else ends
    elif isinstance(focus, ox.Literal):
        yield ordered(towards)
    else:
        spoken = _spoken_of(finding, loaded, index)
        yield ordered(t for t in own if t.predicate in spoken)


def _spoken_of(finding: Finding, loaded: Loaded, index: StatementIndex) -> set[ox.NamedNode]:
    """Return the properties that the constraint names in its paths or its query."""
    # sh:OrConstraintComponent is that of sh:or, sh:SPARQLConstraintComponent that of sh:sparql
    name = finding.component.removeprefix(SH).removesuffix("ConstraintComponent")
    parameter = SH + ("sparql" if name == "SPARQL" else name[:1].lower() + name[1:])
    shape = index.shapes.get(finding.shape, ())
    ahead: list[object] = [t.object for t in shape if t.predicate.value == parameter]
    seen: set[object] = set()
    named: set[str] = set()
    while ahead:
        node = ahead.pop()
        for t in () if node in seen else index.shapes.get(node, ()):
            if isinstance(t.object, ox.BlankNode):
                ahead.append(t.object)
            elif isinstance(t.object, ox.NamedNode):
                named.add(t.object.value)
            elif t.predicate.value in (SH + "select", SH + "ask"):
                named |= {iri for _, iri in names_in(value_of(t.object), loaded.header.prefixes)}
        seen.add(node)
    return {ox.NamedNode(iri) for iri in named} - {RDF_TYPE}

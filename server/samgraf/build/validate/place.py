"""Find where the fault of a validation result stands: the statement, else what lacks one.

https://www.w3.org/TR/shacl/#results-validation-result
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from samgraf.build.content.header import RDF_TYPE
from samgraf.build.content.layout import DESCRIBED, Kind
from samgraf.build.content.load import Loaded, LoadedFile
from samgraf.build.content.statements import Statement
from samgraf.build.validate.findings import SH, Finding
from samgraf.sparql.syntax import names_in

_IRI = re.compile(r"<([^<>]*)>")
#: Of what these components find, there is one too many: the last is told, since it came later.
_TOO_MANY = ("MaxCount", "UniqueLang", "Disjoint")

Place = tuple[str, int | None]


def place_of(finding: Finding, loaded: Loaded) -> Place | None:
    """Return (file, line) of the statement at fault, None where nothing in the files is.

    That is the statement that gives the value, or what a value that is a thing says by the path
    itself; without a value, those of the path; without a path, the first statement that the rule
    speaks of; and where there is none of these, the beginning of the description of the thing.
    """
    if isinstance(finding.focus, ox.BlankNode):
        return _place_of_unnamed(finding, loaded)
    is_named = isinstance(finding.focus, ox.NamedNode)
    home = loaded.file_of(finding.focus) if is_named else None
    files = sorted(
        (f for f in loaded.files if f.file.kind in DESCRIBED), key=lambda f: f is not home
    )
    for wanted in _ways(finding, loaded, list(dict.fromkeys(t for f in files for t in f.triples))):
        if found := _first(wanted, files, loaded):
            return found
    return loaded.place(finding.focus.value) if is_named else None


def _ways(finding: Finding, loaded: Loaded, triples: list[ox.Triple]) -> Iterator[list[ox.Triple]]:
    """Yield those of ``triples`` that may be at fault, the most exact first."""
    focus, value = finding.focus, finding.value
    predicates = {ox.NamedNode(iri) for iri in _IRI.findall(finding.path)}
    along = [t for t in triples if t.predicate in predicates]
    own = [t for t in triples if t.subject == focus]
    if value is not None and value != focus:
        some = along or own
        yield [t for t in some if (t.subject, t.object) in ((focus, value), (value, focus))]
        near = {t.object for t in own} | {t.subject for t in triples if t.object == focus}
        yield [t for t in along if t.object == value and t.subject in near]
        if focus in predicates:
            yield [t for t in along if t.object == value]
        is_asked = finding.component == SH + "SPARQLConstraintComponent"
        if is_asked and predicates and not any(t.predicate in predicates for t in own):
            # a query may find a thing that no path leads to: what that thing says is at fault
            of_value = [t for t in triples if t.subject == value]
            yield [t for t in of_value if t.predicate in predicates] or of_value
    if predicates:
        ends = [t for t in along if focus in (t.subject, t.object)]
        is_last = finding.component.removeprefix(SH).startswith(_TOO_MANY)
        yield ends[::-1] if is_last else ends
    elif isinstance(focus, ox.Literal):
        yield [t for t in triples if t.object == focus]
    else:
        spoken = _spoken_of(finding, loaded)
        yield [t for t in own if t.predicate in spoken]


def _spoken_of(finding: Finding, loaded: Loaded) -> set[ox.NamedNode]:
    """Return the properties that the constraint names in its paths or its query."""
    out: dict[object, list[ox.Triple]] = {}
    for t in loaded.triples({Kind.SHAPES}):
        out.setdefault(t.subject, []).append(t)
    # sh:OrConstraintComponent is that of sh:or, sh:SPARQLConstraintComponent that of sh:sparql
    name = finding.component.removeprefix(SH).removesuffix("ConstraintComponent")
    parameter = SH + ("sparql" if name == "SPARQL" else name[:1].lower() + name[1:])
    ahead = [t.object for t in out.get(finding.shape, ()) if t.predicate.value == parameter]
    named: set[str] = set()
    while ahead:
        for t in out.pop(ahead.pop(), ()):
            if isinstance(t.object, ox.BlankNode):
                ahead.append(t.object)
            elif isinstance(t.object, ox.NamedNode):
                named.add(t.object.value)
            elif t.predicate.value in (SH + "select", SH + "ask"):
                named |= {iri for _, iri in names_in(t.object.value, loaded.header.prefixes)}
    return {ox.NamedNode(iri) for iri in named} - {RDF_TYPE}


def _first(
    wanted: Iterable[ox.Triple], files: Iterable[LoadedFile], loaded: Loaded
) -> Place | None:
    """Return where the first of ``wanted`` stands."""
    for triple in wanted:
        for file in files:
            if triple in file.triples:
                found = (s.line for s in loaded.statements(file) if _is(s, triple))
                return file.file.name, next(found, None)
    return None


def _is(statement: Statement, triple: ox.Triple) -> bool:
    """Say whether ``statement`` may be ``triple``; their blank nodes bear different labels."""
    return statement.predicate == triple.predicate and all(
        isinstance(ours, ox.BlankNode) if isinstance(theirs, ox.BlankNode) else ours == theirs
        for ours, theirs in (
            (statement.subject, triple.subject),
            (statement.object, triple.object),
        )
    )


def _place_of_unnamed(finding: Finding, loaded: Loaded) -> Place | None:
    """Return where a thing without a name is described: it is known by all that is said of it."""
    file = loaded.file_of(finding.focus)
    if file is None:
        return None
    said = {(t.predicate, t.object) for t in file.triples if t.subject == finding.focus}
    groups: dict[object, list[Statement]] = {}
    for s in loaded.statements(file):
        if isinstance(s.subject, ox.BlankNode):
            groups.setdefault(s.subject, []).append(s)
    wanted = _known(said)
    for group in groups.values():
        if _known((s.predicate, s.object) for s in group) == wanted:
            exact = [s.line for s in group if f"<{s.predicate.value}>" == finding.path]
            return file.file.name, exact[0] if exact else group[0].subject_line
    return file.file.name, None


def _known(said: Iterable[tuple[object, object]]) -> set[tuple[object, object]]:
    return {(p, "_:" if isinstance(o, ox.BlankNode) else o) for p, o in said}

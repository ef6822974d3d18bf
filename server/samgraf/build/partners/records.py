"""Read the partners of a content: the records of ``data/partners.ttl``, checked, for the manifest.

https://www.w3.org/TR/vocab-dcat-3/#Class:Data_Service
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from samgraf.build.content import ContentErrors, Loaded, LoadedFile
from samgraf.build.content.layout import MIRRORS, FileKind
from samgraf.build.content.vocabulary import own_terms
from samgraf.build.rdf import RDF_TYPE, object_of, own_triples, value_of
from samgraf.build.validate import tell, validate
from samgraf.errors import ContentError
from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.federated.inline import GENID
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import services_of
from samgraf.vocab import DCAT, DCT, FEDERATION, PROV

ENDPOINT = DCAT + "endpointURL"
#: What a mirror says its date by, the first that it has.
DATED = (DCT + "created", PROV + "generatedAtTime")
#: The properties that a record may leave to the defaults, with the record's keys and their types.
_OPTIONAL = {
    "parallel": ("parallel", int),
    "deadline": ("deadline", float),
    "block": ("block", int),
    "cacheSeconds": ("cache_seconds", float),
    "method": ("method", str),
    "format": ("format", str),
    "mirrorQuery": ("mirror_query", str),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
Said = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


def partner_records(loaded: Loaded, lang: str = "nb") -> list[dict[str, Any]]:
    """Return the records of the partners, by name, as ``Partner.of`` reads them.

    Raise ContentErrors where the shape finds a fault, a term is unknown, an IRI is not that of the
    short name, the query of an extract cannot be used, or an extract is nobody's or says what is
    ours to say. ``lang`` is the language of the shape's messages.
    """
    if not (partners := loaded.triples({FileKind.PARTNERS})) and not _mirrors(loaded):
        return []
    if found := validate(partners, own_triples("samgraf.build.partners", "shape.ttl")):
        raise ContentErrors([tell(f, loaded, lang) for f in found])
    base, mirrors = loaded.header.base, _mirrors(loaded)
    records, faults = [], [*_unknown_terms(loaded), *_presumptions(loaded)]
    for iri, of in sorted(_partners(partners).items()):
        name = of[DCT + "identifier"][0].value
        if iri != f"{base}id/partner/{name}":
            wrong = f"The IRI is not that of the partner {name!r}."
            faults.append(_fault(loaded, iri, wrong, f"Write <{base}id/partner/{name}>."))
            continue
        record = _record(name, iri, of)
        if query := record.get("mirror_query"):
            faults += _faults_of_query(loaded, iri, query)
        if mirror := mirrors.pop(f"{MIRRORS}{name}.ttl", None):
            try:
                record["mirror"] = {"graph": mirror.graph.value, "date": date_of(mirror)}
            except ContentError as fault:
                faults.append(fault)
        records.append(record)
    for file in sorted(mirrors):
        mend = "Name the file after the partner's short name."
        faults.append(ContentError("No partner has the name of this extract.", file, None, mend))
    if faults:
        raise ContentErrors(faults)
    return records


def licence_of(loaded: Loaded, iri: str) -> str | None:
    """Return the licence of the data of the partner ``iri``, where it is known."""
    said = _partners(loaded.triples({FileKind.PARTNERS})).get(iri, {})
    return next((t.value for t in said.get(FEDERATION + "dataLicence", ())), None)


def _partners(triples: Iterable[ox.Triple]) -> dict[str, Said]:
    """Return what is said of each partner, by IRI."""
    said: dict[str, Said] = {}
    for t in triples:
        if isinstance(t.subject, ox.NamedNode):
            of_one = said.setdefault(t.subject.value, defaultdict(list))
            of_one[t.predicate.value].append(object_of(t))
    partner = ox.NamedNode(FEDERATION + "Partner")
    return {iri: of for iri, of in said.items() if partner in of.get(RDF_TYPE.value, ())}


def _mirrors(loaded: Loaded) -> dict[str, LoadedFile]:
    return {f.file.name: f for f in loaded.files if f.file.kind is FileKind.MIRROR}


def _presumptions(loaded: Loaded) -> Iterator[ContentError]:
    """Yield a fault for each thing below our base that an extract describes, but for itself."""
    base = loaded.header.base
    for name, file in _mirrors(loaded).items():
        ours = {
            t.subject.value
            for t in file.triples
            if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(base)
        }
        for iri in sorted(ours - {file.graph.value}):
            if not iri.startswith(base + GENID):
                yield ContentError(
                    f"The extract describes {loaded.header.shorten(iri)}, which is not its own.",
                    name,
                    file.line_of_term(iri),
                    "Remove it: an extract contains what a partner says about its own things.",
                )


def _record(name: str, iri: str, of: Said) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": name,
        "iri": iri,
        "endpoint": of[ENDPOINT][0].value,
        "titles": {getattr(t, "language", None): t.value for t in of[DCT + "title"]},
    }
    for term, (key, kind) in _OPTIONAL.items():
        for value in of.get(FEDERATION + term, ()):
            record[key] = kind(value.value)
    return record


def date_of(mirror: LoadedFile) -> str:
    """Return the date that an extract bears; raise ContentError where it bears none."""
    for predicate in DATED:
        for t in mirror.triples:
            is_date = (t.subject, t.predicate.value) == (mirror.graph, predicate)
            if is_date and (found := _DATE.match(value_of(t.object))):
                return found[0]
    raise ContentError(
        "The extract has no date.",
        mirror.file.name,
        None,
        f'Add: <{mirror.graph.value}> dct:created "2026-01-31"^^xsd:date .',
    )


def _unknown_terms(loaded: Loaded) -> Iterator[ContentError]:
    for file in loaded.files:
        if file.file.kind is not FileKind.PARTNERS:
            continue
        used = {value_of(n) for t in file.triples for n in (t.predicate, t.object) if _ours(n)}
        for iri in sorted(used - own_terms("samgraf.build.partners", loaded.header.base)):
            yield ContentError(
                f"There is no term {loaded.header.shorten(iri)}.",
                file.file.name,
                file.line_of_term(iri),
                "Correct the spelling.",
            )


def _ours(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(FEDERATION)


def _faults_of_query(loaded: Loaded, iri: str, query: str) -> Iterable[ContentError]:
    """Say what is amiss with the query of an extract: it runs at the partner, so as it stands."""
    try:
        parsed = parse(query)
    except QuerySyntaxError as error:
        return [_fault(loaded, iri, f"The query of the extract is malformed: {error}")]
    if parsed.form != "CONSTRUCT":
        mend = "An extract is a graph: write CONSTRUCT."
        return [_fault(loaded, iri, "The query for the extract is not a CONSTRUCT.", mend)]
    if any(services_of(parsed.select)):
        mend = "Ask for the partner's own data only."
        return [_fault(loaded, iri, "The query for the extract contains SERVICE.", mend)]
    return []


def _fault(loaded: Loaded, iri: str, message: str, mend: str | None = None) -> ContentError:
    file, line = loaded.place(iri) or ("data/partners.ttl", None)
    return ContentError(f"{loaded.header.shorten(iri)}: {message}", file, line, mend)

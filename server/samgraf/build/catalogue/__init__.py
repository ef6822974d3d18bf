"""The catalogue of the data: VoID, DCAT-AP-NO, prefixes and examples, made from the finished graph.

https://www.w3.org/TR/void/ and https://data.norge.no/specification/dcat-ap-no

In: all quads of a release but those of the catalogue itself, and what the content says in
``data/catalogue.ttl``. Out: the rest of the graph ``{base}graph/catalogue``. ``facts.ru`` gathers
what each graph says of itself; each ``*.rq`` constructs a part of the catalogue from the graphs and
from these facts. What a person must decide (publisher, contact point, themes, rights) the content
says of the whole; parts that say nothing else have it from there.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import cast

import pyoxigraph as ox

from samgraf.build.content import Header, Loaded
from samgraf.build.rdf import in_graph, own_queries
from samgraf.build.versions import stated_version
from samgraf.release import fill_store, names
from samgraf.release.file_formats import (
    CSV,
    GRAPH_FORMATS,
    JSON_LD,
    RDF_XML,
    WHOLE_FORMATS,
    FileFormat,
)
from samgraf.release.licences import authority_name
from samgraf.release.serialise import UnwritableResultError, write_graph
from samgraf.release.table import write_table
from samgraf.vocab import (
    DCAT,
    DCT,
    FOAF,
    FORMATS,
    OWL,
    PROV,
    RDF,
    SCHEMA,
    SH,
    SKOS,
    VOID,
    XSD,
)

#: The namespace of the facts, which are never published.
_OURS = "urn:x-samgraf:catalogue:"
_FACTS = ox.NamedNode(_OURS + "facts")
_PREFIXES = {
    "": _OURS, "dcat": DCAT, "dct": DCT, "foaf": FOAF, "formats": FORMATS, "owl": OWL, "prov": PROV,
    "rdf": RDF, "schema": SCHEMA, "sh": SH, "skos": SKOS, "void": VOID, "xsd": XSD,
}  # fmt: skip
#: The graphs that are made at the build, and their kinds.
_MADE = {
    f"graph/{name}": name
    for name in ("inferred", "questions", "federated", "views", "vocabulary", "report")
}
#: The formats that cannot hold every graph.
_NARROW = (JSON_LD, RDF_XML)
#: What the content may say itself of any record, so that nothing else is said.
_DECIDED = {
    *(DCT + n for n in ("title", "description", "modified", "publisher", "license")),
    *(DCT + n for n in ("accessRights", "identifier")),
    *(DCAT + n for n in ("contactPoint", "theme", "version")),
}
#: Below this stand the EU's authority tables, which validators of DCAT-AP-NO ask names of; to say
#: which table a name is of spares them the tables.
#: https://op.europa.eu/en/web/eu-vocabularies/authority-tables
_TABLES = "http://publications.europa.eu/resource/authority/"


def catalogue_quads(
    loaded: Loaded, queries: Iterable[str], quads: Collection[ox.Quad]
) -> Iterator[ox.Quad]:
    """Yield what the catalogue says beyond ``data/catalogue.ttl``, in its graph.

    ``queries`` are the paths of those that people may run, ``quads`` are all others of the
    release. The same quads give the same catalogue: its dates are those of the data.
    """
    base = loaded.header.base
    graph = ox.NamedNode(base + names.GRAPH)
    store = fill_store(quads, [*loaded.apart(), graph.value])
    said = {q.triple for q in store.quads_for_pattern(None, None, None, graph)}
    facts = (*_facts(loaded, queries), *_facts_of_graphs(loaded, store))
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, _FACTS) for t in facts)
    functions = _functions(loaded.header)
    store.update(_text("facts.ru"), prefixes=_PREFIXES, custom_functions=functions)
    made: set[ox.Triple] = set()
    for _, text in own_queries("samgraf.build.catalogue"):
        found = store.query(text, prefixes=_PREFIXES, custom_functions=functions)
        made.update(cast("ox.QueryTriples", found))
    decided = {(t.subject, t.predicate) for t in said if t.predicate.value in _DECIDED}
    made = {t for t in made if (t.subject, t.predicate) not in decided}
    made |= set(_tables(made | said))
    made -= said
    own = ox.NamedNode(names.dataset(base, names.GRAPH))
    # the number of its triples counts the statement of it, too
    total = ox.Literal(str(len(made) + len(said) + 1), datatype=ox.NamedNode(XSD + "integer"))
    made.add(ox.Triple(own, ox.NamedNode(VOID + "triples"), total))
    return in_graph(made, graph.value)


def words(kind: str, what: str, **values: str) -> Iterator[ox.Literal]:
    """Yield the program's own words for a kind of graph, in each language."""
    for language, text in _words()[kind][what].items():
        yield ox.Literal(text.format(**values), language=language)


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(_text("words.toml"))


def _text(name: str) -> str:
    return (files("samgraf.build.catalogue") / name).read_text("utf-8")


def _facts(loaded: Loaded, queries: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield what the queries ask of the content as a whole."""
    header, base = loaded.header, loaded.header.base
    whole = ox.NamedNode(names.dataset(base, names.WHOLE))
    catalogue, service = ox.NamedNode(base + names.CATALOGUE), ox.NamedNode(base + "sparql")
    about: dict[str, ox.NamedNode | ox.Literal] = {
        "base": ox.NamedNode(base),
        "namespace": ox.Literal(header.namespace),
        "ontology": ox.NamedNode(header.iri),
        "whole": whole,
        "catalogue": catalogue,
        "service": service,
        "graph": ox.NamedNode(base + names.GRAPH),
    }
    content = ox.NamedNode(_OURS + "content")
    for name, value in about.items():
        yield _fact(content, name, value)
    if version := stated_version(loaded)[0]:
        yield _fact(content, "version", ox.Literal(version))
    for path in queries:
        yield _fact(content, "query", ox.NamedNode(base + path))
    for prefix, namespace in header.prefixes.items():
        node = ox.BlankNode()
        yield _fact(node, "prefix", ox.Literal(prefix))
        yield _fact(node, "namespaceOf", ox.Literal(namespace))
    titles = (ox.Literal(t, language=la) if la else ox.Literal(t) for la, t in header.title.items())
    yield from _fallback(catalogue, titles, words("catalogue", "description"))
    yield from _fallback(service, words("service", "title"), words("service", "description"))
    yield from _fallback(whole, words("whole", "title"), words("whole", "description"))
    yield from _files(whole, whole, names.WHOLE, WHOLE_FORMATS, dumps=WHOLE_FORMATS)


def _facts_of_graphs(loaded: Loaded, store: ox.Store) -> Iterator[ox.Triple]:
    """Yield what the queries ask of each graph: its data set, its kind, its files."""
    base = loaded.header.base
    kinds = {f.graph.value: f.file.kind.value for f in loaded.files}
    # an empty file fills a graph with nothing; the catalogue is there in any case
    joined: dict[str, list[ox.NamedNode]] = defaultdict(list)
    for graph in {*store.named_graphs(), ox.NamedNode(base + names.GRAPH)}:
        stem = names.stem_of(graph.value, base) if isinstance(graph, ox.NamedNode) else None
        if not isinstance(graph, ox.NamedNode) or stem is None:
            continue
        dataset = ox.NamedNode(names.dataset(base, stem))
        yield _fact(graph, "partOf", dataset)
        is_own = stem == names.GRAPH
        kind = "catalogue" if is_own else _MADE.get(stem) or kinds.get(graph.value, "data")
        if stem in names.JOINED:
            joined[stem].append(graph)
            continue
        yield _fact(graph, "describedIn", graph)
        if kind == "mirror":  # which may not describe itself
            yield _fact(graph, "describedIn", ox.NamedNode(base + "graph/partners"))
        title = words(kind, "title", name=stem.rpartition("/")[2])
        yield from _fallback(graph, title, words(kind, "description"))
        formats = (*GRAPH_FORMATS, CSV) if is_own else _formats_of(store, [graph], loaded)
        yield from _files(graph, dataset, stem, formats, dumps=() if is_own else GRAPH_FORMATS[:1])
    for stem, graphs in joined.items():
        # told of by a name that no graph has; nothing of it says more than the program's own words
        together, kind = ox.NamedNode(base + stem), stem.rpartition("/")[2]
        dataset = ox.NamedNode(names.dataset(base, stem))
        yield _fact(together, "describedIn", together)
        yield from _fallback(together, words(kind, "title"), words(kind, "description"))
        formats = _formats_of(store, graphs, loaded)
        yield from _files(together, dataset, stem, formats, dumps=GRAPH_FORMATS[:1])


def _fallback(
    node: ox.NamedNode, titles: Iterable[ox.Literal], descriptions: Iterable[ox.Literal]
) -> Iterator[ox.Triple]:
    """Yield what is said of ``node`` where nobody says anything else."""
    blank = ox.BlankNode()
    yield _fact(node, "fallback", blank)
    for name, texts in (("title", titles), ("description", descriptions)):
        for text in texts:
            yield ox.Triple(blank, ox.NamedNode(DCT + name), text)


def _files(
    about: ox.NamedNode,
    dataset: ox.NamedNode,
    stem: str,
    formats: Iterable[FileFormat],
    *,
    dumps: Collection[FileFormat],
) -> Iterator[ox.Triple]:
    """Yield the files of ``dataset``; those in the formats ``dumps`` are told as VoID's dumps."""
    yield _fact(about, "dataset", dataset)
    yield _fact(about, "stem", ox.Literal(stem))
    for format in formats:
        node = ox.BlankNode()
        yield _fact(about, "format", node)
        yield _fact(node, "name", ox.Literal(format.name))
        yield _fact(node, "extension", ox.Literal(format.extension))
        yield _fact(node, "type", ox.NamedNode(format.file_type_iri))
        yield _fact(node, "media", ox.NamedNode(format.media_type_iri))
        if format in dumps:
            yield _fact(node, "isDump", ox.Literal(True))


def _fact(
    subject: ox.NamedNode | ox.BlankNode, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(_OURS + name), value)


def _formats_of(
    store: ox.Store, graphs: Iterable[ox.NamedNode], loaded: Loaded
) -> list[FileFormat]:
    """Return the formats that can hold ``graphs``: some cannot write every text, name or triple.

    Whether one can depends on the terms, each in its place: triples that bring no new one are left
    out. So many may say of some that they are the same.
    """
    subjects: set[object] = set()
    predicates: set[object] = set()
    objects: set[object] = set()
    triples = []
    for graph in graphs:
        for s, p, o, _ in store.quads_for_pattern(None, None, None, graph):
            used = (p, isinstance(o, ox.Literal) and o.language)
            if s in subjects and o in objects and used in predicates:
                continue
            subjects.add(s)
            predicates.add(used)
            objects.add(o)
            triples.append(ox.Triple(s, p, o))
    found: list[FileFormat] = []
    for format in (*GRAPH_FORMATS, CSV):
        try:
            if format == CSV:
                write_table(triples, loaded.header.prefixes)
            elif format in _NARROW:
                write_graph(triples, format.media_type, {})
        except UnwritableResultError:
            continue
        found.append(format)
    return found


def _functions(header: Header) -> dict:
    """Return what the queries call: names of parts, and licences by the EU's name."""

    def part(whole: ox.NamedNode, *terms: ox.NamedNode | ox.Literal) -> ox.NamedNode:
        shortened = (
            header.shorten(t.value).strip("<>") if isinstance(t, ox.NamedNode) else t.value
            for t in terms
        )
        return ox.NamedNode(names.part(whole.value, *shortened))

    def authority(licence: ox.NamedNode) -> ox.NamedNode:
        return ox.NamedNode(authority_name(licence.value))

    named = {"part": part, "authorityName": authority}
    return {ox.NamedNode(_OURS + name): function for name, function in named.items()}


def _tables(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield of each name of an authority table in ``triples`` which table it is of."""
    for name in {t.object for t in triples if isinstance(t.object, ox.NamedNode)}:
        table, slash, code = name.value.removeprefix(_TABLES).partition("/")
        if name.value.startswith(_TABLES) and slash and code:
            yield ox.Triple(name, ox.NamedNode(SKOS + "inScheme"), ox.NamedNode(_TABLES + table))

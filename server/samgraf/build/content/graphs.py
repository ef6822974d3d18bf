"""Make sure that each data file describes its own graph, where the content asks for that.

It asks by a shape for ``void:Dataset``; the shape also says what the description holds, so that
the block to add can be shown. https://www.w3.org/TR/void/ and https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.layout import FileKind
from samgraf.build.content.load import Loaded
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.rdf import RDF_TYPE, own_queries, solutions_of, subject_of
from samgraf.errors import ContentError
from samgraf.release.serialise import write_graph
from samgraf.vocab import RDF, SH, VOID, XSD

_DATASET = ox.NamedNode(VOID + "Dataset")
#: The namespace of what the query is told besides, which is never published.
_OURS = "urn:x-samgraf:content:"
_PREFIXES = {"": _OURS, "rdf": RDF, "sh": SH, "void": VOID, "xsd": XSD}


def check_graphs(loaded: Loaded) -> None:
    """Raise ContentErrors for each data file that does not describe its graph.

    Nothing is asked of a content that does not hold itself to ``definedTerms``, nor where no shape
    is for ``void:Dataset``.
    """
    wanted = _wanted(loaded) if "definedTerms" in loaded.header.keeps else []
    faults = []
    for file in loaded.files if wanted else ():
        if file.file.kind is FileKind.DATA:
            said = (t for t in file.triples if (t.predicate, t.object) == (RDF_TYPE, _DATASET))
            datasets = [subject_of(t) for t in said]
            if file.graph not in datasets:
                faults.append(_fault(file, datasets, wanted, loaded))
    if faults:
        raise ContentErrors(faults)


def _wanted(loaded: Loaded) -> list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]]:
    """Return what each graph has to say of itself: properties with samples of their values."""
    store = ox.Store()
    store.extend(ox.Quad(*t) for t in loaded.triples({FileKind.SHAPES}))
    content, language = (ox.NamedNode(_OURS + name) for name in ("content", "language"))
    for tag in filter(None, [*loaded.header.title] or ["en"]):
        store.add(ox.Quad(content, language, ox.Literal(tag)))
    query = dict(own_queries("samgraf.build.content"))["description"]
    rows = solutions_of(store, query, prefixes=_PREFIXES)
    return [(row["property"], row["value"]) for row in rows]


def _fault(
    file: LoadedFile,
    datasets: list[ox.NamedNode | ox.BlankNode],
    wanted: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]],
    loaded: Loaded,
) -> ContentError:
    for other in datasets:
        if str(other).startswith(f"<{loaded.header.base}graph/"):
            line = file.line_of_subject(other) or 1
            mend = f"Write {file.graph} there, or describe both."
            return ContentError(
                f"The file describes {other} and not its own graph.", file.file.name, line, mend
            )
    triples = [ox.Triple(file.graph, name, value) for name, value in wanted]
    block = write_graph(triples, "text/turtle", loaded.header.prefixes).decode().expandtabs(4)
    mend = f"Add what follows, with the dots filled in:\n\n{block}"
    return ContentError("The file does not describe its own graph.", file.file.name, 1, mend)

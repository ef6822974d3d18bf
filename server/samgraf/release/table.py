"""Write a graph as a table: a row for each thing, a column for each property and language.

https://www.rfc-editor.org/rfc/rfc4180. Columns are named as in a query, ``rdfs:label@nb``; several
values of one cell stand in several lines of it. Datatypes are left to the other formats.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from samgraf.limits import TABLE_COLUMNS
from samgraf.release.serialise import UnwritableResultError

Node = ox.NamedNode | ox.BlankNode


def write_table(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> bytes:
    """Return ``triples`` as CSV, things and columns in order: the same triples, the same bytes.

    Raise UnwritableResultError where there are more columns than a table can be read with.
    """
    by_name = sorted(((ns, name) for name, ns in prefixes.items() if ns), key=lambda p: -len(p[0]))
    rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    columns: dict[str, str] = {}
    uses: dict[str, int] = defaultdict(int)
    for triple in sorted(set(triples), key=str):
        iri = triple.predicate.value
        if iri not in columns:
            columns[iri] = _short(iri, by_name)
        name, value = columns[iri], triple.object
        if isinstance(value, ox.Literal) and value.language:
            name = f"{name}@{value.language}"
        rows[_text(triple.subject)][name].append(_text(value))
        uses[name] += 1
    if len(uses) > TABLE_COLUMNS:
        raise UnwritableResultError(
            f"This graph has {len(uses)} properties: too many for the columns of a table. "
            "Take a format of RDF."
        )
    # what most things have stands first
    order = sorted(uses, key=lambda name: (-sum(name in row for row in rows.values()), name))
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["iri", *order])
    for subject in sorted(rows):
        table.writerow([subject, *("\n".join(rows[subject].get(name, ())) for name in order)])
    return written.getvalue().encode("utf-8")


def _short(iri: str, by_name: Iterable[tuple[str, str]]) -> str:
    for namespace, prefix in by_name:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _text(term: Node | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value

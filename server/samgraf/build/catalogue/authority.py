"""Names of the EU's authority tables: https://op.europa.eu/en/web/eu-vocabularies/authority-tables.

Validators of DCAT-AP-NO ask of each such name whether it is of the right table; saying it here
spares them the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

_TABLES = "http://publications.europa.eu/resource/authority/"
_IN_SCHEME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")


def authority_triples(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield of each name of a table in ``triples`` which table it is of."""
    for name in {t.object for t in triples if isinstance(t.object, ox.NamedNode)}:
        table, slash, code = name.value.removeprefix(_TABLES).partition("/")
        if name.value.startswith(_TABLES) and slash and code:
            yield ox.Triple(name, _IN_SCHEME, ox.NamedNode(_TABLES + table))

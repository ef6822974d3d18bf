"""What the engine in a reader's browser has to know of the release, and of the language.

Its scripts (``static/export``) correct queries as ``sparql.corrections`` does; what both know alike
is written into the copy from here, so that it stands once.
"""

from __future__ import annotations

from typing import Any

from samgraf import __version__, limits
from samgraf.datatypes import BOUNDS
from samgraf.sparql.corrections.ordering import KIND, ordered_by
from samgraf.sparql.service import Service
from samgraf.sparql.syntax.expressions import ANY_TERMS, TRUTHS
from samgraf.vocab import XSD

#: A duration that is well formed: at least one part, and one behind T.
_DURATION = (
    "^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?$",
    "[0-9][A-Z]$",
)
#: A number as a text is cast to one: spaces around it are none of its value.
_NUMBER = "^ *[+-]?[0-9.]+ *$"
#: Where each part of a duration stands, and how many seconds its unit has on average.
_PARTS = {
    "^[^T]*?([0-9]+)Y.*$": 31_556_952,
    "^[^T]*?([0-9]+)M.*$": 2_629_746,
    "^[^T]*?([0-9]+)D.*$": 86_400,
    "^.*T.*?([0-9]+)H.*$": 3_600,
    "^.*T.*?([0-9]+)M.*$": 60,
    "^.*T.*?([0-9.]+)S.*$": 1,
}


def engine_settings(service: Service, data: str) -> dict[str, Any]:
    """Return what the engine in the browser has to know of the release, which is at ``data``."""
    return {
        "program": __version__,
        "release": service.release,
        "data": data,
        "base": service.base,
        "prefixes": dict(service.prefixes),
        "apart": list(service.manifest.get("apart", ())),
        "union": service.settings.union_default_graph,
        "seconds": service.settings.query_timeout,
        "bytes": service.settings.max_query_bytes,
        **language_settings(),
    }


def language_settings() -> dict[str, Any]:
    """Return what the scripts have to know to correct a query; ``{key}`` is any expression."""
    bounds = {
        name: [None if bound is None else str(bound) for bound in both]
        for name, both in BOUNDS.items()
    }
    return {
        "depth": limits.QUERY_DEPTH,
        "tokens": limits.QUERY_TOKENS,
        "ways": limits.PATH_WAYS,
        "longest": limits.CORRECTED_QUERY,
        "any": sorted(ANY_TERMS),
        "truths": sorted(TRUTHS),
        "bounds": bounds,
        "kind": KIND.replace("?o", "{key}"),
        "order": ordered_by("{key}", "{way}", length("{key}")),
        "sizes": sizes("{property}", "{text}"),
    }


def sizes(property_: str, text: str) -> str:
    """Return a query for how many digits and decimals the values of ``property_`` have at most.

    It tells, too, whether some are decimal numbers, and doubles; ``text`` is one more type whose
    values may become numbers.
    """
    types = ", ".join(f"<{XSD}{name}>" for name in ("decimal", "double", "float", *BOUNDS, text))
    is_double = f"DATATYPE(?o) IN (<{XSD}double>, <{XSD}float>)"

    def longest(less: str) -> str:
        return f'MAX(IF({is_double}, 0, STRLEN(REPLACE(STR(?o), "{less}", ""))))'

    return f"""SELECT ({longest("^ *[+-]?0*|[.].*$| ")} AS ?digits)
        ({longest("^[^.]*[.]?|[0 ]*$")} AS ?decimals)
        (MAX(IF(DATATYPE(?o) = <{XSD}decimal>, 1, 0)) AS ?decimal)
        (MAX(IF({is_double}, 1, 0)) AS ?double)
        {{ {{ ?s {property_} ?o }} UNION {{ GRAPH ?g {{ ?s {property_} ?o }} }}
          FILTER(DATATYPE(?o) IN ({types}) && ({is_double} || REGEX(STR(?o), "{_NUMBER}"))) }}"""


def length(key: str) -> str:
    """Return an expression that is ``literals.length`` of a duration, of SPARQL alone."""
    text = f"STR({key})"
    formed = " && ".join(f'REGEX({text}, "{form}")' for form in _DURATION)
    parts = " + ".join(
        f'{seconds} * COALESCE(<{XSD}decimal>(REPLACE({text}, "{part}", "$1")), 0)'
        for part, seconds in _PARTS.items()
    )
    return f'IF({formed}, IF(STRSTARTS({text}, "-"), -1, 1) * ({parts}), 1/0)'

"""Keep the build offline: a query that asks another endpoint is refused, never evaluated.

The engines that evaluate the queries of a content (questions, views, shapes) would open a
connection for each SERVICE clause. https://www.w3.org/TR/sparql11-federated-query/#security
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from samgraf.errors import ContentError
from samgraf.sparql.evaluation import QuerySyntaxError
from samgraf.sparql.syntax import parse
from samgraf.sparql.syntax.nodes import services_of

_WORD = re.compile("SERVICE", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def require_local(query: str, prefixes: Mapping[str, str], file: str) -> None:
    """Raise ContentError, naming ``file``, where ``query`` may ask another endpoint.

    A query in which the word SERVICE stands, also by code-point escapes, is parsed; one that cannot
    be parsed is refused, too, since an engine may read it in another way.
    """
    decoded = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16) % 0x110000), query)
    if not _WORD.search(decoded):
        return
    try:
        parsed = [parse(text, prefixes).select for text in {query, decoded}]
        calls = any(any(services_of(select)) for select in parsed)
    except QuerySyntaxError as error:
        raise ContentError(f"The query is malformed: {error}", file) from error
    if calls:
        raise ContentError(
            "The query asks another endpoint by SERVICE, and a build asks nobody.",
            file,
            None,
            "Write it as a federated example in 'ontology/federated', or leave SERVICE out.",
        )

"""Keep the build offline: a query that asks another endpoint is refused, never evaluated.

The engines that evaluate the queries of a content (questions, views, shapes) would open a
connection for each SERVICE clause. https://www.w3.org/TR/sparql11-federated-query/#security
"""

from __future__ import annotations

from samgraf.errors import ContentError
from samgraf.sparql.syntax import may_call


def require_local(query: str, file: str) -> None:
    """Raise ContentError, naming ``file``, where some engine may find a SERVICE in ``query``."""
    if may_call(query):
        raise ContentError(
            "The query asks another endpoint by SERVICE, and a build asks nobody.",
            file,
            None,
            "Write it as a federated example in 'ontology/federated', or leave SERVICE out.",
        )

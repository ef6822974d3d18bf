"""Say why the answer to a query is empty, by how the release uses its names and values.

In: a query that was read, the dataset it was asked of, the statistics of the release. Out: hints,
each with its place in the query and what may stand there instead. Nothing here is done for an
answer that is not empty, and nothing is evaluated: ``usage`` asks for the statistics, once for a
release, ``needs`` gathers what the query asks for, ``find`` compares its graphs and names with the
release and ``values`` its values, ``near`` finds names that are spelled alike.
"""

from samgraf.sparql.hints.find import find_hints
from samgraf.sparql.hints.needs import Hint
from samgraf.sparql.hints.usage import Usage, usage_of

__all__ = ["Hint", "Usage", "find_hints", "usage_of"]

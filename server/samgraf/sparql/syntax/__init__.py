"""Parse a SPARQL 1.1 query, so far as one must know it to tell its SERVICE groups apart.

Every production of https://www.w3.org/TR/sparql11-query/#sparqlGrammar is read; what is kept of
it is where its parts stand in the text, and which variables are in them.
"""

from samgraf.sparql.syntax.query import parse

__all__ = ["parse"]

"""The one reader of SPARQL: text in, a tree with places out.

In: a text, the prefixes that need no declaration, a base. Out: a ``nodes.Query``. From it come the
form, the dataset, what the query asks of a planner, its SERVICE groups, and the IRIs it names.

``query`` reads the whole and stands on ``selects``, that on ``patterns``, that on ``expressions``,
that on ``terms``, that on ``reading``, which takes token by token: each has the productions of
https://www.w3.org/TR/sparql11-query/#sparqlGrammar that its name says. ``iris`` resolves IRIs,
``nodes`` are the tree. Every production is read; what is kept of it is where its parts stand, and
which variables are in them.
"""

from samgraf.sparql.syntax.query import form_of, may_call, names_in, parse

__all__ = ["form_of", "may_call", "names_in", "parse"]

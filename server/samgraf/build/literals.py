"""Whether a literal is written as its datatype asks, and fits the datatype that another asks for.

https://www.w3.org/TR/xmlschema11-2/
"""

from __future__ import annotations

import warnings

import pyoxigraph as ox

from samgraf.vocab import XSD


def is_well_formed(literal: ox.Literal) -> bool:
    """Return whether ``literal`` has a form that its XSD datatype allows; others always have."""
    import rdflib

    if literal.language or not literal.datatype.value.startswith(XSD):
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        datatype = rdflib.URIRef(literal.datatype.value)
        return rdflib.Literal(literal.value, datatype=datatype).ill_typed is not True

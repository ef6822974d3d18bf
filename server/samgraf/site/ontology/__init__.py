"""The ontology as pages: its trees, its terms, a picture of it, and the files it can be had in.

A page says what is stated and what follows from it apart: https://www.w3.org/TR/owl2-rdf-based-semantics/.
"""

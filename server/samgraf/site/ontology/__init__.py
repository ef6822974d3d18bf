"""The ontology as a page, and what the page of a term has beside its statements.

In: the ontology of the release, the shapes, the questions. Out: ``/ontology`` with trees and a
picture, and the parts of a term's page. What is stated and what follows from it are told apart:
https://www.w3.org/TR/owl2-rdf-based-semantics/.

``pages`` answers requests; ``terms`` reads the terms and grows their trees; ``diagram`` is the
picture as data; ``term`` gathers what a term's page shows, with ``words`` (axioms and paths in
words) and ``shapes`` (rules in words).
"""

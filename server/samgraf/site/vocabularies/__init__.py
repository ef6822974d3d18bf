"""The vocabularies: https://www.w3.org/TR/skos-reference/ schemes and their concepts.

In: the concept schemes of the graph. Out: ``/vocabularies``, which lists them (``pages``), and what
the page of a scheme has beside its statements, a tree of its concepts (``scheme``).
"""

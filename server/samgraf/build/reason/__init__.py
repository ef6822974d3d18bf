"""Infer what follows: the OWL 2 RL closure, and the contradictions in it.

In: triples. Out of ``closure``: what follows from them, cleaned; out of ``contradictions``: what
cannot all be true. ``closure`` loads owlrl and rdflib, which take long: import it where it runs.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

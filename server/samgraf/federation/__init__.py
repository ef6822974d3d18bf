"""Join the graph with other public datasets: SERVICE, to named partners only.

In: a query with SERVICE and an engine. Out: one answer, and the outcome of each partner.
https://www.w3.org/TR/sparql11-federated-query/
"""

"""Join the graph with other public datasets: SERVICE, to named partners only.

https://www.w3.org/TR/sparql11-federated-query/
"""

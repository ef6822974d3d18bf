"""What all pages need of the graph: its answers, its labels, the addresses of its things."""

from samgraf.web.graph.addresses import address, iri_of
from samgraf.web.graph.ask import ask
from samgraf.web.graph.labels import Labels

__all__ = ["Labels", "address", "ask", "iri_of"]

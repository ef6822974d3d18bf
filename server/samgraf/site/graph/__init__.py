"""What all pages need of the graph: its answers, its labels, the addresses of its things."""

from samgraf.site.graph.addresses import address, iri_of
from samgraf.site.graph.ask import ask
from samgraf.site.graph.labels import Labels

__all__ = ["Labels", "address", "ask", "iri_of"]

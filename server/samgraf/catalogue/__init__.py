"""The catalogue of the data: VoID, DCAT, prefixes and examples, made from the graph at build.

https://www.w3.org/TR/void/ and https://data.norge.no/specification/dcat-ap-no. It fills the graph
``{base}graph/catalogue``, together with what the content itself says in ``data/catalogue.ttl``.
"""

from samgraf.catalogue.make import catalogue_quads

__all__ = ["catalogue_quads"]

"""Load a release into another store: https://www.w3.org/TR/sparql11-http-rdf-update/."""

from samgraf.engine.remote.publish.run import publish

__all__ = ["publish"]

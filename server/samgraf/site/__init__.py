"""Serve a release to browsers and programs, by Flask.

In: a request for a page, and a service to ask. Out: HTML, or the same as RDF or JSON. The pages
read the graph by queries that anyone could ask.
"""

from samgraf.site.app import create_app

__all__ = ["create_app"]

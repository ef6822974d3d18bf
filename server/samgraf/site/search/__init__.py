"""Search: the page, the same as JSON, and what browsers want to know to search here."""

from samgraf.site.search.pages import bp, init_app

__all__ = ["bp", "init_app"]

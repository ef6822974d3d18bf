"""What the graph is: the page about it, and the page on privacy."""

from samgraf.site.about.pages import bp, init_app

__all__ = ["bp", "init_app"]

"""The front page: what the content found, at a glance, by the views that the content brings."""

from samgraf.site.home.pages import bp, init_app

__all__ = ["bp", "init_app"]

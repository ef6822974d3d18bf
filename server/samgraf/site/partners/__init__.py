"""The partners that queries may ask: at ``/partners``, and wherever an answer rests on them."""

from samgraf.site.partners.pages import bp, init_app

__all__ = ["bp", "init_app"]

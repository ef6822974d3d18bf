"""Serve a release to browsers and programs, by Flask."""

from samgraf.site.app import create_app

__all__ = ["create_app"]

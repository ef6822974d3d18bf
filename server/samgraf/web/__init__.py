"""Serve a release to browsers and programs, by Flask."""

from samgraf.web.app import create_app

__all__ = ["create_app"]

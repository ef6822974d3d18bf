"""The pages about the data sets: what there is, on which terms, and the files to take away."""

from samgraf.site.datasets.pages import bp, init_app

__all__ = ["bp", "init_app"]

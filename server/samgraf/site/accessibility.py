"""Tell how accessible the pages are, how that was tried, and whom to tell of faults.

https://www.w3.org/TR/WCAG22/ (the standard), https://www.w3.org/WAI/planning/statements/
"""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from samgraf import __version__
from samgraf.site.imprint import the_contact
from samgraf.site.layout import add_to_navigation

bp = Blueprint("accessibility", __name__)
#: How the tests try the pages; a fault that they know of stands under ``SHORTCOMINGS``.
TRIED = ("axe", "keyboard", "plain", "narrow")
SHORTCOMINGS = ("drawings", "texts", "editor", "people")


def init_app(app: Flask) -> None:
    """Add the address ``/accessibility``."""
    app.register_blueprint(bp)
    add_to_navigation(app, "accessibility.accessibility", "accessibility_title", 90, footer=True)


@bp.get("/accessibility")
def accessibility() -> str:
    """Show the statement."""
    return render_template(
        "accessibility.html",
        tried=TRIED,
        shortcomings=SHORTCOMINGS,
        program=__version__,
        contact=the_contact(),
    )

"""The views of a content: queries whose answers are shown as pictures or tables on its pages.

``ontology/views/NAME.rq`` begins with its title in each language and says where it is shown
(``# on: home``, ``map`` or ``sources``, or a class: on the page of each of its instances, bound
to ``$this``), in which form (``# view: map``) and in which order (``# order: 10``). The build runs
each of them.
"""

from samgraf.build.views.check import check_view, nameless
from samgraf.build.views.display_terms import check_display
from samgraf.build.views.views import NAME, View, check_sentences, read_views, view_quads

__all__ = [
    "NAME",
    "View",
    "check_display",
    "check_sentences",
    "check_view",
    "nameless",
    "read_views",
    "view_quads",
]

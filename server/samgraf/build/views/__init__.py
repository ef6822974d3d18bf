"""The views of a content: queries whose answers are shown as pictures or tables on its pages.

``ontology/views/NAME.rq`` begins with its title in each language and says where it is shown
(``# on: home``, ``map`` or ``sources``, or a class: on the page of each of its instances, bound
to ``$this``), in which form (``# view: map``) and in which order (``# order: 10``). The build runs
each of them.
"""

from samgraf.build.views.check import check_views
from samgraf.build.views.publish import view_quads
from samgraf.build.views.read import View, read_views
from samgraf.build.views.vocabulary import check_display, vocabulary_quads

__all__ = [
    "View",
    "check_display",
    "check_views",
    "read_views",
    "view_quads",
    "vocabulary_quads",
]

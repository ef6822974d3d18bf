"""The views of a content: queries whose answers are shown as pictures or tables on its pages.

``ontology/views/NAME.rq`` begins with its title in each language and says where it is shown
(``# on: home``, ``map`` or ``sources``, or a class: on the page of each of its instances, bound
to ``$this``), in which form (``# view: map``) and in which order (``# order: 10``).
"""

from samgraf.views.publish import view_quads
from samgraf.views.read import View, read_views
from samgraf.views.vocabulary import check_display, vocabulary_quads

__all__ = ["View", "check_display", "read_views", "view_quads", "vocabulary_quads"]

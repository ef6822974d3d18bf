"""The vocabularies as pages: https://www.w3.org/TR/skos-reference/ schemes and their concepts.

A scheme whose IRI leads elsewhere shows its concepts there: ``read_scheme`` with the template
``vocabularies/tree.html``, given ``scheme``. A concept is shown like any other thing.
"""

from samgraf.site.vocabularies.pages import bp, init_app
from samgraf.site.vocabularies.scheme import Scheme, read_scheme

__all__ = ["Scheme", "bp", "init_app", "read_scheme"]

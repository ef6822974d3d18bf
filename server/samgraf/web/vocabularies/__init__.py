"""The vocabularies as pages: https://www.w3.org/TR/skos-reference/ schemes and their concepts.

The page of a thing that is a concept or a scheme shows it as such, wherever its IRI leads:
``read_concept`` with the template ``vocabularies/concept.html``, given ``concept``, and
``read_scheme`` with ``vocabularies/scheme_body.html``, given ``scheme``.
"""

from samgraf.web.vocabularies.concept import Concept, read_concept
from samgraf.web.vocabularies.pages import bp, init_app
from samgraf.web.vocabularies.scheme import Scheme, read_scheme

__all__ = ["Concept", "Scheme", "bp", "init_app", "read_concept", "read_scheme"]

"""The vocabularies as pages: https://www.w3.org/TR/skos-reference/ schemes and their concepts.

A scheme whose IRI leads elsewhere shows its concepts there: ``read_scheme`` with the template
``vocabularies/tree.html``, given ``scheme``. A concept is shown like any other thing.
"""

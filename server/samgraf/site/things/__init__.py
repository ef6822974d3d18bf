"""One page for things: every IRI of the graph is a page, and a document in four formats.

In: an IRI (``/id/…``, ``/doc/…``, a path below the base, ``/doc?iri=…``), the reader's language.
Out: a page, or RDF by Accept or by suffix; 303 from ``/id/…``, since a thing is no document
(https://www.w3.org/TR/cooluris/#r303gendocument).

``pages`` answers requests. ``page`` makes the page: ``statements`` reads what stands
round the thing and arranges it by the lenses that ``display`` has read; ``named`` reads what is
known of the things named; ``groups`` turns lists of statements into labels, links, tables and, by
``values``, written literals. What terms,
concept schemes and data sets have beside comes from the package that knows them (``kind.Extra``).
``suggestions`` finds what somebody may have meant who asked for a thing that nobody knows.
"""

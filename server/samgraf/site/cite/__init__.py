"""How to cite what a page shows: as text, BibTeX, RIS and CSL-JSON.

In: an IRI and what it is called, or a query. Out: a box on the page, files at ``/cite.…?iri=``, and
the header ``Link: …; rel="cite-as"`` (https://www.rfc-editor.org/rfc/rfc8574). A citation of an
answer carries the query, the release and a hash, and its address holds the answer of today against
them.

``citation`` writes the formats, ``read`` has from the graph who made what, ``answers`` compares
answers, ``pages`` answers requests.
"""

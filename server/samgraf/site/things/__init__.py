"""Every IRI of the graph is a page, and a document in four formats.

https://www.w3.org/TR/cooluris/#r303gendocument: what is named at ``/id/…`` is no document, so
that it answers 303 with the document about it; that is negotiated by Accept, or by suffix.
"""

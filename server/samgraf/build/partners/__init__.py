"""The partners of a content: their records, extracts and examples, read and checked.

In: ``data/partners.ttl``, ``data/mirrors/``, ``ontology/federated/``. Out: the records of the
manifest, quads, and the file of a new extract.
"""

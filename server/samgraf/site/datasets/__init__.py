"""The data sets: what there is, on which terms, and the files to take away.

In: the catalogue of the release, or its manifest; the files made so far. Out: ``/datasets`` and
``/.well-known/void`` (``pages``), and what the page of a data set has beside its statements: files,
numbers, and a description for search engines (``read``).
"""

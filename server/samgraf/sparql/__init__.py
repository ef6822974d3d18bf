"""The language and its protocol: guard, dataset, formats, negotiation, service description.

In: a query with its parameters. Out: a request for an engine (``evaluation``), and from its answer
what is sent, or a problem told. It knows engines and partners by their protocols alone.
"""

"""The language and its protocol.

In: what a request asks. Out: a request for an engine (``evaluation``), and from its answer what is
sent, or the problem that is told. It knows engines and partners by their protocols alone.

1. ``protocol`` reads the operation: a query, its dataset, a format, a time limit.
2. ``guard`` decodes the text and bounds its length and depth; ``tokens`` splits it.
3. ``syntax`` reads it: the tree of which all else is known. ``errors`` words what may be wrong.
4. ``formats`` is the table of formats, ``negotiation`` chooses one of them.
5. ``service`` prepares the request, and asks the engine or the federation.
6. ``headers`` and ``problems`` are what goes out beside an answer, or in its place; ``description``
   is the service's own.

``corrections`` writes a query so that the store in this program answers it as the standard has it,
with ``xpath_regex`` for patterns; engines call it. ``binding`` puts values into queries of the
program's own, ``outgoing`` writes one for other stores. ``federated`` says what partners gave.
"""

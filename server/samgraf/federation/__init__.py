"""Join the graph with other public datasets: SERVICE, to named partners only.

In: a query with SERVICE, and an engine for the store here. Out: one answer, and the outcome of each
partner. https://www.w3.org/TR/sparql11-federated-query/

A query goes through the modules in this order. ``bind_join`` reads it and leads the rest.
``plan`` finds its SERVICE groups and what may be sent of the values around each (``scope`` knows
which variables a pattern binds). ``rewriting`` writes the query for a partner, and puts solutions
in the place of a group. ``service_calls`` makes one call, and falls back on a mirror.

``partner_client`` asks partners: from its cache, by a request under way (``single_flight``), or
anew by the ``partner_channel`` of the partner, unless that is not to be asked
(``circuit_breaker``). ``partner_http`` sends the request over ``network``, which connects to
addresses alone that ``addresses`` allows; ``results_json`` and ``results_xml`` read the answer.
``mirror`` fetches an extract for ``samgraf mirror``.

A web process makes one ``PartnerClient(settings)``, which keeps its cache and what it knows of
partners as releases come and go, and ``aclose()``s it at its end; ``states()`` is for metrics and
pages. For each release that names partners it makes a ``Federation(engine, client, partners,
base)``, which needs no closing. All of it belongs to one event loop, and none of it blocks that.
"""

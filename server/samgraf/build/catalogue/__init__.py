"""The catalogue of the data: VoID, DCAT, prefixes and examples, made from the graph at build.

https://www.w3.org/TR/void/ and https://data.norge.no/specification/dcat-ap-no. ``make`` fills the
graph ``{base}graph/catalogue``, together with what the content says in ``data/catalogue.ttl``.
"""

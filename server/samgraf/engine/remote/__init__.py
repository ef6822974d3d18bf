"""Stores of other makers: the release is loaded into them, and queries are answered from them.

``publish`` writes a release into a store by the Graph Store Protocol, under names of its own, so
that a store holds many releases. ``engine`` is the engine over one of them: ``query`` writes a
query anew with those names, ``client`` sends it by HTTP, ``results`` checks the answer and writes
it as our own engine would.
"""

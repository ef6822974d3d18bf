"""The things of the graph by class: what there is, and a list of the things of each class.

In: a class, what the reader filters by, the page of a long list. Out: ``/things`` with all classes
and how much of each there is, ``/things/{Class}`` with the things in the order of their names; both
also as CSV and JSON, lists as GeoJSON and RDF too.

``pages`` answers requests. ``classes`` reads which classes there are, ``read`` the things of one
and their columns, ``written`` writes lists for programs.
"""

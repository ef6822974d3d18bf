"""Lay out pictures: sizes and places only, no graph, no page, no colour.

``layers`` sets causes before effects in columns, for wide screens; ``arcs`` sets them one above
the other with the links in the margin, for narrow ones; ``text`` wraps words into boxes.
"""

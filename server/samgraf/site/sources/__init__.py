"""Show the texts that things are drawn from, place by place: what was used and what was left.

The texts and places are those of https://www.w3.org/TR/annotation-model/; what is drawn from a
place a view of the content says (``# on: sources``), else whatever points at it.
"""

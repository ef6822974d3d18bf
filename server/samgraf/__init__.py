"""Check, reason over, release and serve a knowledge graph made of Turtle files."""

__version__ = "0.1.0"

"""Validate the data against the shapes, and tell what is wrong in plain words.

https://www.w3.org/TR/shacl/
"""

from samgraf.build.validate.place import StatementIndex, tell
from samgraf.build.validate.report import VIOLATION, WARNING, Finding, report_quads, vanished
from samgraf.build.validate.run import Places, halves, shapes_of, validate

__all__ = [
    "VIOLATION",
    "WARNING",
    "Finding",
    "Places",
    "StatementIndex",
    "halves",
    "report_quads",
    "shapes_of",
    "tell",
    "validate",
    "vanished",
]

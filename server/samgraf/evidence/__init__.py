"""Check quoted places against a copy of the text that they were taken from.

https://www.w3.org/TR/annotation-model/#text-position-selector
"""

from samgraf.evidence.passages import Passage, passages
from samgraf.evidence.recheck import Finding, State, read_text, recheck
from samgraf.evidence.texts import Texts, check_texts

__all__ = [
    "Finding",
    "Passage",
    "State",
    "Texts",
    "check_texts",
    "passages",
    "read_text",
    "recheck",
]

"""Check quoted places against a copy of the text that they were taken from.

https://www.w3.org/TR/annotation-model/#text-position-selector
"""

from samgraf.build.evidence.passages import Passage, passages
from samgraf.build.evidence.recheck import (
    PassageFinding,
    PassageState,
    Texts,
    check_texts,
    read_text,
    recheck,
)

__all__ = [
    "Passage",
    "PassageFinding",
    "PassageState",
    "Texts",
    "check_texts",
    "passages",
    "read_text",
    "recheck",
]

"""One validation result, in a form that can be compared, sorted and sent between processes.

https://www.w3.org/TR/shacl/#results-validation-result
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

SH = "http://www.w3.org/ns/shacl#"
VIOLATION = SH + "Violation"
WARNING = SH + "Warning"


@dataclass(frozen=True)
class Finding:
    """A validation result.

    ``path`` is a SPARQL property path with full IRIs, or empty; ``named`` is the IRI of the shape
    or of the nearest named shape around it; ``messages`` are (language, text).
    """

    severity: str
    focus: ox.NamedNode | ox.BlankNode | ox.Literal
    path: str
    value: ox.NamedNode | ox.BlankNode | ox.Literal | None
    component: str
    shape: ox.NamedNode | ox.BlankNode
    named: str
    messages: tuple[tuple[str, str], ...]

    def key(self) -> tuple[str, ...]:
        """Return what makes this result the one it is, whatever blank nodes are called."""
        terms = (self.focus, self.value)
        names = ["_:" if isinstance(t, ox.BlankNode) else str(t) for t in terms]
        texts = [f"{lang} {text}" for lang, text in self.messages]
        return (self.severity, *names, self.path, self.component, self.named, *texts)

    def digest(self) -> str:
        """Return a short hash of the key: the end of the result's IRI."""
        return hashlib.sha256("\0".join(self.key()).encode()).hexdigest()[:24]


def vanished(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Return the findings of the asserted data that are no longer found on the closure.

    Inference adds triples, so it may add results; one that it takes away was hidden by a
    conclusion drawn from the fault itself.
    """
    still = {f.key() for f in after}
    return [f for f in before if f.key() not in still]

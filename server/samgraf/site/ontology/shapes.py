"""The rules that shapes lay down, in words: https://www.w3.org/TR/shacl/#shapes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from samgraf.site.language import Phrase, pick
from samgraf.site.ontology.constraints import Node, constraints, count, says
from samgraf.site.ontology.names import SH
from samgraf.site.ontology.paths import path_words, predicates
from samgraf.site.ontology.words import Nodes, Words, key_of

_PLACE = re.compile(r"\{[?$]\w+\}")
_TARGETS = ("targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True)
class Rule:
    """Hold one rule: of whose things it asks it, of which values, how many, which, and why.

    A rule without a path is about the thing itself.
    """

    classes: Sequence[str]
    path: Words | None
    count: Words | None
    values: Sequence[Words]
    message: Phrase | None
    is_warning: bool

    @property
    def words(self) -> list[Words]:
        """Return all that the rule says, less its message."""
        return [words for words in (self.path, self.count, *self.values) if words]


def rules(
    nodes: Nodes, language: str, classes: Sequence[str], property_: str | None = None
) -> list[Rule]:
    """Return the rules for things of ``classes``, the first one's first, or on ``property_``."""
    found = []
    for shape in sorted(nodes, key=lambda shape: (not _targets(nodes[shape], classes[:1]), shape)):
        targets = [t["value"] for t in nodes[shape].get(SH + "targetClass", ())]
        if not targets and shape in classes:
            targets = [shape]  # a class that is its own shape
        asked = targets if property_ else [t for t in targets if t in classes]
        if not asked and not (property_ and any(SH + t in nodes[shape] for t in _TARGETS)):
            continue
        parts = [key_of(p) for p in nodes[shape].get(SH + "property", ())]
        for part in parts:
            node = nodes.get(part, {})
            ways = node.get(SH + "path", ())
            if not ways or says(node, "deactivated", "true"):
                continue
            if property_ and property_ not in predicates(nodes, ways[0]):
                continue
            found.append(_rule(nodes, node, path_words(nodes, ways[0]), asked, language))
        own = nodes[shape]
        if not property_ and (constraints(nodes, own) or own.get(SH + "sparql")):
            found.append(_rule(nodes, own, None, asked, language))
    return found


def _targets(node: Node, classes: Collection[str]) -> bool:
    return any(target["value"] in classes for target in node.get(SH + "targetClass", ()))


def _rule(
    nodes: Nodes, node: Node, path: Words | None, classes: Sequence[str], language: str
) -> Rule:
    said = [*node.get(SH + "message", ())]
    for query in node.get(SH + "sparql", ()):
        said += nodes.get(key_of(query), {}).get(SH + "message", ())
    # https://www.w3.org/TR/shacl/#sparql-constraints-messages: the values come with a result
    texts = ((_PLACE.sub("…", m["value"]), m.get("xml:lang", "")) for m in said)
    message = pick((Phrase(*text) for text in texts), language)
    is_warning = says(node, "severity", SH + "Warning") or says(node, "severity", SH + "Info")
    return Rule(classes, path, count(node), constraints(nodes, node), message, is_warning)

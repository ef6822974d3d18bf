"""Property paths in words: https://www.w3.org/TR/shacl/#property-paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samgraf.site.ontology.names import SH
from samgraf.site.ontology.words import Nodes, Said, Several, Thing, Words, key_of, members

_REPEATED = {
    SH + "zeroOrMorePath": "ontology_path_any",
    SH + "oneOrMorePath": "ontology_path_repeated",
    SH + "zeroOrOnePath": "ontology_path_maybe",
}
_DEEP = 8


def path_words(nodes: Nodes, path: Mapping[str, Any], depth: int = 0) -> Words:
    """Return ``path`` in words: a property, or the other way, or one after the other."""
    if path["type"] == "uri":
        return Thing(path["value"])
    node = nodes.get(key_of(path), {})
    if depth > _DEEP:
        return Said("ontology_unnamed")
    if inverse := node.get(SH + "inversePath"):
        return Said("ontology_inverse_path", {"path": path_words(nodes, inverse[0], depth + 1)})
    if choice := node.get(SH + "alternativePath"):
        ways = [path_words(nodes, m, depth + 1) for m in members(nodes, choice[0])]
        return Several(ways, "ontology_or")
    for property_, key in _REPEATED.items():
        if way := node.get(property_):
            return Said(key, {"path": path_words(nodes, way[0], depth + 1)})
    if steps := members(nodes, path):
        return Several([path_words(nodes, s, depth + 1) for s in steps], "ontology_then")
    return Said("ontology_unnamed")


def predicates(nodes: Nodes, path: Mapping[str, Any], depth: int = 0) -> set[str]:
    """Return the properties that ``path`` goes along, either way."""
    if path["type"] == "uri":
        return {path["value"]}
    node = nodes.get(key_of(path), {})
    if depth > _DEEP:
        return set()
    ways = [w for p in (SH + "inversePath", *_REPEATED) for w in node.get(p, ())]
    for choice in node.get(SH + "alternativePath", ()):
        ways += members(nodes, choice)
    ways += members(nodes, path)
    return {p for way in ways for p in predicates(nodes, way, depth + 1)}

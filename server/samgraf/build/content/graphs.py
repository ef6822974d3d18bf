"""Make sure that each data file describes its own graph, where the content asks for that.

It asks by a shape for ``void:Dataset``; the shape also says what the description holds, so that
the block to add can be shown. https://www.w3.org/TR/void/ and https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.layout import FileKind
from samgraf.build.content.load import Loaded
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.rdf import RDF_TYPE, Subject, Term, object_of, subject_of
from samgraf.errors import ContentError
from samgraf.vocab import RDF, SH, VOID, XSD

_DATASET = ox.NamedNode(VOID + "Dataset")
_PREFIXES = ("dct", "prov", "rdfs", "void", "xsd")


def check_graphs(loaded: Loaded) -> None:
    """Raise ContentErrors for each data file that does not describe its graph.

    Nothing is asked of a content that does not hold itself to ``definedTerms``, nor where no shape
    is for ``void:Dataset``.
    """
    if "definedTerms" not in loaded.header.keeps:
        return
    shapes = _Shapes(loaded)
    if not shapes.wanted:
        return
    faults = []
    for file in loaded.files:
        if file.file.kind is FileKind.DATA:
            datasets = [subject_of(t) for t in file.triples if _is_dataset(t)]
            if file.graph not in datasets:
                faults.append(_fault(file, datasets, shapes, loaded))
    if faults:
        raise ContentErrors(faults)


def _fault(
    file: LoadedFile, datasets: list[Subject], shapes: _Shapes, loaded: Loaded
) -> ContentError:
    for other in datasets:
        if str(other).startswith(f"<{loaded.header.base}graph/"):
            line = file.line_of_subject(other) or 1
            mend = f"Write {file.graph} there, or describe both."
            return ContentError(
                f"The file describes {other} and not its own graph.", file.file.name, line, mend
            )
    return ContentError(
        "The file does not describe its own graph.",
        file.file.name,
        1,
        f"Add what follows, with the dots filled in:\n\n{_block(file, shapes, loaded)}\n",
    )


def _block(file: LoadedFile, shapes: _Shapes, loaded: Loaded) -> str:
    """Return the description to add, in Turtle; a prefix is declared where the file has it not."""
    names = {namespace: prefix for prefix, namespace in file.prefixes.items()}
    added = {}
    for prefix in _PREFIXES:
        namespace = loaded.header.prefixes[prefix]
        if namespace not in names and prefix not in file.prefixes:
            names[namespace] = added[prefix] = prefix

    def short(iri: str) -> str:
        for namespace, prefix in names.items():
            if iri.startswith(namespace) and iri[len(namespace) :].isidentifier():
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    lines = [f"{file.graph} a {short(_DATASET.value)}"]
    for path, values in shapes.properties(sorted(loaded.header.title) or ["en"]):
        told = ", ".join(v.replace("xsd:date", short(XSD + "date")) for v in values)
        lines.append(f"    {short(path)} {told}")
    block = " ;\n".join(lines) + " ."
    used = [p for p in added if f"{p}:" in block]
    declared = [f"@prefix {p}: <{loaded.header.prefixes[p]}> ." for p in used]
    return "\n".join([*declared, block])


class _Shapes:
    """What the shapes say of ``void:Dataset``."""

    def __init__(self, loaded: Loaded) -> None:
        self._out: dict[object, dict[str, list[Term]]] = {}
        self.wanted: list[object] = []
        for t in loaded.triples({FileKind.SHAPES}):
            self._out.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(
                object_of(t)
            )
            if t.predicate.value == SH + "targetClass" and t.object == _DATASET:
                self.wanted.append(t.subject)

    def properties(self, languages: list[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield (path, sample values in Turtle) of each property that must be stated."""
        for shape in self.wanted:
            for node in self._out[shape].get(SH + "property", ()):
                path, least = self._one(node, "path"), self._one(node, "minCount")
                if isinstance(path, ox.NamedNode) and least is not None and least.value != "0":
                    yield path.value, self._values(node, int(least.value), languages)

    def _values(self, node: object, least: int, languages: list[str]) -> list[str]:
        datatype, kind = self._one(node, "datatype"), self._one(node, "nodeKind")
        listed = [tag.value for tag in self._list(self._one(node, "languageIn"))]
        if listed or self._one(node, "uniqueLang") is not None:
            return [f'"…"@{tag}' for tag in listed or languages]
        if datatype is not None and datatype.value == XSD + "date":
            return ['"YYYY-MM-DD"^^xsd:date'] * least
        is_thing = self._one(node, "class") is not None
        if is_thing or (kind is not None and kind.value == SH + "IRI"):
            return ["<https://…>"] * least
        return ['"…"'] * least

    def _one(self, node: object, name: str) -> Term | None:
        values = self._out.get(node, {}).get(SH + name)
        return values[0] if values else None

    def _list(self, node: object) -> Iterator[Term]:
        while node in self._out:
            yield self._out[node][RDF + "first"][0]
            node = self._out[node][RDF + "rest"][0]


def _is_dataset(triple: ox.Triple) -> bool:
    return triple.predicate == RDF_TYPE and triple.object == _DATASET

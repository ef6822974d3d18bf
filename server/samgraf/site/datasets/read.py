"""Read what the catalogue says of the data sets, as any client could; the same few queries always.

A release without a catalogue has data sets all the same: those that its manifest names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from samgraf.limits import DATASET_PARTS
from samgraf.release import names
from samgraf.release.dumps import Dump, Made, datasets_of, dumps_of
from samgraf.release.licences import text_and_name
from samgraf.site.context import absolute, keep_no_answer, the_service
from samgraf.site.downloads import the_dumps
from samgraf.site.graph import LabelLookup, Term, address, ask, said_of
from samgraf.site.language import Phrase, phrase_of, pick
from samgraf.site.things.kind import Extra, Subject
from samgraf.site.things.statements import IN, OUT
from samgraf.vocab import DCAT, DCT, PROV, VOID

#: The groups in the order of the page; all but the first stand behind a fold.
GROUPS = ("data", "ontology", "vocabularies", "alignments", "shapes", "made")

SIZES = ("triples", "entities", "distinctSubjects", "distinctObjects", "classes", "properties")
#: What is read of a data set.
_SAID = (
    *(DCT + name for name in ("title", "description", "modified", "license", "publisher")),
    *(PROV + "wasDerivedFrom", DCAT + "keyword", DCAT + "distribution"),
    *(VOID + name for name in SIZES),
)


@dataclass
class File:
    """A file of a data set; ``made`` is nothing while it is not there."""

    dump: Dump
    made: Made | None


@dataclass
class Dataset:
    """A data set in the reader's language."""

    stem: str
    title: Phrase
    group: str
    description: Phrase | None = None
    modified: str = ""
    licence: tuple[str, str] | None = None
    publisher: str = ""
    sources: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    has_place: bool = False

    @property
    def iri(self) -> str:
        """Return the IRI of the data set."""
        return names.dataset(the_service().base, self.stem)


def catalogue_graph() -> ox.NamedNode:
    """Return the graph that the catalogue stands in."""
    return ox.NamedNode(the_service().base + names.GRAPH)


def known_stems() -> dict[str, tuple[str, ...]]:
    """Return the graphs of each data set by what it is called; the whole names none."""
    manifest = the_service().manifest
    return {names.WHOLE: ()} | datasets_of(manifest["graphs"], manifest.get("base") or "")


def read_datasets(language: str, stems: Iterable[str]) -> dict[str, Dataset]:
    """Return the data sets that are called ``stems``, in that order."""
    base, known = the_service().base, known_stems()
    iris = {stem: names.dataset(base, stem) for stem in stems}
    said = said_of(iris.values(), _SAID)
    files = _files()
    entries = {g["iri"]: g for g in the_service().manifest["graphs"]}
    located = {row["graph"]["value"] for row in ask(__package__, "located.rq")}
    found = {}
    for stem, iri in iris.items():
        parts, record = [entries[graph] for graph in known[stem]], said.get(iri, {})
        found[stem] = _dataset(stem, parts, record, language)
        # what the record does not offer cannot be written, and need not be tried
        offered = {t["value"].rpartition("#")[2] for t in record.get(DCAT + "distribution", ())}
        found[stem].files = [
            f for f in files.get(stem, []) if not offered or f.dump.format.name in offered
        ]
        found[stem].has_place = not located.isdisjoint(known[stem])
    return found


def _dataset(
    stem: str,
    parts: Sequence[Mapping[str, Any]],
    said: Mapping[str, list[Term]],
    language: str,
) -> Dataset:
    def phrase(name: str) -> Phrase | None:
        return pick(map(phrase_of, said.get(DCT + name, ())), language)

    def values(iri: str) -> list[str]:
        return [t["value"] for t in said.get(iri, ())]

    def first(name: str) -> str:
        return next(iter(values(DCT + name)), "")

    sizes = {n: int(v[0]) for n in SIZES if (v := values(VOID + n))}
    if parts:
        sizes.setdefault("triples", sum(part["quads"] for part in parts))
    if stem == names.WHOLE:
        # one size is told everywhere; VoID leaves the catalogue out of its own numbers
        own = {"own": sizes.pop("triples")} if "triples" in sizes else {}
        sizes = {"statements": the_service().default_graph_triples, **own, **sizes}
    return Dataset(
        stem=stem,
        title=phrase("title") or Phrase(stem.removeprefix("graph/"), ""),
        group=_group(stem, parts[0] if parts else {}),
        description=phrase("description"),
        modified=first("modified"),
        licence=text_and_name(first("license")) if first("license") else None,
        publisher=first("publisher"),
        sources=values(PROV + "wasDerivedFrom"),
        keywords=[
            t["value"] for t in said.get(DCAT + "keyword", ()) if t.get("xml:lang") == language
        ],
        sizes=sizes,
    )


def dataset_extra(subject: Subject) -> Extra | None:
    """Return what the page of a data set of this release shows; None for other things.

    A release without a catalogue says nothing of its data sets: they have pages all the same.
    """
    if (stem := stem_of(subject.iri)) is None:
        return None
    begin_dumps()
    dataset = read_datasets(subject.language, [stem])[stem]
    partitions = read_partitions(dataset) if stem == names.WHOLE else {}

    def finish(labels: LabelLookup) -> dict[str, object]:
        parts = {
            kind: [(address(iri), labels[iri], count) for iri, count in entries]
            for kind, entries in partitions.items()
        }
        return {
            "dataset": dataset,
            "markup": markup_of(dataset, ()),
            "partitions": parts,
            "first": DATASET_PARTS,
        }

    hidden = [(OUT, DCT + "title"), (OUT, DCT + "description")]
    hidden += [(OUT, DCAT + "distribution"), (IN, DCAT + "accessURL")]
    hidden += [key for key in subject.statements.counts if key[1].startswith(VOID)]
    return Extra(
        template="datasets/dataset.html",
        finish=finish,
        names=[iri for entries in partitions.values() for iri, _ in entries],
        hidden=hidden,
    )


def stem_of(iri: str) -> str | None:
    """Return what the data set ``iri`` of this release is called; None for other things."""
    stem = iri.removeprefix(names.dataset(the_service().base, ""))
    return stem if stem != iri and stem in known_stems() else None


def begin_dumps() -> None:
    """Have the files made: whoever looks at the list may want one next.

    Until they are, the page that is being made says less than the next one, and is not kept.
    """
    if (dumps := the_dumps()) is not None and not dumps.begin():
        keep_no_answer()


def read_partitions(dataset: Dataset) -> dict[str, list[tuple[str, int]]]:
    """Return the classes and the properties of ``dataset``, each with its count.

    Those of the content's own namespace come first, of these the most used.
    """
    namespace = the_service().manifest.get("namespace") or "\0"
    node = ox.NamedNode(dataset.iri)
    found: dict[str, list[tuple[str, int]]] = {"class": [], "property": []}
    for row in ask(__package__, "partitions.rq", graph=catalogue_graph(), dataset=node):
        for kind, entries in found.items():
            if kind in row:
                entries.append((row[kind]["value"], int(row["count"]["value"])))
    for entries in found.values():
        entries.sort(key=lambda entry: not entry[0].startswith(namespace))
    return found


def _group(stem: str, entry: Mapping[str, Any]) -> str:
    """Return which group a graph is shown in, by where its file stands in the content."""
    if stem == names.WHOLE:
        return "whole"
    if not entry.get("file") or stem == names.GRAPH:
        return "made"
    folder = entry["file"].split("/")
    if folder[0] != "ontology":
        return "data"
    # what has no group of its own says how the content is shown
    return folder[1] if len(folder) > 2 and folder[1] in GROUPS else "ontology"


def _files() -> dict[str, list[File]]:
    dumps = the_dumps()
    if dumps is None:
        return {}
    known = dumps.known()
    found: dict[str, list[File]] = {}
    for dump in dumps_of(the_service().manifest):
        if not dump.is_packed:
            continue  # the same again, for programs
        made = known.get(dump.name)
        if made is None or made.sha256 is not None:
            found.setdefault(dump.stem, []).append(File(dump, made))
    return found


def markup_of(dataset: Dataset, parts: Iterable[Dataset]) -> dict[str, Any]:
    """Return ``dataset`` with its ``parts`` as schema.org has it."""
    described = {"@context": "https://schema.org/", **_described(dataset)}
    described["distribution"] = [
        {
            "@type": "DataDownload",
            "encodingFormat": file.dump.format.media_type,
            "contentUrl": absolute(f"/dumps/{file.dump.name}"),
            **_made(file),
        }
        for file in dataset.files
    ]
    if found := [_described(part) for part in parts]:
        described["hasPart"] = found
    if dataset.stem == names.WHOLE:
        described["includedInDataCatalog"] = {
            "@type": "DataCatalog",
            "@id": the_service().base + names.CATALOGUE,
            "url": absolute(f"/{names.CATALOGUE}"),
        }
    return described


def _made(file: File) -> dict[str, Any]:
    if file.made is None:
        return {}
    return {"contentSize": f"{file.made.bytes} B", "sha256": file.made.sha256}


def _described(dataset: Dataset) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Dataset",
        "@id": dataset.iri,
        "name": dataset.title.text,
        "url": absolute(f"/{names.CATALOGUE}/{dataset.stem}"),
        "isAccessibleForFree": True,
        "version": the_service().release,
    }
    if dataset.description:
        found["description"] = dataset.description.text
    if dataset.licence:
        found["license"] = dataset.licence[0]
    if dataset.modified:
        found["dateModified"] = dataset.modified
    if dataset.publisher:
        found["publisher"] = {"@type": "Organization", "@id": dataset.publisher}
    if dataset.sources:
        found["isBasedOn"] = dataset.sources
    if dataset.keywords:
        found["keywords"] = dataset.keywords
    return found

"""Describe data sets for search engines: https://schema.org/Dataset, as a block of JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from samgraf.release import names
from samgraf.site.context import absolute, the_service
from samgraf.site.datasets.read import Dataset, File


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

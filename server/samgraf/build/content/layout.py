"""Where the files of a content stand, what each is for, and which named graph it fills."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import samgraf
from samgraf.errors import UsageError


class Kind(StrEnum):
    """What a file is for; decides which stages read it."""

    ONTOLOGY = "ontology"
    ALIGNMENT = "alignment"
    VOCABULARY = "vocabulary"
    SHAPES = "shapes"
    DISPLAY = "display"
    DATA = "data"
    CATALOGUE = "catalogue"
    PARTNERS = "partners"
    MIRROR = "mirror"
    EXTRA = "extra"


#: The kinds that the reasoner and the validator see as the described world.
DESCRIBED = frozenset({Kind.ONTOLOGY, Kind.ALIGNMENT, Kind.VOCABULARY, Kind.DATA, Kind.EXTRA})
#: The kinds that say what can be said.
TERMINOLOGY = frozenset({Kind.ONTOLOGY, Kind.ALIGNMENT, Kind.VOCABULARY})
#: The kinds that state facts and so define no term, some of them not ours.
STATING = frozenset({Kind.DATA, Kind.EXTRA, Kind.PARTNERS, Kind.MIRROR})

_FOLDERS = (
    ("ontology", "*.ttl", Kind.ONTOLOGY),
    ("ontology/terms", "*.ttl", Kind.ONTOLOGY),
    ("ontology/alignments", "*.ttl", Kind.ALIGNMENT),
    ("ontology/vocabularies", "*.ttl", Kind.VOCABULARY),
    ("ontology/shapes", "*.ttl", Kind.SHAPES),
    ("ontology/views", "*.ttl", Kind.DISPLAY),
    ("data", "**/*.ttl", Kind.DATA),
)
_BY_NAME = {
    "ontology/display.ttl": Kind.DISPLAY,
    "data/catalogue.ttl": Kind.CATALOGUE,
    "data/partners.ttl": Kind.PARTNERS,
}
MIRRORS = "data/mirrors/"


@dataclass(frozen=True)
class ContentFile:
    """One Turtle file: where it is, its name for people, its kind, its graph below the base."""

    path: Path
    name: str
    kind: Kind
    graph: str


@dataclass(frozen=True)
class Content:
    """A folder that holds ``ontology/`` and ``data/``."""

    root: Path

    def files(self) -> list[ContentFile]:
        """Return the Turtle files that are loaded, sorted by name; ``examples/`` never is."""
        found = []
        for folder, pattern, kind in _FOLDERS:
            for path in (self.root / folder).glob(pattern):
                name = path.relative_to(self.root).as_posix()
                stem = name.removesuffix(".ttl")
                is_mirror = name.startswith(MIRRORS)
                actual = Kind.MIRROR if is_mirror else _BY_NAME.get(name, kind)
                graph = "graph/" + stem.removeprefix("data/")
                found.append(ContentFile(path, name, actual, graph))
        return sorted(found, key=lambda f: f.name)

    def questions(self) -> list[Path]:
        """Return the question files (``.rq``), sorted by name."""
        return sorted((self.root / "ontology" / "questions").glob("*.rq"))

    def views(self) -> list[Path]:
        """Return the view files (``.rq``), sorted by name."""
        return sorted((self.root / "ontology" / "views").glob("*.rq"))

    def federated(self) -> list[Path]:
        """Return the files of the federated examples (``.rq``), sorted by name."""
        return sorted((self.root / "ontology" / "federated").glob("*.rq"))

    def queries(self) -> list[Path]:
        """Return all files of queries."""
        return [*self.questions(), *self.views(), *self.federated()]

    def fingerprint(self) -> str:
        """Return the SHA-256 over names and bytes of every file that a build reads."""
        digest = hashlib.sha256()
        answers = (self.root / "ontology" / "questions").glob("*.csv")
        paths = [f.path for f in self.files()]
        paths += [*self.queries(), *sorted(answers)]
        for path in paths:
            name = path.relative_to(self.root).as_posix().encode()
            data = path.read_bytes()
            digest.update(b"%d %s %d " % (len(name), name, len(data)))
            digest.update(data)
        return digest.hexdigest()


def extra_files(paths: tuple[Path, ...]) -> Iterator[ContentFile]:
    """Yield ``paths`` as files of their own graphs, to be checked together with a content."""
    for number, path in enumerate(paths, 1):
        yield ContentFile(path, str(path), Kind.EXTRA, f"graph/extra/{number}")


def packaged_root() -> Path | None:
    """Return the content inside the installed package, or None in a checkout."""
    root = Path(samgraf.__file__).parent / "_packaged"
    return root if (root / "ontology").is_dir() else None


def find_content(root: Path | None = None) -> Content:
    """Return the content at ``root``, else the packaged one, else that of the checkout.

    Raise UsageError where the folder holds no ``ontology/``.
    """
    if root is None:
        root = packaged_root() or Path(samgraf.__file__).parents[2]
    if not (root / "ontology").is_dir():
        raise UsageError(
            f"{root}: no folder 'ontology' stands here. "
            "Name a folder that holds 'ontology' and 'data' with --content."
        )
    return Content(root)

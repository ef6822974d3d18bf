"""Where the files of a content stand, what each is for, and which named graph it fills."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import samgraf
from samgraf.build.content.formats import FORMATS, UNPACK
from samgraf.errors import ContentError, UsageError
from samgraf.vocab import is_iri


class FileKind(StrEnum):
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
DESCRIBED = frozenset(
    {FileKind.ONTOLOGY, FileKind.ALIGNMENT, FileKind.VOCABULARY, FileKind.DATA, FileKind.EXTRA}
)
#: The kinds that say what can be said.
TERMINOLOGY = frozenset({FileKind.ONTOLOGY, FileKind.ALIGNMENT, FileKind.VOCABULARY})
#: The kinds that state facts and so define no term, some of them not ours.
STATING = frozenset({FileKind.DATA, FileKind.EXTRA, FileKind.PARTNERS, FileKind.MIRROR})

#: The kinds by folder; what stands in a folder below one of these is of its kind, too.
_FOLDERS = {
    "ontology": FileKind.ONTOLOGY,
    "ontology/alignments": FileKind.ALIGNMENT,
    "ontology/vocabularies": FileKind.VOCABULARY,
    "ontology/shapes": FileKind.SHAPES,
    "ontology/views": FileKind.DISPLAY,
    "data": FileKind.DATA,
    "data/mirrors": FileKind.MIRROR,
}
_BY_STEM = {
    "ontology/display": FileKind.DISPLAY,
    "ontology/about": FileKind.DISPLAY,
    "data/catalogue": FileKind.CATALOGUE,
    "data/partners": FileKind.PARTNERS,
}
#: The base of a content that names none and has no things of its own.
NOBODYS = "https://samgraf.invalid/"
#: What to do about what stands there and cannot be read.
UNREADABLE = "Give yourself the right to read it, or remove it."
MIRRORS = "data/mirrors/"
#: The list of the versions that were released.
RELEASES = "data/releases.csv"
EXAMPLES = "ontology/examples"
CONTEXTS = "ontology/contexts"
#: A picture of the model, made by hand, that the ontology's page shows first.
PICTURE = "ontology/model.svg"
#: The folders with queries, and the endings of what is read there.
_QUERIES = {
    "ontology/questions": (".rq", ".csv"),
    "ontology/views": (".rq",),
    "ontology/federated": (".rq",),
}
#: Files for people, which no note needs to name.
_FOR_PEOPLE = re.compile(r"(?i)\..*|(?:readme|licen[cs]e|changelog|notice|citation)(?:\..*)?")


#: The graphs below the base that the build alone fills, so that no file of a content can.
FILLED = ("graph/inferred", "graph/report")


@dataclass(frozen=True)
class ContentFile:
    """One file of RDF: where it is, its name for people, its kind, its graph below the base."""

    path: Path
    name: str
    kind: FileKind
    graph: str


def _folders(name: str) -> list[str]:
    """Return the folders above the file ``name``, each with a slash at its end."""
    parts = name.split("/")[:-1]
    return ["/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]


def _by_folder(ignored: list[str], read: set[str]) -> list[str]:
    """Return ``ignored`` with one name for each folder of which nothing is read."""
    outer = (next((f for f in _folders(name) if f not in read), name) for name in ignored)
    return list(dict.fromkeys(outer))


@dataclass(frozen=True)
class Content:
    """A folder that holds ``ontology/`` and ``data/``, or else files of RDF and nothing more.

    ``base`` is the IRI that graphs and pages are to start with, where the caller says so.
    """

    root: Path
    base: str | None = None

    @cached_property
    def _found(self) -> tuple[list[ContentFile], list[str]]:
        """Return the files that are loaded, and the names of those that nothing reads."""
        files: list[ContentFile] = []
        ignored: list[str] = []
        paths = [*_walk(self.root / "ontology"), *_walk(self.root / "data")]
        if not paths:
            paths = sorted(p for p in self.root.iterdir() if p.is_file() or p.is_symlink())
        graphs = set(FILLED)
        for path in paths:
            name = self.name_of(path)
            folder = name.rpartition("/")[0]
            if f"{folder}/".startswith((f"{EXAMPLES}/", f"{CONTEXTS}/")):
                if folder == EXAMPLES and EXAMPLES + "/" not in ignored:
                    ignored.append(EXAMPLES + "/")
            elif path.suffix.lower() in FORMATS and (path.is_file() or path.is_symlink()):
                stem = name.removesuffix(path.suffix)
                # a name that is no UTF-8 is told of later
                stem_in_iri = stem.removeprefix("data/").encode("utf-8", "surrogateescape")
                graph = "graph/" + quote(stem_in_iri, safe="/~!$&'()*+,;=:@")
                if graph in graphs:  # of the build, or of a file that differs in format alone
                    graph += path.suffix
                graphs.add(graph)
                files.append(ContentFile(path, name, _kind(stem), graph))
            elif (
                name not in (RELEASES, PICTURE)
                and not self._reads(path, folder)
                and not _FOR_PEOPLE.fullmatch(path.name)
            ):
                ignored.append(name)
        read = {folder for f in files for folder in _folders(f.name)}
        read.update(f"{folder}/" for folder in (*_FOLDERS, *_QUERIES))
        return sorted(files, key=lambda f: f.name), _by_folder(ignored, read)

    @staticmethod
    def _reads(path: Path, folder: str) -> bool:
        return path.suffix in _QUERIES.get(folder, ()) and path.is_file()

    def name_of(self, path: Path) -> str:
        """Return the name for people of the file at ``path``: where it is below the root."""
        return path.relative_to(self.root).as_posix()

    def files(self) -> list[ContentFile]:
        """Return the files of RDF that are loaded, sorted by name; ``examples/`` never is.

        Where two files share a name but for its ending, the graph of the second, as they are
        sorted, bears the ending.
        """
        return self._found[0]

    def ignored(self) -> list[str]:
        """Return the names of the files in the folders that no stage reads, sorted."""
        return sorted(self._found[1])

    def contexts(self) -> dict[str, Path]:
        """Return the copies of JSON-LD contexts by name below ``ontology/contexts``."""
        folder = self.root / CONTEXTS
        return {p.relative_to(folder).as_posix(): p for p in _walk(folder) if p.is_file()}

    def picture(self) -> Path | None:
        """Return the picture of the model, if there is one."""
        path = self.root / PICTURE
        return path if path.is_file() else None

    def questions(self) -> list[Path]:
        """Return the question files (``.rq``), sorted by name."""
        return sorted((self.root / "ontology" / "questions").glob("*.rq"))

    def answers(self) -> list[Path]:
        """Return the files with the expected answers (``.csv``), sorted by name."""
        return sorted((self.root / "ontology" / "questions").glob("*.csv"))

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
        """Return the SHA-256 over the base and the names and bytes of all that a build reads."""
        digest = hashlib.sha256((self.base or "").encode())
        paths = [f.path for f in self.files()]
        paths += [*self.queries(), *self.answers(), *sorted(self.contexts().values())]
        paths += [path for path in [self.root / RELEASES, self.root / PICTURE] if path.is_file()]
        for path in paths:
            name = self.name_of(path).encode("utf-8", "surrogateescape")
            data = path.read_bytes()
            digest.update(b"%d %s %d " % (len(name), name, len(data)))
            digest.update(data)
        digest.update("\n".join(self.ignored()).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def _walk(folder: Path) -> list[Path]:
    """Return the files below ``folder``, sorted; links to folders are not followed.

    Raise ContentError where a folder cannot be read: what is in it would be missing unnoticed.
    """

    def refuse(at: str) -> None:
        name = Path(at).relative_to(folder.parent).as_posix()
        raise ContentError("The folder cannot be read.", name, None, UNREADABLE)

    found = []
    walked = os.walk(folder, onerror=lambda error: refuse(error.filename))
    for at, folders, names in walked if folder.is_dir() else ():
        if not os.access(at, os.X_OK):
            refuse(at)
        folders[:] = set(folders) - {"__pycache__"}
        found += [Path(at, name) for name in names]
    return sorted(found)


def _kind(stem: str) -> FileKind:
    """Return the kind of the file called ``stem`` without its ending."""
    if stem in _BY_STEM:
        return _BY_STEM[stem]
    folder = stem.rpartition("/")[0]
    while folder:
        if folder in _FOLDERS:
            return _FOLDERS[folder]
        folder = folder.rpartition("/")[0]
    return FileKind.ONTOLOGY


def extra_files(paths: tuple[Path, ...]) -> Iterator[ContentFile]:
    """Yield ``paths`` as files of their own graphs, to be checked together with a content.

    Raise UsageError where the ending of a name tells no format.
    """
    for number, path in enumerate(paths, 1):
        if path.suffix.lower() not in FORMATS:
            if path.suffix.lower() == ".gz":
                raise UsageError(f"{path}: the file is compressed. {UNPACK}")
            endings = ", ".join(FORMATS)
            raise UsageError(f"{path}: the ending tells no format. Give it one of {endings}.")
        yield ContentFile(path, str(path), FileKind.EXTRA, f"graph/extra/{number}")


def packaged_root() -> Path | None:
    """Return the content inside the installed package, or None in a checkout."""
    root = Path(samgraf.__file__).parent / "_packaged"
    return root if (root / "ontology").is_dir() else None


_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`?#/]+(?:/[^\s<>\"{}|\\^`?#]*)?")


def checked_base(base: str) -> str:
    """Return ``base`` with a slash at its end; raise UsageError where it can be no base."""
    if not (_BASE.fullmatch(base) and is_iri(base)):
        raise UsageError(
            f"The base is {base!r}; give an http address that ends in a slash, without ? and #."
        )
    return base if base.endswith("/") else base + "/"


def find_content(root: Path | None = None, base: str | None = None) -> Content:
    """Return the content at ``root``, else the packaged one, else that of the checkout.

    Raise UsageError where the folder holds neither ``ontology/`` nor a file of RDF.
    """
    if root is None:
        root = packaged_root() or Path(samgraf.__file__).parents[2]
    base = None if base is None else checked_base(base)
    content = Content(root, base)
    try:
        is_content = (root / "ontology").is_dir() or bool(content.files())
    except OSError:
        is_content = False
    if not is_content:
        if packed := next(root.glob("*.gz"), None):
            raise UsageError(f"{packed}: the file is compressed. {UNPACK}")
        raise UsageError(
            f"{root}: no folder 'ontology' stands here, and no file of RDF. "
            "Name a folder that holds 'ontology' and 'data' with --content, "
            "or lay one out with 'samgraf new'."
        )
    return content


def read_bytes(file: ContentFile) -> bytes:
    """Return the bytes of ``file``; raise UsageError or ContentError where it cannot be read."""
    try:
        return file.path.read_bytes()
    except OSError as error:
        reason = f"{file.name}: the file cannot be read: {error.strerror}."
        if file.kind is FileKind.EXTRA:
            raise UsageError(reason) from error
        raise ContentError("The file cannot be read.", file.name) from error

"""The content: the files of ``ontology/`` and ``data/``, read into named graphs.

In: a folder. Out: ``Loaded`` (header, files, triples, the line of each), or the faults. In order:

1. ``layout``: which files there are, of which kind, for which graph.
2. ``formats``: the text of a file as quads; ``loaded_file`` puts them into graphs, ``load`` does
   so for all files.
3. ``header``: the ontology's IRI, namespace, ``prefixes`` and title, the base, and what the content
   holds itself to (``vocabulary.ttl`` has the terms for it).
4. ``terms`` and ``graphs``: what is used and described nowhere, data files without a description.

``lines`` finds the line of a statement or a term; what is wrong is raised
(``faults``), what a person should know of legal data is noted (``notes``).
"""

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.graphs import check_graphs
from samgraf.build.content.header import Header
from samgraf.build.content.layout import Content, ContentFile, FileKind, find_content
from samgraf.build.content.load import Loaded, load
from samgraf.build.content.loaded_file import LoadedFile
from samgraf.build.content.notes import Note
from samgraf.build.content.terms import check_terms

__all__ = [
    "Content",
    "ContentErrors",
    "ContentFile",
    "FileKind",
    "Header",
    "Loaded",
    "LoadedFile",
    "Note",
    "check_graphs",
    "check_terms",
    "find_content",
    "load",
]

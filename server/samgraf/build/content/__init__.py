"""The content: folders ``ontology/`` and ``data/``, read into one named graph per file."""

from samgraf.build.content.faults import ContentErrors
from samgraf.build.content.graphs import check_graphs
from samgraf.build.content.header import Header
from samgraf.build.content.layout import Content, ContentFile, Kind, find_content
from samgraf.build.content.load import Loaded, LoadedFile, load
from samgraf.build.content.terms import check_terms

__all__ = [
    "Content",
    "ContentErrors",
    "ContentFile",
    "Header",
    "Kind",
    "Loaded",
    "LoadedFile",
    "check_graphs",
    "check_terms",
    "find_content",
    "load",
]

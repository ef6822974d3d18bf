"""The content: folders ``ontology/`` and ``data/``, read into one named graph per file."""

from samgraf.content.faults import ContentErrors
from samgraf.content.graphs import check_graphs
from samgraf.content.header import Header
from samgraf.content.layout import Content, ContentFile, Kind, find_content
from samgraf.content.load import Loaded, LoadedFile, load
from samgraf.content.terms import check_terms

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

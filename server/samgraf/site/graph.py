"""What all pages need of the graph: its answers, its labels, the addresses of its things.

Things stand at ``{base}id/…``; their pages at ``/doc/…``, as
https://www.w3.org/TR/cooluris/#r303gendocument wants it. Terms ``{namespace}Term`` have pages at
``/ontology/Term``. Everything else below the base has its page at its own path. What the graph
says of a thing that is named elsewhere stands at ``/doc?iri=…``. Paths are read and written as they
are sent, with their escapes: ``a%2Fb`` and ``a/b`` are two things.

SPARQL stands in ``.rq`` files beside the module that asks; ``$name`` in them is bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode

import pyoxigraph as ox
from flask import g, request

from samgraf.limits import LABELS_AT_ONCE, MIXED_SPELLINGS
from samgraf.release import apart
from samgraf.site.cells import Cell, cell, shorten, triple_text
from samgraf.site.context import local, the_service
from samgraf.site.language import LANGUAGES, Phrase, in_order, phrase_of, pick
from samgraf.sparql.binding import Term as BoundTerm
from samgraf.sparql.binding import bind
from samgraf.vocab import is_iri

#: A character outside ASCII as a URI has it: https://www.rfc-editor.org/rfc/rfc3986#section-2.5.
_ESCAPED = re.compile(
    "%(?:C[2-9A-F]|D[0-9A-F]|(?:E[0-9A-F]|F[0-4]%[89AB][0-9A-F])%[89AB][0-9A-F])%[89AB][0-9A-F]",
    re.IGNORECASE,
)
#: A name of a class that an address can hold as it is.
_SIMPLE = re.compile(r"[A-Za-z0-9_~-]+")
_DOTS = re.compile(r"(?:^|/)(?:\.|%2E){1,2}(?:/|$)", re.IGNORECASE)


def address(iri: str, **parameters: str) -> str:
    """Return the local address of the page about ``iri``, in the language that was chosen."""
    chosen = request.args.get("lang")
    if chosen and "lang" not in parameters:
        parameters = {"lang": chosen, **parameters}
    path = path_of(iri)
    if path is None:
        path, parameters = "/doc", {"iri": iri, **parameters}
    return local(path) + ("?" + urlencode(parameters) if parameters else "")


def list_address(iri: str, **parameters: str) -> str:
    """Return the local address of the list of the things of the class ``iri``."""
    chosen = request.args.get("lang")
    if chosen:
        parameters = {"lang": chosen, **parameters}
    namespace = the_service().manifest.get("namespace") or ""
    name = iri.removeprefix(namespace)
    if namespace and _SIMPLE.fullmatch(name) and iri != name:
        path = "/things/" + name
    else:
        path, parameters = "/things", {"class": iri, **parameters}
    return local(path) + ("?" + urlencode(parameters) if parameters else "")


def path_of(iri: str) -> str | None:
    """Return the path of the page about ``iri``, None where no path leads to it and to no other.

    Besides IRIs that stand under another base, these are such as ``caf%C3%A9``, since that path is
    the one of ``café``, and such as ``a/../b``, which browsers shorten.
    """
    manifest = the_service().manifest
    base, namespace = manifest.get("base") or "", manifest.get("namespace") or ""
    if iri == manifest.get("ontology"):
        return "/ontology"
    if base.startswith(namespace):
        namespace = ""  # else every page would stand below the ontology's
    if namespace and iri.startswith(namespace) and len(iri) > len(namespace):
        folder, rest = "/ontology/", iri[len(namespace) :]
    elif base and iri.startswith(base + "id/"):
        folder, rest = "/doc/", iri[len(base + "id/") :]
    elif base and iri.startswith(base) and not iri.startswith(base + "doc/"):
        folder, rest = "/", iri[len(base) :]
        if rest.startswith("/"):
            return None  # "//name" would lead to another host
    else:
        return None
    path = to_uri(rest)
    if "?" in rest or "#" in rest or _DOTS.search(rest) or to_iri(path) != rest:
        return None
    return folder + path


def iri_of(path: str) -> str | None:
    """Return the IRI that the page at ``path`` (as it was sent, with its first slash) is about.

    None where no IRI can be: the path holds what no IRI holds.
    """
    return next(iter(iris_of(path)), None)


def iris_of(path: str) -> list[str]:
    """Return the IRIs of which a client makes the address ``path``, the likeliest first.

    ``path`` is as it was sent. Letters outside ASCII are sent escaped
    (https://www.rfc-editor.org/rfc/rfc3987#section-3.1), so that the letter and its escape have
    one address; nothing else is unescaped. Empty where the path holds what no IRI holds.
    """
    manifest = the_service().manifest
    base, namespace = manifest.get("base") or "", manifest.get("namespace") or ""
    if path == "/ontology":
        return [manifest["ontology"]] if manifest.get("ontology") else []
    if path.startswith("/ontology/") and not base.startswith(namespace):
        start, rest = namespace, path.removeprefix("/ontology/")
    elif path.startswith("/doc/"):
        start, rest = base + "id/", path.removeprefix("/doc/")
    else:
        start, rest = base, path.removeprefix("/")
    found = [to_iri(rest), rest]
    escapes = list(_ESCAPED.finditer(rest))
    if 1 < len(escapes) <= MIXED_SPELLINGS:
        for chosen in product((True, False), repeat=len(escapes)):
            letters = iter(chosen)
            found.append(_ESCAPED.sub(lambda m, it=letters: _letter(m) if next(it) else m[0], rest))
    return [start + name for name in dict.fromkeys(found) if is_iri(start + name)]


def to_uri(iri: str) -> str:
    """Return ``iri`` with what is outside ASCII escaped, and nothing else.

    https://www.rfc-editor.org/rfc/rfc3987#section-3.1
    """
    return _OUTSIDE_ASCII.sub(lambda m: quote(m[0], errors="replace"), iri)


def to_iri(uri: str) -> str:
    """Return ``uri`` with letters in the places of their escapes, where an IRI may hold them.

    https://www.rfc-editor.org/rfc/rfc3987#section-3.2
    """
    return _ESCAPED.sub(_letter, uri)


def _letter(escaped: re.Match[str]) -> str:
    try:
        letter = unquote(escaped[0], errors="strict")
        ox.NamedNode("x:" + letter)
    except ValueError:  # no UTF-8, or a character that no IRI holds
        return escaped[0]
    return letter


_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]+")


Term = dict[str, str]
Row = dict[str, Term]


def ask(
    package: str | None, name: str, **values: BoundTerm | int | Iterable[BoundTerm]
) -> list[Row]:
    """Return the solutions of the query ``name`` that lies in ``package``, with values bound.

    Each maps variables to terms of the JSON results format. ``flask.g.asked`` counts the queries
    of a request: it must not grow with the graph.
    """
    return ask_text(read_query(package, name), **values)


def ask_text(query: str, **values: BoundTerm | int | Iterable[BoundTerm]) -> list[Row]:
    """Return the solutions of ``query``, which the content itself brings, with values bound."""
    g.asked = g.get("asked", 0) + 1
    return the_service().rows(bind(query, **values))


def ask_whole(
    query: str, **values: BoundTerm | int | Iterable[BoundTerm]
) -> tuple[list[str], list[Row]]:
    """Return the variables of ``query``, in order, and its solutions."""
    g.asked = g.get("asked", 0) + 1
    return the_service().solutions(bind(query, **values))


#: The values of properties of things, by both.
Said = dict[str, dict[str, list[Term]]]


def by_thing(rows: Iterable[Row]) -> Said:
    """Return the values in ``rows`` (?thing ?property ?value) by thing and property, in order.

    That is by their kind and text, whatever store has answered. A triple term has its text for its
    value.
    """
    said: Said = {}
    for row in rows:
        by_property = said.setdefault(row["thing"]["value"], {})
        by_property.setdefault(row["property"]["value"], []).append(plain_term(row["value"]))
    for by_property in said.values():
        for values in by_property.values():
            values.sort(key=lambda term: (term["type"], term["value"]))
    return said


def said_of(things: Iterable[str], properties: Iterable[str]) -> Said:
    """Return what ``properties`` say of ``things``, read by one query."""
    nodes, names = nodes_of(sorted(things)), nodes_of(sorted(properties))
    if not nodes or not names:
        return {}
    return by_thing(ask(__package__, "said.rq", things=nodes, properties=names))


def plain_term(term: Term) -> Term:
    """Return ``term``; a triple term with its text for its value."""
    if term["type"] == "triple":
        return {"type": "triple", "value": triple_text(term, the_service().prefixes)}
    return term


def inferred_graph() -> str:
    """Return the IRI of the graph that holds what is inferred."""
    return (the_service().base or "urn:x-no-base:") + "graph/inferred"


def graphs_apart() -> list[ox.NamedNode]:
    """Return the graphs that are no part of the data."""
    return [ox.NamedNode(iri) for iri in apart(the_service().manifest)]


def graphs() -> dict[str, ox.NamedNode | list[ox.NamedNode]]:
    """Return the graphs that queries tell apart: what is inferred, and what stands apart."""
    return {"inferred": ox.NamedNode(inferred_graph()), "apart": graphs_apart()}


@cache
def read_query(package: str | None, name: str) -> str:
    """Return the query in the file ``name`` of ``package``."""
    return (files(package or "samgraf") / name).read_text("utf-8")


_END = re.compile("[/#:?]")


class TextLookup:
    """Texts of ``iris``, looked up at once by the query in the file ``name``.

    Of each thing those by the property that comes first.
    """

    def __init__(self, name: str, iris: Iterable[str], language: str):
        self._language = language
        self._found: dict[str, tuple[int, list[Phrase]]] = {}
        nodes = nodes_of(iris)
        for start in range(0, len(nodes), LABELS_AT_ONCE):
            for row in ask(__package__, name, things=nodes[start : start + LABELS_AT_ONCE]):
                iri, rank = row["thing"]["value"], int(row["rank"]["value"])
                if iri not in self._found or rank < self._found[iri][0]:
                    self._found[iri] = (rank, [])
                if rank == self._found[iri][0]:
                    self._found[iri][1].append(phrase_of(row["text"]))

    def __contains__(self, iri: str) -> bool:
        """Return whether the graph has a text for ``iri``."""
        return iri in self._found

    def get(self, iri: str) -> Phrase | None:
        """Return the text for ``iri`` in the reader's language, else in another, if any."""
        return pick(self._found[iri][1], self._language) if iri in self._found else None

    def all(self, iri: str) -> list[Phrase]:
        """Return every text for ``iri``."""
        return sorted(set(self._found[iri][1])) if iri in self._found else []


class LabelLookup(TextLookup):
    """The labels of ``iris``."""

    def __init__(self, iris: Iterable[str], language: str):
        super().__init__("labels.rq", iris, language)

    def __getitem__(self, iri: str) -> Phrase:
        """Return the label of ``iri``, else a name."""
        return self.get(iri) or Phrase(name_of(iri), "")


class Definitions(TextLookup):
    """The definitions of ``iris``."""

    def __init__(self, iris: Iterable[str], language: str):
        super().__init__("definitions.rq", iris, language)


class NamedTerm(NamedTuple):
    """What something is called, and the page about it, if it is a thing."""

    phrase: Phrase
    href: str | None = None

    @property
    def text(self) -> str:
        """Return the name with a capital, to stand by itself."""
        return self.phrase.capital.text


def named(term: Mapping[str, str], labels: LabelLookup) -> NamedTerm:
    """Return what a term is called: a thing by its label, any other as it is written."""
    if term["type"] == "uri":
        return NamedTerm(labels[term["value"]], address(term["value"]))
    service = the_service()
    written = cell(term, service.prefixes, service.base)
    return NamedTerm(Phrase(written.text, written.language or ""))


def thing_cell(iri: str, labels: LabelLookup) -> Cell:
    """Return a thing by its label, with its page; one of others' that has none by its address."""
    if iri not in labels and is_foreign(iri):
        return cell({"type": "uri", "value": iri}, the_service().prefixes)
    said = labels[iri]
    return Cell(said.text, address(iri), said.language)


def term_in_order(term: Mapping[str, str], labels: LabelLookup) -> tuple:
    """Return what to sort ``term`` by in a list: the label of a thing, else its text."""
    value = term["value"]
    return in_order(labels[value].text if term["type"] == "uri" else value)


def compact(iri: str) -> str:
    """Return ``iri`` with a prefix, else whole."""
    return shorten(iri, the_service().prefixes)


def is_foreign(iri: str) -> bool:
    """Return whether ``iri`` is a name that others have given."""
    own = (the_service().manifest.get("namespace"), the_service().base)
    return not iri.startswith(tuple(start for start in own if start))


def name_of(iri: str) -> str:
    """Return a name for a thing without a label: a prefixed name, else the end of the IRI."""
    service = the_service()
    short = shorten(iri, service.prefixes)
    if short != iri:
        return short
    if not service.base or not iri.startswith(service.base):
        return iri
    return unquote(_END.split(iri.rstrip("/#"))[-1]) or iri


def nodes_of(iris: Iterable[str]) -> list[ox.NamedNode]:
    """Return ``iris`` as terms of queries, each once; what can be no IRI is left out."""
    return [ox.NamedNode(iri) for iri in dict.fromkeys(iris) if is_iri(iri)]


def by_language(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Return ``phrases`` with the languages of the site first."""
    return sorted(phrases, key=lambda p: (rank(p.language), p.text))


def rank(tag: str) -> tuple[int, str]:
    """Return where texts in the language ``tag`` stand among others."""
    return (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES), tag)

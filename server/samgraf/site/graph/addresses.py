"""Lead from an IRI of the graph to the page about it, and back.

Things stand at ``{base}id/…``; their pages at ``/doc/…``, as
https://www.w3.org/TR/cooluris/#r303gendocument wants it. Terms ``{namespace}Term`` have pages at
``/ontology/Term``. Everything else below the base has its page at its own path. What the graph
says of a thing that is named elsewhere stands at ``/doc?iri=…``.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from flask import request

from samgraf.site.context import the_service

_PATH = "/!$&'()*+,;=:@"
_PLAIN = re.compile(r"[^\x00-\x20<>\"{}|\\^`]+\Z")


def address(iri: str, **parameters: str) -> str:
    """Return the local address of the page about ``iri``, in the language that was chosen."""
    chosen = request.args.get("lang")
    if chosen and "lang" not in parameters:
        parameters = {"lang": chosen, **parameters}
    path = path_of(iri)
    if path is None:
        path, parameters = "/doc", {"iri": iri, **parameters}
    return path + ("?" + urlencode(parameters) if parameters else "")


def path_of(iri: str) -> str | None:
    """Return the path of the page about ``iri``, or None where it stands under another base."""
    manifest = the_service().manifest
    base, namespace = manifest.get("base") or "", manifest.get("namespace") or ""
    if iri == manifest.get("ontology"):
        return "/ontology"
    if namespace and iri.startswith(namespace) and len(iri) > len(namespace):
        return "/ontology/" + quote(iri[len(namespace) :], safe=_PATH)
    if base and iri.startswith(base) and "?" not in iri and "#" not in iri:
        rest = iri[len(base) :]
        if rest.startswith("/"):
            return None  # "//name" would lead to another host
        rest = "doc/" + rest.removeprefix("id/") if rest.startswith("id/") else rest
        return "/" + quote(rest, safe=_PATH)
    return None


def iri_of(path: str) -> str | None:
    """Return the IRI that the page at ``path`` (decoded, with its first slash) is about.

    None where no IRI can be: the path holds what no IRI holds.
    """
    manifest = the_service().manifest
    base, namespace = manifest.get("base") or "", manifest.get("namespace") or ""
    if path == "/ontology":
        return manifest.get("ontology")
    if path.startswith("/ontology/"):
        iri = namespace + path.removeprefix("/ontology/")
    elif path.startswith("/doc/"):
        iri = base + "id/" + path.removeprefix("/doc/")
    else:
        iri = base + path.removeprefix("/")
    return iri if _PLAIN.match(iri) else None

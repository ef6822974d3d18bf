"""The files that addresses of the site become, as any file system and any server of files has them.

A name is made of the address alone, so that scripts make the same (``static/export/names.js``).
What no file name holds everywhere is written ``~XX``, byte by byte, since ``%`` would be an escape
in the address of the file itself (https://www.rfc-editor.org/rfc/rfc3986#section-2.1).
"""

from __future__ import annotations

import mimetypes
import posixpath
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from samgraf.limits import EXPORT_ADDRESSES
from samgraf.release.file_formats import FILE_FORMATS
from samgraf.site.language import LANGUAGES
from samgraf.sparql.formats import FORMATS

HTML = "text/html"
#: The ends of the names of files by their media types, where Python's own table is no help.
_EXTENSIONS = {
    HTML: "html",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/gzip": "gz",
    **{f.media_type: f.extension for f in FORMATS},
}
#: What is the same whatever language is asked for.
SHARED = frozenset((*(f.media_type for f in FILE_FORMATS), "application/gzip"))
_LONGEST = 100  # bytes of a name in a path; file systems take some 255
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,8}$")
_UNSAFE = re.compile(rb"[^A-Za-z0-9_.,=@+-]")
#: Classes and properties often have names that differ in a capital alone, and not all file systems
#: tell them apart.
_UNSAFE_ASKED = re.compile(rb"[^a-z0-9_.,=@+-]")


class Address(NamedTuple):
    """An address within the site: its path as it is sent, and what it asks besides the language."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    def text(self, language: str = "") -> str:
        """Return the address as it is asked for, in ``language``."""
        given = [*self.query, ("lang", language)] if language else self.query
        return self.path + ("?" + urlencode(given) if given else "")

    @property
    def format(self) -> str:
        """Return the format that the address names, by its end or as it asks; else nothing."""
        own = _SUFFIX.search(self.path)
        return dict(self.query).get("format") or (own[0][1:] if own else "")

    def file(self, media_type: str) -> str:
        """Return the name of its file, below the folder of its language."""
        path = "/index" if self.path == "/" else self.path
        asked = "".join(
            f"~~{_escaped(f'{name}={value}'.encode(), _UNSAFE_ASKED)}" for name, value in self.query
        )
        parts = [_part(unquote_to_bytes(part)) for part in path[1:].split("/")]
        end = _end(media_type, self.path)
        whole = "/".join(parts)
        folder, _, name = (whole if media_type == HTML else whole.removesuffix(end)).rpartition("/")
        return posixpath.join(folder, _cut(name + asked) + end)


@lru_cache(EXPORT_ADDRESSES)
def read_address(text: str, language: str) -> tuple[Address, str, str]:
    """Return the address in ``text``, its language (by default ``language``), and its fragment."""
    text, _, fragment = text.partition("#")
    path, _, query = text.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    chosen = next((value for name, value in given if name == "lang"), language)
    asked = sorted((pair for pair in given if pair[0] != "lang"), key=lambda pair: pair[0])
    return Address(path, tuple(asked)), chosen if chosen in LANGUAGES else language, fragment


@lru_cache(EXPORT_ADDRESSES)
def relative(target: str, source: str) -> str:
    """Return the link to the file ``target`` in the file ``source``, both below one root."""
    return quote(posixpath.relpath(target, posixpath.dirname(source) or "."), safe="/~=@+,")


def forward_file(path: str) -> str:
    """Return the file that a server sends for a folder at ``path``: the address of an IRI."""
    return f"{path.strip('/')}/index.html"


def _end(media_type: str, path: str) -> str:
    """Return what the name of the file ends in, its dot first; plain text may have no end."""
    own = _SUFFIX.search(path)
    known = _EXTENSIONS.get(media_type)
    if media_type == "text/plain" or (own and not known):
        return own[0] if own else ""  # as it is called: few know its media type
    return f".{known}" if known else mimetypes.guess_extension(media_type) or ".bin"


def _part(name: bytes) -> str:
    # a name that begins with a dot is hidden, or leads up; an empty one is none
    escaped = _escaped(name) or "~"
    return _cut("~2E" + escaped[1:] if escaped.startswith(".") else escaped)


def _escaped(name: bytes, unsafe: re.Pattern[bytes] = _UNSAFE) -> str:
    return unsafe.sub(lambda m: b"~%02X" % m[0][0], name).decode("ascii")


def _cut(name: str) -> str:
    """Return a long name as several, one within another."""
    return "~/".join(name[at : at + _LONGEST] for at in range(0, len(name), _LONGEST)) or name

"""Find and change the addresses within what the site sends: attributes of HTML, strings of JSON.

Pages are read by pattern, since templates escape what would end a tag or a value within it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from samgraf.site.representations import json_text

#: Stands for scheme and host in the addresses that the site makes, to be told from all others.
ORIGIN = "https://export.invalid"
_TAG = re.compile(r"<(?!script\b[^>]*\btype=.application/)([a-z][a-z0-9]*)\b[^<>]*>")
_GIVEN = re.compile(
    r'(\s)(href|src|action|content|data-[a-z-]+)="((?:/(?!/)|https://export\.invalid)[^"]*)"'
)
#: Text outside of tags, where quotation marks may stand as they are; attributes have double ones.
_TEXT = re.compile(r"(?<=>)[^<>]*&#34;[^<>]*(?=<)")
_LANGUAGE = re.compile(r'<input type="hidden" name="lang"[^<>]*>\n?')
#: Gives what takes the place of an address, by the tag and the attribute that it stands in.
Change = Callable[[str, str, str], "str | None"]


def path_of_link(value: str) -> str | None:
    """Return the local address that ``value`` is, None for one elsewhere."""
    value = value.removeprefix(ORIGIN)
    return value if value.startswith("/") and not value.startswith("//") else None


def links_of_page(page: str) -> Iterator[str]:
    """Yield each local address within the HTML ``page``, with what asks for it."""
    for tag in _TAG.finditer(page):
        if '="/' in tag[0] or ORIGIN in tag[0]:
            for _, _, value in _GIVEN.findall(tag[0]):
                if (path := path_of_link(html.unescape(value))) is not None:
                    yield path


def change_page(page: str, change: Change) -> str:
    """Return ``page`` with each local address as ``change`` gives it.

    ``change`` is given the address, the tag and the attribute; None leaves the attribute out, and a
    link in the head with it.
    """

    def attribute(tag: str) -> Callable[[re.Match[str]], str]:
        def changed(match: re.Match[str]) -> str:
            path = path_of_link(html.unescape(match[3]))
            if path is None:
                return match[0]
            new = change(path, tag, match[2])
            if new is None:
                # what has no address to send to is of no use
                return f"{match[1]}hidden" if tag == "form" else ""
            return f'{match[1]}{match[2]}="{html.escape(new)}"'

        return changed

    def tag(match: re.Match[str]) -> str:
        if '="/' not in match[0] and ORIGIN not in match[0]:
            return match[0]
        changed = _GIVEN.sub(attribute(match[1]), match[0])
        # a link in the head that leads nowhere says nothing
        return "" if match[1] == "link" and " href=" not in changed else changed

    page = _LANGUAGE.sub("", page).replace("&#39;", "'")
    return _TAG.sub(tag, _TEXT.sub(lambda text: text[0].replace("&#34;", '"'), page))


def links_of_json(document: Any) -> Iterator[str]:
    """Yield each string of ``document`` that is a local address."""
    for text in _strings(document):
        if (path := path_of_link(text)) is not None:
            yield path


def change_json(body: bytes, change: Callable[[str], str | None]) -> bytes:
    """Return the JSON ``body`` with each string that ``change`` knows as it gives it."""
    document = json.loads(body)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        if isinstance(value, str) and (path := path_of_link(value)) is not None:
            return change(path) or value
        return value

    new = changed(document)
    if new == document:
        return body
    return json_text(new).encode()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value

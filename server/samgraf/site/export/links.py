"""Change the addresses within what the site sends: attributes of HTML, strings of JSON.

Pages are read by pattern, since templates escape what would end a tag or a value within it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from samgraf.site.export.addresses import HTML
from samgraf.site.representations import json_text

#: Stands for scheme and host in the addresses that the site makes, to be told from all others.
ORIGIN = "https://export.invalid"
#: What of a page is changed besides HTML, since pages and scripts follow addresses in it.
_LINKED_DATA = frozenset(("application/json", "application/geo+json"))
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


def change_links(body: bytes, media_type: str, change: Change) -> bytes:
    """Return ``body`` with each local address as ``change`` gives it; other media types as it is.

    ``change`` is given the address, and of HTML the tag and the attribute that it stands in. Where
    it gives None, an attribute goes, and a link in the head with it; a string of JSON stays.
    """
    if media_type == HTML:
        return _change_page(body.decode("utf-8"), change).encode()
    return _change_json(body, change) if media_type in _LINKED_DATA else body


def _change_page(page: str, change: Change) -> str:
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


def _change_json(body: bytes, change: Change) -> bytes:
    document = json.loads(body)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: changed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        if isinstance(value, str) and (path := path_of_link(value)) is not None:
            return change(path, "", "") or value
        return value

    new = changed(document)
    if new == document:
        return body
    return json_text(new).encode()

"""Hold an answer against a schema: as much of JSON Schema 2020-12 as ``openapi.json`` uses."""

from __future__ import annotations

import re
from typing import Any

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_SAID = {"description", "format", "example", "default"}
_KNOWN = {"type", "const", "enum", "pattern", "required", "properties", "additionalProperties"}
_KNOWN |= {"items", "prefixItems", "minItems", "maxItems", "oneOf", "$ref"}


def differences(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Return in what ``value`` is not as ``schema`` of ``document`` says."""
    return list(_differences(value, schema, document, "$"))


def _differences(value, schema, document, at):
    assert set(schema) <= _SAID | _KNOWN, schema
    if "$ref" in schema:
        named = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            named = named[step]
        yield from _differences(value, named, document, at)
    if "oneOf" in schema:
        fit = [s for s in schema["oneOf"] if not list(_differences(value, s, document, at))]
        if len(fit) != 1:
            yield f"{at} fits {len(fit)} of oneOf"
    types = schema.get("type", list(_TYPES))
    types = [types] if isinstance(types, str) else types
    if not any(_is(value, t) for t in types):
        yield f"{at} is {value!r}, no {types}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r}, none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at} is {value!r}, not as {schema['pattern']}"
    if isinstance(value, dict):
        yield from (f"{at}.{n} is missing" for n in schema.get("required", ()) if n not in value)
        for name, inner in value.items():
            rest = schema.get("additionalProperties", {})
            told = schema.get("properties", {}).get(name, rest)
            if told is False:
                yield f"{at}.{name} is not told"
            else:
                yield from _differences(inner, told, document, f"{at}.{name}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at} has {len(value)} items"
        first = schema.get("prefixItems", [])
        told = first + [schema.get("items", {})] * (len(value) - len(first))
        for place, (inner, each) in enumerate(zip(value, told, strict=False)):
            yield from _differences(inner, each, document, f"{at}[{place}]")


def _is(value, name):
    if isinstance(value, bool) and name in ("integer", "number"):
        return False
    return isinstance(value, _TYPES[name])

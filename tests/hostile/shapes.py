"""Texts of any length, of each kind that a client may send: what is made of them must be linear."""

from __future__ import annotations

from urllib.parse import quote


def _rows(template: str, length: int) -> str:
    """Return as many of ``template``, each with its number, as have about ``length`` characters."""
    number = max(1, length // (len(template) + 3))
    return "".join(template.replace("#", str(i)) for i in range(number))


def _times(text: str, length: int) -> str:
    return text * max(1, length // len(text))


#: Queries and what is none, by the length that is wished for. ``#`` in a row is its number.
QUERIES = {
    "groups in union": lambda n: "SELECT * {" + "UNION".join(["{}"] * (n // 7)) + "}",
    "groups": lambda n: "ASK {" + _rows("{?a# ?b ?c}", n) + "}",
    "deep groups": lambda n: "ASK " + "{" * 60 + _times("?s ?p ?o.", n) + "}" * 60,
    "optional": lambda n: "SELECT * {" + _rows("OPTIONAL{?a# ?b ?c}", n) + "}",
    "minus": lambda n: "SELECT * {" + _rows("MINUS{?a# ?b ?c}", n) + "}",
    "exists": lambda n: "SELECT * {" + _rows("FILTER EXISTS{?a# ?b ?c}", n) + "}",
    "sub-selects": lambda n: "SELECT * {" + _rows("{SELECT * {?a# ?b ?c}}", n) + "}",
    "deep sub-selects": lambda n: (
        "SELECT *{" + "{SELECT * {" * 25 + _rows("?a# ?b ?c.", n) + "}}" * 25 + "}"
    ),
    "bind": lambda n: "SELECT * {" + _rows("BIND(1 AS ?v#)", n) + "}",
    "service": lambda n: "SELECT * {" + _rows("SERVICE <http://x/#>{?a# ?b ?c}", n) + "}",
    "computed": lambda n: "SELECT " + _rows("(1 AS ?v#)", n) + "{}",
    "variables": lambda n: "SELECT " + _rows("?v# ", n) + "{}",
    "patterns": lambda n: "SELECT * {" + _rows("?v# ?w# ?x#.", n) + "}",
    "objects": lambda n: "SELECT * {?s ?p " + _times("1,", n) + "1}",
    "blank objects": lambda n: "ASK {?s ?p " + _times("[] ,", n) + "[]}",
    "a list": lambda n: "ASK {?s ?p (" + _times("1 ", n) + ")}",
    "annotations": lambda n: "ASK {?s ?p ?o " + _times("{|?a ?b|}", n) + "}",
    "values": lambda n: "SELECT * {VALUES ?x {" + _times("1 ", n) + "}}",
    "sums": lambda n: "ASK {FILTER(" + _times("1+", n) + "1)}",
    "conjunctions": lambda n: "ASK {FILTER(" + _times("1&&", n) + "1)}",
    "in": lambda n: "ASK {FILTER(1 IN (" + _times("1,", n) + "1))}",
    "path": lambda n: "ASK {?s <a>" + _times("/<a>", n) + " ?o}",
    "alternatives": lambda n: "ASK {?s <a>" + _times("|^<a>", n) + " ?o}",
    "order": lambda n: "SELECT * {} ORDER BY " + _times("?x ", n),
    "from": lambda n: "SELECT * " + _rows("FROM <http://x/#> ", n) + "{}",
    "chain of bases": lambda n: _rows("BASE <a#/>\n", n) + "ASK {}",
    "bases upwards": lambda n: (
        "BASE <http://x/" + _times("a/", n // 2) + ">" + _times("BASE <..>", n // 2) + "ASK {}"
    ),
    "chain of prefixes": lambda n: _rows("PREFIX p#: <a#/>\n", n) + "ASK {}",
    "prefixes below a long base": lambda n: (
        "BASE <http://x/" + _times("a", n // 2) + ">" + _times("PREFIX p:<b>", n // 2) + "ASK {}"
    ),
    "IRI upwards": lambda n: "ASK {?s ?p <" + _times("a/../", n) + ">}",
    "dots in a name": lambda n: "ASK {?s ?p a:" + _times("b.", n) + "}",
    "dots in a prefix": lambda n: "ASK {?s ?p " + _times("a.", n) + "}",
    "hyphens in a prefix": lambda n: "ASK {?s ?p " + _times("a-", n) + "}",
    "escapes in a name": lambda n: "ASK {?s ?p a:" + _times("%41", n) + "}",
    "half escapes": lambda n: "ASK {?s ?p a:" + _times("%4", n) + "}",
    "dots in a blank node": lambda n: "ASK {?s ?p _:" + _times("b.", n) + "}",
    "language": lambda n: 'ASK {?s ?p ""@a' + _times("-b", n) + "}",
    "number": lambda n: "ASK {?s ?p " + _times("1", n) + "}",
    "half exponents": lambda n: "ASK {?s ?p " + _times("1e", n) + "}",
    "signs": lambda n: "ASK {?s ?p " + _times("-", n) + "}",
    "open quotes": lambda n: "SELECT * {?s ?p " + _times('"\\"', n) + "}",
    "open long quotes": lambda n: 'SELECT * {?s ?p """' + _times('"\\"', n) + "}",
    "lines in open quotes": lambda n: "ASK {?s ?p '''" + _times("\n", n),
    "a long text": lambda n: 'ASK {?s ?p "' + _times("a", n) + '"}',
    "open IRIs": lambda n: _times("<", n),
    "open brackets": lambda n: "ASK {" + _times("{}", n),
    "backslashes": lambda n: _times("\\", n),
    "code points": lambda n: _times("\\u0022", n),
    "half code points": lambda n: _times("\\\\u", n),
    "comments": lambda n: _times("#\n", n) + "ASK {}",
    "a comment": lambda n: _times("#", n),
    "spaces": lambda n: _times(" ", n) + "x",
    "a word": lambda n: "SELECT * {} " + _times("x", n),
    "letters of others": lambda n: _times("\u00e9", n),
    "names of others": lambda n: "ASK {?s ?p a:" + _times("\u00e9\u00b7", n) + "}",
}

_ASK = "/sparql?query=ASK%7B%7D"

#: Headers: where they are sent, the name, and the value by its length.
HEADERS = {
    "accept, open quotes": (_ASK, "Accept", lambda n: '"' + _times('\\"', n)),
    "accept, ranges": ("/", "Accept", lambda n: _times("a/b,", n)),
    "accept, parameters": ("/", "Accept", lambda n: "a/b" + _times(";q=1", n)),
    "codings": ("/", "Accept-Encoding", lambda n: _times("gzip,", n)),
    "parameters of codings": ("/", "Accept-Encoding", lambda n: _times("gzip;", n)),
    "languages": ("/", "Accept-Language", lambda n: _times("nb,", n)),
    "qualities of languages": ("/", "Accept-Language", lambda n: _times("nb;q=0.1;", n)),
    "quotes in languages": ("/", "Accept-Language", lambda n: '"' + _times('\\"', n)),
    "tags": (_ASK, "If-None-Match", lambda n: _times('"a",', n)),
    "open tags": ("/status", "If-None-Match", lambda n: '"' + _times('\\"', n)),
    "weak tags": ("/static/icon.svg", "If-None-Match", lambda n: _times("W/", n)),
    "date": ("/static/icon.svg", "If-Modified-Since", lambda n: _times("(", n)),
    "ranges": ("/static/icon.svg", "Range", lambda n: "bytes=" + _times("0-1,", n)),
    "proxies": (_ASK, "X-Forwarded-For", lambda n: _times("127.0.0.1,", n)),
    "cookies": ("/status", "Cookie", lambda n: _times("a=b;", n)),
    "quotes in cookies": ("/status", "Cookie", lambda n: 'a="' + _times('\\"', n)),
    "host": ("/", "Host", lambda n: _times("a.", n)),
    "address as host": ("/", "Host", lambda n: "[" + _times("a:", n)),
    "referer": ("/status", "Referer", lambda n: "http://x/" + _times("a/", n)),
    "user": ("/status", "Authorization", lambda n: "Basic " + _times("a", n)),
}

#: Addresses, by their length.
TARGETS = {
    "one name": lambda n: "/" + _times("a", n),
    "slashes": lambda n: _times("/", n),
    "folders": lambda n: "/doc/" + _times("a/", n),
    "folders upwards": lambda n: "/doc/" + _times("../", n),
    "escaped slashes": lambda n: "/doc/" + _times("%2f", n),
    "endings": lambda n: "/doc/a" + _times(".ttl", n),
    "dots in a term": lambda n: "/ontology/" + _times("a.", n),
    "colons in a class": lambda n: "/things/" + _times("a:", n),
    "hyphens in a question": lambda n: "/questions/" + _times("a-", n),
    "a dump": lambda n: "/dumps/" + _times("a.", n),
    "a release": lambda n: "/release/" + _times("0", n) + "/quads.nq",
    "static": lambda n: "/static/" + _times("a/", n),
    "federated": lambda n: "/federated/" + _times("a/", n),
    "partner": lambda n: "/partners/" + _times("a/", n),
    "fields": lambda n: "/status?" + _times("a=b&", n),
    "languages": lambda n: "/status?" + _times("lang=nb&", n),
    "a language": lambda n: "/status?lang=" + _times("nb-", n),
    "escapes": lambda n: "/status?a=" + _times("%41", n),
    "escaped signs": lambda n: "/ontology?x=" + _times("%26", n),
    "a word": lambda n: "/search?q=" + _times("a", n),
    "words": lambda n: "/search?q=" + _times("ab+", n),
    "other words": lambda n: "/search?q=" + _rows("ko#+", n),
    "quotes": lambda n: "/search?q=" + _times("%22", n),
    "marks": lambda n: "/search?q=" + _times("a%CC%81", n),
    "marks alone": lambda n: "/search?q=" + _times("%CC%81", n),
    "long ligatures": lambda n: "/search?q=" + _times("%EF%B7%BA", n),
    "words of long ligatures": lambda n: "/search?q=" + _times("%EF%B7%BA+", n),
    "suggestions": lambda n: "/search/suggestions?q=" + _times("ab+", n),
    "page": lambda n: "/search?q=a&page=" + _times("9", n),
    "class": lambda n: "/search?q=a&class=" + _times("a", n) + "%3f",
    "folders of a class": lambda n: "/search?q=a&class=http://x/" + _times("a/", n),
    "classes": lambda n: "/search?q=a&" + _times("class=ex:A&", n),
    "iri": lambda n: "/doc?iri=http://x/" + _times("a", n),
    "iri upwards": lambda n: "/doc?iri=http://x/" + _times("a/../", n),
    "iri of escapes": lambda n: "/doc?iri=http://x/" + _times("%25", n),
    "list of a thing": lambda n: "/doc?iri=http://x/&in=" + _times("a:", n),
    "format of a thing": lambda n: "/doc?iri=http://x/&format=" + _times("ttl,", n),
    "formats": lambda n: _ASK + "&format=" + _times("x,", n),
    "graphs": lambda n: _ASK + "&" + _rows("default-graph-uri=http://x/#&", n),
    "time": lambda n: _ASK + "&timeout=" + _times("1", n),
}


def _places(wkt: str) -> bytes:
    return (
        f'SELECT ("{wkt}"^^<http://www.opengis.net/ont/geosparql#wktLiteral> AS ?w) {{}}'.encode()
    )


_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"

#: Bodies: where they are sent, their media type, and the bytes by their length.
BODIES = {
    "form of escapes": ("/sparql", _FORM, lambda n: b"query=ASK{}&x=" + b"%41" * (n // 3)),
    "form of half escapes": ("/sparql", _FORM, lambda n: b"query=ASK{}&x=" + b"%4" * (n // 2)),
    "form of spaces": ("/sparql", _FORM, lambda n: b"query=ASK{}&x=" + b"+" * n),
    "form of fields": ("/sparql", _FORM, lambda n: b"a=b&" * (n // 4)),
    "query in a form": ("/sparql", _FORM, lambda n: b"query=" + quote("#" * n).encode()),
    "query alone": ("/sparql", _QUERY, lambda n: b"ASK {} " + b"#" * n),
    "lists in JSON": ("/sparql/labels", "application/json", lambda n: b"[" * n),
    "texts in JSON": ("/sparql/labels", "application/json", lambda n: b'["' + b"\\n" * (n // 2)),
    "numbers in JSON": ("/sparql/labels", "application/json", lambda n: b"[" + b"1," * (n // 2)),
    "points": (
        "/sparql/places",
        _QUERY,
        lambda n: _places("LINESTRING(" + "1 1," * (n // 4) + "1 1)"),
    ),
    "digits of a point": (
        "/sparql/places",
        _QUERY,
        lambda n: _places("POINT(1." + "1" * n + " 1)"),
    ),
    "open brackets": ("/sparql/places", _QUERY, lambda n: _places("(" * n)),
    "spaces in places": ("/sparql/places", _QUERY, lambda n: _places(" " * n)),
    "a system": ("/sparql/places", _QUERY, lambda n: _places("<" + "a" * n)),
}

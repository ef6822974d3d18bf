"""Hostile requests, each with what is expected: made here, so that the list stays readable.

@U in a request is the address of a listener that nothing may reach, @F the address of a file
that nothing may read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes, urlencode

from hostile.calls import ADDRESSES, BODY, CALLS

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
# what may become of a request
REFUSED = frozenset((400, 413))
ANSWERED = frozenset((200,))
ENDED = frozenset((503,))  # at the deadline, or by the bound on memory
READ_OR_NOT = ANSWERED | REFUSED
BOUNDED = READ_OR_NOT | ENDED


@dataclass(frozen=True)
class Case:
    """Hold one request: ``body`` posted as ``content_type``, or without one got at ``target``."""

    name: str
    expected: frozenset[int]
    body: bytes | None = None
    content_type: str = DIRECT
    target: bytes = b"/sparql"
    headers: dict[str, str] = field(default_factory=dict)


def cases() -> list[Case]:
    """Return the corpus."""
    made = [
        *_nested(), *_wide(), *_heavy(), *_calls(), *_files(), *_updates(), *_texts(), *_encodings()
    ]  # fmt: skip
    names = [case.name for case in made]
    assert len(set(names)) == len(names), "names are used once"
    return made


def _posted(name: str, expected: frozenset[int], query: str) -> Case:
    return Case(name, expected, query.encode("utf-8", "surrogatepass"))


# what nests: opening, innermost, closing, frame, brackets per level
NESTS = {
    "groups": ("{", "?a ?b ?c", "}", "ASK {@}", 1),
    "parentheses": ("(", "1", ")", "SELECT (@ AS ?x) {}", 1),
    "filter parentheses": ("(", "?a", ")", "ASK { ?a ?b ?c FILTER (@) }", 1),
    "blank nodes": ("[ ex:p ", "1", " ]", "ASK { ?a ex:p @ }", 1),
    "collections": ("( ", "1", " )", "ASK { ?a ex:p @ }", 1),
    "quoted triples": ("<< ", "?a", " ex:p ?b >>", "ASK { @ ?p ?o }", 1),
    "triple terms": ("<<( ex:s ex:p ", "?a", " )>>", "ASK { ?s ?p @ }", 1),
    "annotations": ("{| ex:p 1 ", "", " |}", "ASK { ?a ?b ?c @ }", 1),
    "EXISTS": ("FILTER EXISTS { ", "?a ?b ?c", " }", "ASK { @ }", 1),
    "NOT EXISTS": ("FILTER NOT EXISTS { ", "?a ?b ?c", " }", "ASK { @ }", 1),
    "OPTIONAL": ("OPTIONAL { ?a ?b ?c ", "", " }", "ASK { @ }", 1),
    "MINUS": ("?a ?b ?c MINUS { ", "?a ?b ?c", " }", "ASK { @ }", 1),
    "UNION": ("{ { ?a ?b ?c } UNION ", "{ ?a ?b ?c }", " }", "ASK { @ }", 1),
    "GRAPH": ("GRAPH ?g { ", "?a ?b ?c", " }", "ASK { @ }", 1),
    "subqueries": ("{ SELECT * { ", "?a ?b ?c", " } }", "ASK { @ }", 2),
    "functions": ("STR(", "1", ")", "SELECT (@ AS ?x) {}", 1),
    "IF": ("IF(true, ", "1", ", 2)", "SELECT (@ AS ?x) {}", 1),
    "COALESCE": ("COALESCE(", "1", ")", "SELECT (@ AS ?x) {}", 1),
    "IN": ("1 IN (", "1", ")", "SELECT (@ AS ?x) {}", 1),
    "nots": ("!", "true", "", "SELECT (@ AS ?x) {}", 1),
    "minuses in parentheses": ("-(", "1", ")", "SELECT (@ AS ?x) {}", 2),
    "nots of parentheses": ("!(", "true", ")", "SELECT (@ AS ?x) {}", 2),
    "path parentheses": ("(", "ex:p", ")", "ASK { ?a @ ?b }", 1),
    "path stars": ("(", "ex:p", ")*", "ASK { ?a @ ?b }", 1),
    "inverse paths": ("^(", "ex:p", ")", "ASK { ?a @ ?b }", 1),
    "path alternatives": ("(ex:p|", "ex:p", ")", "ASK { ?a @ ?b }", 1),
    "aggregates": ("SUM(", "1", ")", "SELECT (@ AS ?x) {}", 1),
}
TOO_DEEP = (65, 3_000, 40_000)


def _nested() -> Iterator[Case]:
    for name, (opening, inside, closing, frame, step) in NESTS.items():
        for levels in TOO_DEEP:
            query = frame.replace("@", opening * levels + inside + closing * levels)
            yield _posted(f"{name}, {levels} deep", REFUSED, query)
        levels = 30 // step
        query = frame.replace("@", opening * levels + inside + closing * levels)
        # aggregates do not nest by the grammar; the engine may know no such brackets
        yield _posted(f"{name}, {levels} deep", BOUNDED, query)
    for opening in (
        "{",
        "(",
        "[",
        "<<",
        "<<(",
        "{|",
        "!",
        "<",
        "'",
        '"""',
        "#",
        "\\",
        "?",
        "_:",
        "@",
    ):
        yield _posted(f"{opening} ten thousand times", REFUSED, f"ASK {{ {opening * 10_000}")


# a text said n times between a frame, how often it passes, how often it does not
WIDE = {
    "patterns apart": ("?a{n} ?b{n} ?c{n} . ", "ASK {{ @ }}", 30, 301),
    "patterns in a chain": ("?v{n} ex:p ?w{n} . ?w{n} ex:p ?v{n} . ", "ASK {{ @ }}", 60, 5_000),
    "patterns in a star": ("?v ex:p ?v{n} . ", "ASK {{ @ }}", 60, 5_000),
    "objects": ("?v{n}, ", "ASK {{ ?a ex:p @ 1 }}", 60, 5_000),
    "predicates": ("; ex:p{n} ?v{n} ", "ASK {{ ?a ex:p 1 @ }}", 60, 5_000),
    "collection": ("{n} ", "ASK {{ ?a ex:p (@) }}", 60, 5_000),
    "unions": ("{{ ?a ?b {n} }} UNION ", "ASK {{ @ {{}} }}", 290, 5_000),
    "optionals": ("OPTIONAL {{ ?a ex:p ?b{n} }} ", "ASK {{ ?a a ex:F @ }}", 40, 5_000),
    "minuses": ("MINUS {{ ?a ex:p {n} }} ", "ASK {{ ?a a ex:F @ }}", 100, 5_000),
    "filters": ("FILTER(?a != {n}) ", "ASK {{ ?a a ex:F @ }}", 900, 5_000),
    "exists": ("FILTER NOT EXISTS {{ ?a ex:p {n} }} ", "ASK {{ ?a a ex:F @ }}", 100, 5_000),
    "binds": ("BIND({n} AS ?v{n}) ", "ASK {{ @ }}", 900, 5_000),
    "graphs": ("GRAPH ?g{n} {{ ?a a ex:F }} ", "ASK {{ @ }}", 20, 5_000),
    "subqueries": ("{{ SELECT * {{ ?a ?b {n} }} }} ", "ASK {{ @ }}", 100, 5_000),
    "or": ("?a = {n} || ", "ASK {{ ?a ?b ?c FILTER(@ false) }}", 900, 7_500),
    "and": ("?a != {n} && ", "ASK {{ ?a ?b ?c FILTER(@ true) }}", 900, 9_500),
    "sums": ("{n} + ", "SELECT (@ 1 AS ?x) {{}}", 1_900, 9_500),
    "members": ("{n}, ", "ASK {{ ?a ?b ?c FILTER(?c IN (@ 1)) }}", 1_900, 90_000),
    "arguments": ("'{n}', ", "SELECT (CONCAT(@ '') AS ?x) {{}}", 1_900, 90_000),
    "path steps": ("ex:p/", "ASK {{ ?a @ex:p ?b }}", 100, 9_500),
    "path alternatives": ("ex:p{n}|", "ASK {{ ?a @ex:p ?b }}", 900, 9_500),
    "negated set": ("ex:p{n}|", "ASK {{ ?a !(@ex:p) ?b }}", 900, 9_500),
    "values of one": ("<http://e/{n}> ", "ASK {{ VALUES ?v {{ @ }} }}", 1_000, 100_000),
    "rows of values": ("(<http://e/{n}> {n} 'x') ", "ASK {{ VALUES (?a ?b ?c) {{ @ }} }}",
                       1_000, 20_000),
    "columns": ("({n} AS ?v{n}) ", "SELECT @ {{}}", 900, 5_000),
    "groups": ("?v{n} ", "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c }} GROUP BY @", 900, 200_000),
    "orders": ("DESC(?v{n}) ", "SELECT * {{ ?a ?b ?c }} ORDER BY @", 900, 100_000),
    "prefixes": ("PREFIX p{n}: <http://e/{n}> ", "@ ASK {{}}", 5_000, 60_000),
    "described": ("<http://e/{n}> ", "DESCRIBE @", 1_000, 200_000),
    "datasets": ("FROM <http://e/{n}> ", "SELECT * @ {{ ?a ?b ?c }}", 500, 50_000),
    "template": ("?a ex:p {n} . ", "CONSTRUCT {{ @ }} {{ ?a a ex:F }}", 200, 5_000),
}  # fmt: skip


def _wide() -> Iterator[Case]:
    for name, (one, frame, fits, not_) in WIDE.items():
        for number, expected in ((fits, BOUNDED), (not_, REFUSED)):
            many = "".join(one.format(n=n) for n in range(number))
            query = frame.format().replace("@", many)
            yield _posted(f"{name}, {number}", expected, query)


def _crossed(times: int) -> str:
    return " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(times))


ALL = "?s ?p ?o"
HEAVY_SECONDS = 1  # that a heavy query asks for: all of them would else take the server's deadline
DOUBLED = "BIND('0123456789abcdef' AS ?v0) " + " ".join(
    f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40)
)
REPLACED = "BIND('aaaaaaaa' AS ?v0) " + " ".join(
    f"BIND(REPLACE(?v{n}, 'a', 'aaaaaaaaaaaaaaaa') AS ?v{n + 1})" for n in range(12)
)
HEAVY = {
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {_crossed(9)} }}",
    "cross product counted distinct": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_crossed(7)} }}",
    "cross product of distinct rows": f"SELECT DISTINCT * {{ {_crossed(7)} }}",
    "cross product sorted": f"SELECT * {{ {_crossed(7)} }} ORDER BY ?o0 DESC(?o6)",
    "cross product sorted by a hash": f"SELECT * {{ {_crossed(7)} }} ORDER BY SHA512(STR(?o1))",
    "cross product grouped": (
        f"SELECT ?s0 ?s1 ?s2 ?s3 ?s4 (COUNT(*) AS ?n) {{ {_crossed(7)} }} "
        "GROUP BY ?s0 ?s1 ?s2 ?s3 ?s4"
    ),
    "cross product joined to one text": (
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?s0), STR(?s1))) AS ?x) {{ {_crossed(7)} }}"
    ),
    "cross product to the least": f"SELECT (MIN(STR(?o6)) AS ?x) {{ {_crossed(9)} }}",
    "cross product filtered to nothing": (
        f"SELECT * {{ {_crossed(9)} FILTER(CONCAT(STR(?s0), STR(?s8)) = 'x') }}"
    ),
    "cross product asked": f"ASK {{ {_crossed(9)} FILTER(STR(?s0) = CONCAT(STR(?s8), 'x')) }}",
    "cross product of optionals": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"OPTIONAL {{ ?s{n} ?p{n} ?o{n} }}" for n in range(9))
        + " }"
    ),
    "cross product in a subquery": (
        f"SELECT * {{ {{ SELECT (COUNT(*) AS ?n) {{ {_crossed(9)} }} }} ?a ?b ?n }}"
    ),
    "cross product in EXISTS": (
        f"SELECT * {{ {ALL} FILTER NOT EXISTS {{ {_crossed(9)} FILTER(?s0 = ?p8) }} }}"
    ),
    "cross product taken away": (
        f"SELECT * {{ {ALL} MINUS {{ ?s ?p0 ?o0 . {_crossed(8)} FILTER(?s7 = ?p0) }} }}"
    ),
    "cross product constructed": f"CONSTRUCT {{ ?s0 ?p6 ?o6 }} WHERE {{ {_crossed(8)} }}",
    "cross product described": f"DESCRIBE ?s0 ?s1 ?s2 WHERE {{ {_crossed(8)} }}",
    "cross product of graphs": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(9))
        + " }"
    ),
    "cross product of random numbers": f"SELECT (SUM(RAND()) AS ?n) {{ {_crossed(9)} }}",
    "cross product skipped": f"SELECT * {{ {_crossed(9)} }} OFFSET 9999999999999",
    "cross product of values": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{n} {{ {' '.join(str(i) for i in range(100))} }}" for n in range(7))
        + " }"
    ),
    "cross product of hashes": (
        f"SELECT (MAX(SHA512(CONCAT(STR(?o0), STR(?o1)))) AS ?x) {{ {_crossed(8)} }}"
    ),
    "cross product of paths": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"?s{n} (!ex:p|^!ex:p)* ?o{n} ." for n in range(6))
        + " }"
    ),
    "cross product of unions": (
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"{{ ?s{n} ?p{n} ?o{n} }} UNION {{ ?o{n} ?p{n} ?s{n} }}" for n in range(8))
        + " }"
    ),
    "doubled text": f"SELECT (STRLEN(?v40) AS ?n) {{ {DOUBLED} }}",
    "replaced text": f"SELECT (STRLEN(?v12) AS ?n) {{ {REPLACED} }}",
    "many doubled texts": (
        f"SELECT (STRLEN(GROUP_CONCAT(?v20)) AS ?n) {{ {ALL} . ?s1 ?p1 ?o1 {DOUBLED} }}"
    ),
}
#: Looks as bad, and is answered.
LIGHT = {
    "star of a star": "SELECT * { ?s (ex:petals*)* ?o } LIMIT 10",
    "star of anything": "SELECT (COUNT(*) AS ?n) { ?s (!ex:none)* ?o }",
    "star of stars of stars": "SELECT (COUNT(*) AS ?n) { ?s ((((!ex:n)*)*)*)* ?o }",
    "star both ways": "SELECT (COUNT(*) AS ?n) { ?s ((!ex:n)|^(!ex:n))+ ?o }",
    "optional of a star": "SELECT (COUNT(*) AS ?n) { ?s ((!ex:n)?)+ ?o }",
    "pattern that backtracks": (
        "SELECT (REGEX('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a+)+$') AS ?x) {}"
    ),
    "pattern that backtracks twice": (
        "SELECT (REGEX('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a|a)*(a|aa)+$') AS ?x) {}"
    ),
    "pattern of repeats": "SELECT (REGEX('a', '((((a{1,100}){1,100}){1,100}){1,100})') AS ?x) {}",
    "pattern of great repeats": "SELECT (REGEX('a', '(a{0,1000}){0,1000}') AS ?x) {}",
    "pattern that is none": "SELECT (REGEX('a', '(((((') AS ?x) {}",
    "pattern of all signs": "SELECT (REGEX('a', '\\\\p{L}{1,900}\\\\w{1,900}') AS ?x) {}",
    "pattern in a replacement": "SELECT (REPLACE('aaaa', '(a*)*', '$1$1$1') AS ?x) {}",
    "function that nobody knows": "SELECT * { ?s ?p ?o FILTER(ex:unknown(?o) = 'x') }",
    "function in a column that nobody knows": "SELECT (<http://e/f>(1) AS ?x) {}",
    "greatest number": "SELECT (9223372036854775807 + 1 AS ?x) (1e308 * 10 AS ?y) {}",
    "least number": "SELECT (-9223372036854775808 - 1 AS ?x) (1/0 AS ?y) (0/0 AS ?z) {}",
    "number of many digits": f"SELECT ({'9' * 10_000} AS ?x) {{}}",
    "decimal of many digits": f"SELECT (0.{'1' * 10_000} AS ?x) {{}}",
    "piece of a text out of bounds": "SELECT (SUBSTR('a', -9223372036854775808, 1e300) AS ?x) {}",
    "date out of bounds": (
        "SELECT (YEAR('999999999999-12-31T23:59:59Z'"
        "^^<http://www.w3.org/2001/XMLSchema#dateTime>) AS ?x) {}"
    ),
    "limit out of bounds": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999999",
    "variable of many letters": f"SELECT ?{'v' * 100_000} {{}}",
    "name of many letters": f"ASK {{ ?s ex:{'v' * 100_000} ?o }}",
    "IRI of many letters": f"ASK {{ ?s <http://e/{'v' * 100_000}> ?o }}",
    "text of many letters": f"SELECT ('{'é' * 100_000}' AS ?x) {{}}",
    "comment of many letters": f"ASK {{}} #{'x' * 500_000}",
    "spaces": f"ASK {' ' * 500_000} {{}}",
    "lines": "ASK {" + "\n" * 200_000 + "}",
    "language of many letters": f"SELECT ('x'@en-{'a' * 100_000} AS ?x) {{}}",
    "names of the answer": "SELECT ?constructor ?__proto__ ?head ?results {} ",
}


def _heavy() -> Iterator[Case]:
    for name, query in HEAVY.items():
        yield Case(name, ENDED, query.encode(), target=b"/sparql?timeout=%d" % HEAVY_SECONDS)
    for name, query in LIGHT.items():
        yield _posted(name, READ_OR_NOT, query)
    limit = f"SELECT (COUNT(*) AS ?n) {{ {_crossed(9)} }}"
    for text in ("0.05", "99999", "1e9"):
        target = f"/sparql?{urlencode({'query': limit, 'timeout': text})}".encode()
        yield Case(f"cross product with timeout={text}", ENDED | REFUSED, target=target)
    for text in ("0", "-1", "nan", "inf", "1e999", "x", "٣"):
        target = f"/sparql?{urlencode({'query': limit, 'timeout': text})}".encode()
        yield Case(f"cross product with timeout={text}", ENDED | REFUSED, target=target)


def _calls() -> Iterator[Case]:
    for name, query in CALLS.items():
        # those that hide the word are nonsense to the grammar, or another query than they seem
        expected = BOUNDED if name.startswith("hidden") else REFUSED
        yield _posted(f"call: {name}", expected, query)
    for address in ADDRESSES:
        query = f"ASK {{ SERVICE SILENT <{address}> {BODY} }}"
        yield _posted(f"call to {address}", REFUSED, query)
        query = "SELECT * FROM <@> { ?s ?p ?o }".replace("@", address)
        yield _posted(f"dataset {address}", READ_OR_NOT, query)
    for name in ("default-graph-uri", "named-graph-uri"):
        for address in ("@U", "file:///etc/passwd", "@F"):
            target = f"/sparql?{urlencode({'query': ANYWHERE % ''})}&{name}={address}".encode()
            yield Case(f"{name}={address}", READ_OR_NOT, target=target)


ANYWHERE = "SELECT * %s { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
READINGS = {
    "FROM": ANYWHERE % "FROM <@>",
    "FROM NAMED": ANYWHERE % "FROM NAMED <@>",
    "GRAPH": "SELECT * { GRAPH <@> { ?s ?p ?o } }",
    "base": "BASE <@> SELECT * FROM <> { ?s ?p ?o }",
    "DESCRIBE": "DESCRIBE <@>",
}


def _files() -> Iterator[Case]:
    for address in ("@F", "file:///etc/passwd", "file:/etc/passwd", "../../../../etc/passwd"):
        for name, query in READINGS.items():
            yield _posted(f"{name} {address}", READ_OR_NOT, query.replace("@", address, 1))


UPDATES = (
    "INSERT DATA { <http://e/a> <http://e/b> 1 }",
    "insert data { <http://e/a> <http://e/b> 1 }",
    "DELETE DATA { <http://e/a> <http://e/b> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <@U>",
    "LOAD SILENT <@U> INTO GRAPH <http://e/g>",
    "LOAD <@F>",
    "CLEAR ALL",
    "CLEAR DEFAULT",
    "CLEAR SILENT NAMED",
    "DROP ALL",
    "DROP GRAPH <http://e/g>",
    "CREATE GRAPH <http://e/g>",
    "COPY DEFAULT TO <http://e/g>",
    "MOVE DEFAULT TO <http://e/g>",
    "ADD DEFAULT TO <http://e/g>",
    "ASK {} ; DROP ALL",
    "PREFIX e: <http://e/> DROP ALL",
    "BASE <http://e/> # SELECT\nDROP ALL",
    "SELECT * { ?s ?p ?o } ; INSERT DATA { <http://e/a> <http://e/b> 1 }",
)


def _updates() -> Iterator[Case]:
    for update in UPDATES:
        yield _posted(f"as a query: {update}", REFUSED, update)
        form = urlencode({"update": update}).encode()
        yield Case(f"as an update: {update}", REFUSED, form, FORM)
    for update in UPDATES[:3]:
        target = f"/sparql?{urlencode({'query': update})}".encode()
        yield Case(f"got: {update}", REFUSED, target=target)
        type_ = "application/sparql-update"
        yield Case(f"sent as an update: {update}", frozenset((415,)), update.encode(), type_)


TEXTS = {
    "nothing": (b"", REFUSED),
    "a NUL": (b"\0", REFUSED),
    "NULs": (b"ASK {}" + b"\0" * 10_000, REFUSED),
    "NUL in a text": (b"SELECT ('a\0b' AS ?x) {}", READ_OR_NOT),
    "NUL in a comment": (b"ASK {} # \0", READ_OR_NOT),
    "NUL in an IRI": (b"ASK { ?s <http://e/\0> ?o }", REFUSED),
    "NUL by its number": (b"SELECT ('\\u0000' AS ?x) {}", READ_OR_NOT),
    "all control characters": (bytes(range(32)), REFUSED),
    "control characters in a text": (
        b"SELECT ('" + bytes(set(range(1, 32)) - {10, 13}) + b"' AS ?x) {}", READ_OR_NOT
    ),
    "mark of the byte order": (b"\xef\xbb\xbfASK {}", READ_OR_NOT),
    "mark of the byte order inside": (b"ASK \xef\xbb\xbf{}", REFUSED),
    "UTF-16": ("ASK {}".encode("utf-16"), REFUSED),
    "UTF-32": ("ASK {}".encode("utf-32"), REFUSED),
    "lone continuation": (b"ASK {} # \x80", REFUSED),
    "lone lead": (b"ASK {} # \xc3", REFUSED),
    "cut sequence": (b"SELECT ('\xe2\x82' AS ?x) {}", REFUSED),
    "overlong slash": (b"ASK { ?s <http://e/\xc0\xaf> ?o }", REFUSED),
    "overlong NUL": (b"ASK {} # \xc0\x80", REFUSED),
    "surrogate": (b"SELECT ('\xed\xa0\x80' AS ?x) {}", REFUSED),
    "pair of surrogates": (b"SELECT ('\xed\xa0\xbd\xed\xb8\x80' AS ?x) {}", REFUSED),
    "above the last character": (b"ASK {} # \xf4\x90\x80\x80", REFUSED),
    "bytes of no encoding": (b"\xfe\xff" * 100, REFUSED),
    "surrogate by its number": (b"SELECT ('\\uD800' AS ?x) {}", REFUSED),
    "pair by its numbers": (b"SELECT ('\\uD83D\\uDE00' AS ?x) {}", READ_OR_NOT),
    "number above the last": (b"SELECT ('\\U00110000' AS ?x) {}", REFUSED),
    "surrogate in an IRI": (b"ASK { ?s <http://e/\\uD800> ?o }", REFUSED),
    "keyword by its numbers": (b"\\u0041SK {}", READ_OR_NOT),
    "letters that only look so": ("ＡＳＫ {}".encode(), REFUSED),
    "long s": ("ſELECT * {}".encode(), REFUSED),
    "call with a long s": (f"ASK {{ ſERVICE <@U> {BODY} }}".encode(), REFUSED),
    "call by its numbers": (b"ASK { \\u0053ERVICE <@U> { ?s ?p ?o } }", REFUSED),
    "space of no width": ("ASK\u200b{}".encode(), REFUSED),
    "direction turned": ("ASK { ?s ?p '\u202e' }".encode(), ANSWERED),
    "line ends of all kinds": (b"ASK\r{\n}\r\n", ANSWERED),
    "separator of lines": ("ASK {} #\u2028 x".encode(), READ_OR_NOT),
    "markup": (b"<script>alert(1)</script>", REFUSED),
    "markup in a variable": (b"SELECT ?<script> {}", REFUSED),
    "formula": (b"SELECT ('=1+1' AS ?x) {}", ANSWERED),
    "header in a text": (b"SELECT ('a\\r\\nX: y' AS ?x) {}", ANSWERED),
    "SQL": (b"SELECT 1; DROP TABLE x --", REFUSED),
    "JSON": (b'{"query": "ASK {}"}', REFUSED),
    "longer than the limit": (b"ASK {} #" + b"x" * 1_048_576, REFUSED),
    "far longer than the limit": (b"x" * 4_000_000, REFUSED),
    "two queries": (b"ASK {} ASK {}", REFUSED),
    "query and more": (b"ASK {} }", REFUSED),
}  # fmt: skip


def _texts() -> Iterator[Case]:
    for name, (body, expected) in TEXTS.items():
        yield Case(f"text: {name}", expected, body)


TARGETS = {
    b"query=%FF": REFUSED,
    b"query=%00": REFUSED,
    b"query=ASK%7B%7D%00": REFUSED,
    b"query=%ED%A0%80": REFUSED,
    b"query=%C0%AF": REFUSED,
    b"query=%": REFUSED,
    b"query=%%%%": REFUSED,
    b"query=%4": REFUSED,
    b"query=%zz": REFUSED,
    b"query=%u0041SK%7B%7D": REFUSED,
    b"query=ASK%257B%257D": REFUSED,
    b"query=%2541SK%7B%7D": REFUSED,
    b"query=+ASK+%7B%7D+": ANSWERED,
    b"query=%41%53%4b%7B%7d": ANSWERED,
    b"%71uery=ASK%7B%7D": ANSWERED,
    b"query=ASK%7B%7D&query=ASK%7B%7D": REFUSED,
    b"query=ASK%7B%7D&update=DROP+ALL": REFUSED,
    b"query=ASK%7B%7D;update=DROP+ALL": REFUSED,
    b"query=ASK%7B%7D&" + b"x=1&" * 2_000: REFUSED,
    # a format that no answer has leaves the choice to Accept
    b"query=ASK%7B%7D&format=%0d%0aX:%20y": ANSWERED,
    b"query=ASK%7B%7D&format=../../etc/passwd": ANSWERED,
    b"query=ASK%7B%7D&default-graph-uri=nonsense": REFUSED,
    b"query=ASK%7B%7D&default-graph-uri=": READ_OR_NOT,
    b"query=" + b"%28" * 10_000: REFUSED,
    b"query=ASK%7B%7D%23" + b"x" * 20_000: ANSWERED | frozenset((414, 431)),
}


def _encodings() -> Iterator[Case]:
    for query, expected in TARGETS.items():
        shown = query[:60].decode("ascii")
        yield Case(f"got: {shown}", expected, target=b"/sparql?" + query)
        if b"x" * 1_000 not in query:
            yield Case(f"form: {shown}", expected, query, FORM)
    for name in ("a NUL", "lone lead", "surrogate", "UTF-16", "overlong slash"):
        body = TEXTS[name][0]
        target = b"/sparql?query=" + quote_from_bytes(body).encode()
        yield Case(f"got: text: {name}", REFUSED, target=target)

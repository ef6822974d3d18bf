"""Queries that stores answer otherwise than the standard, and what they are asked over.

``sparql/test_corrections.py`` knows the right answers of the service; ``site/export/test_forms.py``
asks a copy without a server the same.
"""

from __future__ import annotations

from collections.abc import Iterator

DATATYPES = "http://www.w3.org/2001/XMLSchema#"
XSD = f"PREFIX xsd: <{DATATYPES}>"
DATA = """
  GRAPH <urn:g1> { <urn:a> <urn:p> <urn:b> }
  GRAPH <urn:g2> { <urn:c> <urn:p> <urn:d>, <urn:e> }
  <urn:a> <urn:p> <urn:b>
"""
#: Pairs that two properties lead to.
CHOICE_DATA = """
  <urn:a> <urn:p> <urn:b> ; <urn:q> <urn:b>, _:k .
  _:k <urn:p> 1 ; <urn:q> 1 .
  GRAPH <urn:g> { <urn:a> <urn:p> <urn:b> ; <urn:q> <urn:b> . <urn:b> <urn:r> <urn:a> }
"""


def number(value: object) -> str:
    """Return a whole number as N-Triples write it."""
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


#: What GRAPH holds, and ?x of each graph: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval.
GRAPHS = [
    ("GRAPH ?g { VALUES ?x { 1 } }", {"g1": ["1"], "g2": ["1"]}),
    ("GRAPH ?g { SELECT (COUNT(*) AS ?x) { ?s ?p ?o } }", {"g1": ["1"], "g2": ["2"]}),
    ("GRAPH ?g { SELECT (COUNT(*) AS ?x) { ?s <urn:q> ?o } }", {"g1": ["0"], "g2": ["0"]}),
    ("GRAPH ?g { { ?s <urn:q> ?x } UNION { VALUES ?x { 2 } } }", {"g1": ["2"], "g2": ["2"]}),
    ("GRAPH ?g { VALUES ?x { 1 2 } MINUS { VALUES ?x { 2 } } }", {"g1": ["1"], "g2": ["1"]}),
    ("GRAPH ?g { BIND(3 AS ?x) }", {"g1": ["3"], "g2": ["3"]}),
    ("GRAPH ?g { OPTIONAL { ?s <urn:q> ?y } BIND(4 AS ?x) }", {"g1": ["4"], "g2": ["4"]}),
    ("VALUES ?g { <urn:g2> } GRAPH ?g { VALUES ?x { 1 } }", {"g2": ["1"]}),
    (
        "GRAPH ?g { GRAPH <urn:g2> { <urn:c> ?p <urn:d> } BIND(5 AS ?x) }",
        {"g1": ["5"], "g2": ["5"]},
    ),
]

#: https://www.w3.org/TR/sparql11-query/#PropertyPathPatterns: ZeroLengthPath.
PATHS = [
    ("SELECT ?x { <urn:z> <urn:p>* ?x }", ["?x=<urn:z>"]),
    ("SELECT ?x { <urn:z> <urn:p>? ?x }", ["?x=<urn:z>"]),
    ("SELECT ?x { ?x <urn:p>* <urn:z> }", ["?x=<urn:z>"]),
    ("SELECT ?x { ?x <urn:p>* 5 }", [f"?x={number(5)}"]),
    ("SELECT ?x { <urn:z> ^(<urn:p>*) ?x }", ["?x=<urn:z>"]),
    ("SELECT ?x { <urn:z> (<urn:p>|<urn:q>*) ?x }", ["?x=<urn:z>"]),
    ("SELECT ?x { <urn:z> (<urn:p>*|<urn:q>*) ?x }", ["?x=<urn:z>"] * 2),
    ("SELECT ?x { <urn:z> (<urn:p>*)+ ?x }", ["?x=<urn:z>"]),
    ("SELECT ?x { <urn:a> <urn:p>* ?x }", ["?x=<urn:a>", "?x=<urn:b>"]),
    ("SELECT ?x { <urn:z> <urn:p>+ ?x }", []),
    ("SELECT ?x { <urn:z> <urn:p>*/<urn:p> ?x }", []),
    ("ASK { <urn:z> <urn:p>* <urn:z> }", True),
    ("ASK { <urn:z> <urn:p>* <urn:y> }", False),
    ("ASK { <urn:z> <urn:p>* [] }", True),
    ("ASK { <urn:z> <urn:p>* _:b }", True),
    ("SELECT * { _:b <urn:p>* <urn:z> }", [""]),
    ("ASK { _:b <urn:p>* <urn:z> . _:b <urn:q> ?x }", False),
    ("ASK { [ <urn:p>* <urn:z> ] <urn:q> ?x }", False),
    ("SELECT ?x { [ <urn:p>* <urn:b> ; <urn:p> ?x ] }", ["?x=<urn:b>"]),
    ("ASK { <urn:z> <urn:p>?/<urn:q>* <urn:z> }", True),
    ("ASK { <urn:z> ^(<urn:p>/<urn:q>|<urn:p>?/<urn:q>?) <urn:z> }", True),
    ("ASK { <urn:z> <urn:p>?/<urn:q>? <urn:y> }", False),
    ("SELECT ?x { <urn:z> <urn:p>?/<urn:q>? ?x }", []),
    ("ASK { <urn:z> <urn:p>?/<urn:q>?/<urn:r>? <urn:z> }", False),
    (
        "SELECT ?x { VALUES ?x { 1 } <urn:z> (<urn:p>|<urn:q>?|<urn:p>*)/<urn:q>? <urn:z> }",
        [f"?x={number(1)}"] * 2,
    ),
    ("SELECT ?x ?y { <urn:z> <urn:p>* ?x ; <urn:p>? ?y . }", ["?x=<urn:z> ?y=<urn:z>"]),
    ("SELECT ?x ?y { <urn:a> <urn:p>* ?x ; <urn:p> ?y . ?s ?p ?x }", ["?x=<urn:b> ?y=<urn:b>"]),
    ("SELECT ?x { VALUES ?s { <urn:z> } ?s <urn:p>* ?x }", []),
    (
        "SELECT ?g ?x { GRAPH ?g { <urn:z> <urn:p>* ?x } }",
        ["?g=<urn:g1> ?x=<urn:z>", "?g=<urn:g2> ?x=<urn:z>"],
    ),
    (
        "SELECT ?g ?x { GRAPH ?g { <urn:a> <urn:p>* ?x } }",
        ["?g=<urn:g1> ?x=<urn:a>", "?g=<urn:g1> ?x=<urn:b>", "?g=<urn:g2> ?x=<urn:a>"],
    ),
]

#: Paths from and to blank nodes that are refused.
BLANK_PATHS = [
    "SELECT * { [ <urn:p>* <urn:z> ] <urn:q> ?x }",
    "SELECT (COUNT(DISTINCT *) AS ?n) { _:b <urn:p>|<urn:q> ?x ; <urn:q> ?y }",
    "SELECT * { { SELECT ?x { ?x <urn:r> [ ^<urn:p>|<urn:q> ?x ] } } }",
    "SELECT ?x { ?x <urn:p>|<urn:q> (1 2) }",
    "SELECT ?x { ?x <urn:p> (1 [ <urn:p>|<urn:q> ?x ]) }",
    "SELECT ?x { <<?x <urn:p> ?y>> <urn:p>|<urn:q> ?z }",
]

#: Paths of a choice, and how often they are found.
CHOICES = [
    (":a :p|:q ?y", 3),
    (":a :p|:q :b", 2),
    ("?x :p|:p :b", 2),
    (":b ^(:p|:q) ?x", 2),
    (":b ^:p|^:q ?x", 2),
    ("?x (:p|:q)/(:p|:q) ?y", 2),
    ("?x :q/:p|:q/:q 1", 2),
    ("?x ^(:q/(:p|:q)) :a", 2),
    ("?x !(:q|^:p) :b", 1),
    (":a (!(:r|^:r)|:q) :b", 2),
    ("?x (:p|:q)? :b", 2),
    ("?x (:p|:q)+ 1", 2),
    (":a :p*|:q* :a", 2),
    ("?x :p|:q 1, :b", 0),
    ("_:x :p|:q 1", 2),
    ("_:x :p|:q ?y . _:x :q 1", 2),
    ("[] :p|:q ?y ; :q :b", 3),
    ("?x :q [ :p|:q ?y ; :q 1 ] ; :p :b .", 2),
    ("[ :p|:q ?y ] :q 1", 2),
    ("GRAPH ?g { ?x :p|:q :b }", 2),
    ("GRAPH ?g { _:x :p|:q _:y . _:y :r _:x }", 2),
    ("GRAPH ?g { ?x :p|:q ?y MINUS { ?y :p|:r ?z } }", 0),
    ("?x :p ?y OPTIONAL { ?x :p|:q ?z }", 5),
    ("?x :p :b FILTER EXISTS { ?x :p|:q _:y . _:y :p 1 }", 1),
]

#: A choice of paths, in what counts each solution and in what does not.
COUNTED = [
    ("SELECT ?y { ?x :p|:q ?y }", True),
    ("SELECT DISTINCT ?y { ?x :p|:q ?y } LIMIT 5", False),
    ("SELECT REDUCED ?y { ?x :p|:q ?y }", False),
    ("SELECT DISTINCT (COUNT(?y) AS ?n) { ?x :p|:q ?y }", True),
    ("SELECT DISTINCT ?y { { SELECT ?y { ?x :p|:q ?y } } }", False),
    ("SELECT DISTINCT ?y { { SELECT ?y { ?x :p|:q ?y } LIMIT 2 } }", True),
    ("SELECT DISTINCT ?n { { SELECT (COUNT(*) AS ?n) { ?x :p|:q ?y } } }", True),
    ("SELECT (COUNT(*) AS ?n) { { SELECT DISTINCT ?y { ?x :p|:q ?y } } }", False),
    ("SELECT ?y { ?y :p ?z FILTER EXISTS { ?x :p|:q ?y } }", False),
    ("SELECT ?y { ?y :p ?z MINUS { ?x :p|:q ?y } }", False),
    ("SELECT ?y { ?y :p ?z OPTIONAL { ?x :p|:q ?y } }", True),
    ("ASK { ?x :p|:q ?y }", False),
    ("CONSTRUCT { ?x :r ?y } { ?x :p|:q ?y }", False),
    ("CONSTRUCT { ?x :r ?y } { ?x :p|:q ?y } LIMIT 2", True),
    ("CONSTRUCT { [] :r ?y } { ?x :p|:q ?y }", True),
]

#: https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat
CONCATS = [
    ("GROUP_CONCAT(?x)", '"1 1 b a urn:x"'),
    ("GROUP_CONCAT(?x; SEPARATOR='|')", '"1|1|b|a|urn:x"'),
    ("GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ')", '"1, b, a, urn:x"'),
    ("STRLEN(GROUP_CONCAT(DISTINCT STR(?x)))", number(11)),
]

#: MINUS that shares no variable with what stands before it, and takes nothing away.
IDLE = [
    ("?s <urn:p> ?o FILTER EXISTS { ?s <urn:p> ?x MINUS { ?t <urn:p> ?y } }", ["?s=<urn:a>"]),
    ("?s <urn:p> ?o FILTER EXISTS { MINUS { ?s ?p ?o } . ?s ?p ?o }", ["?s=<urn:a>"]),
    ("?s <urn:p> ?o FILTER EXISTS { ?s <urn:p> ?x MINUS { ?s <urn:p> ?y } }", []),
    ("GRAPH ?g { ?s <urn:p> <urn:b> MINUS { ?t <urn:p> ?y } . }", ["?s=<urn:a>"]),
]

#: What takes one value from each group, over GROUPS_OF: and ?a of those that are found.
#: https://www.w3.org/TR/sparql11-query/#sparqlGroupAggregate
GROUPS_OF = "SELECT ?a { VALUES (?a ?b) { (1 2) (3 4) (5 0) } } GROUP BY ?a"
SAMPLED = [
    ("HAVING(?b = 2)", 1),
    ("ORDER BY ?b LIMIT 1", 5),
    ("ORDER BY DESC(?b) LIMIT 1", 3),
    ("ORDER BY (?b * -1) ?a LIMIT 1", 3),
    ("HAVING(SUM(?b) + ?b = 8) ORDER BY ?a LIMIT 1", 3),
    ("HAVING(EXISTS { FILTER(?a > 1) } && (?b > 1))", 3),
]

#: Groups of what is no SELECT, and IRIs that are described whatever is found.
_OF_A = ["<urn:a> <urn:p> <urn:b> ."]
NESTED = [
    ("ASK { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(*) > 1)", False),
    ("ASK { GRAPH ?g { ?s ?p ?o } } GROUP BY ?s HAVING(COUNT(*) > 1)", True),
    ("ASK { ?s ?p ?o } ORDER BY COUNT(?s)", True),
    (
        "CONSTRUCT { ?k <urn:n> 1 } { GRAPH ?g { ?s ?p ?o } } GROUP BY (?s AS ?k)"
        " HAVING(COUNT(*) > 1)",
        [f"<urn:c> <urn:n> {number(1)} ."],
    ),
    ("DESCRIBE ?s { ?s ?p ?o } GROUP BY ?s HAVING(COUNT(*) = 1)", _OF_A),
    ("DESCRIBE <urn:a> ?o { ?s <urn:none> ?o }", _OF_A),
    ("DESCRIBE <urn:a> { ?s <urn:none> ?o }", _OF_A),
    ("DESCRIBE ?s <urn:a> ?s { ?s ?p ?o } ORDER BY ?s LIMIT 0", _OF_A),
    ("DESCRIBE <urn:c> ?s FROM <urn:g1> { ?s ?p ?o }", _OF_A),
    ("DESCRIBE <urn:a> FROM <urn:g2>", []),
]

#: Two truth values, the less one first.
TRUTHS = [
    ("(?f)", "?t"),
    ("?f=1", "?t=?t"),
    ("!?t", "!!?t"),
    ("BOUND(?u)", "BOUND(?t)"),
    ("EXISTS { ?s ?p 5 }", "NOT EXISTS { ?s ?p 5 }"),
    ("1 IN (2)", "1 NOT IN (2)"),
    ("isIRI(?t)", "REGEX('a', 'a')"),
    ("'0'^^xsd:boolean", "'true'^^xsd:boolean"),
    ("xsd:boolean(' 0 ')", "xsd:boolean('1')"),
    ("?f && ?t", "((?f || (?t)))"),
    ("COALESCE(?u, ?f)", "IF(?t, ?t, ?f)"),
    ("STRDT('false', xsd:boolean)", "<http://www.w3.org/2001/XMLSchema#boolean>('true')"),
]

#: What is worth as much as ?x: https://www.w3.org/TR/sparql11-query/#ebv.
CONDITIONS = [
    "?x",
    "(?x)",
    "!(!?x)",
    "?x && true",
    "false || ?x",
    "!(!?x || false)",
    "1 IN (2) || ?x",
    "COALESCE(?u, ?x)",
    "IF(?x, true, false)",
    "STRDT(STR(?x), ?t)",
]

#: Literals that are no values of their types.
MISREAD = [
    'SELECT ("300"^^xsd:byte + 1 AS ?x) {}',
    'ASK { ?s ?p "-1"^^xsd:nonNegativeInteger }',
    "SELECT * { VALUES ?x { 1 '0'^^xsd:positiveInteger } }",
    'SELECT (STRDT("65536", xsd:unsignedShort) AS ?x) {}',
    'SELECT (STRDT("-32769", ?t) AS ?x) { VALUES ?t { xsd:short } }',
    'ASK { ?s ?p "9223372036854775808"^^xsd:long, "1"^^xsd:negativeInteger }',
    'ASK { FILTER("Inf"^^xsd:double > "nan"^^xsd:float) }',
    'ASK { ?s ?p "2020-01-01T00:00:00"^^xsd:dateTimeStamp }',
    'ASK { FILTER("P1YT"^^<http://www.w3.org/2001/XMLSchema#duration> > ?x) }',
]

#: Numbers, and the decimal ones nearest to them.
DECIMALS = [
    ("1e5", "100000"),
    ("0.1e0", "0.100000000000000006"),  # the nearest with 18 decimals
    ("'0.5'^^xsd:float", "0.5"),
    ("'16777217'^^xsd:float", "16777216"),
    ("-1e-18", "-0.000000000000000001"),
    ("1e400", None),
    ("1e30", None),
    ("'NaN'^^xsd:float", None),
]

#: Labels of blank nodes in what is written several times.
LABELS = [
    "SELECT ?s { ?s ?p ?x FILTER((?x = 1) < EXISTS { _:b ?p ?s }) }",
    "SELECT ?s { ?s ?p ?x } ORDER BY (IF(EXISTS { _:b ?p ?s }, ?x, ?s))",
]


def graphs(pattern: str) -> str:
    """Ask for one of GRAPHS."""
    return f"SELECT ?g ?x {{ {pattern} }}"


def choice(pattern: str) -> str:
    """Ask how often one of CHOICES is found."""
    return f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"


def concat(expression: str) -> str:
    """Ask for one of CONCATS."""
    return f'SELECT ({expression} AS ?v) {{ VALUES ?x {{ 1 1 "b"@en "a"@en <urn:x> }} }}'


def truth(one: str, other: str) -> str:
    """Ask whether ``one`` of TRUTHS is less than the ``other``."""
    tests = f"{one}<{other} && {other} > {one} && {one} <= {one} && !({other}<={one})"
    return f"{XSD} ASK {{ BIND(false AS ?f) BIND(true AS ?t) FILTER({tests}) }}"


def condition(text: str) -> str:
    """Ask what one of CONDITIONS is worth, of terms of which it is told as well."""
    data = """VALUES (?x ?t ?worth) { ("a"@en xsd:string true) (""@en xsd:string false)
      ("no"^^xsd:integer xsd:integer false) ("TRUE"^^xsd:boolean xsd:boolean false)
      ("9e9"^^xsd:decimal xsd:decimal false) ("1e"^^xsd:double xsd:double false)
      (" 1"^^xsd:byte xsd:byte false) ("00000000000000000000"^^xsd:int xsd:int false)
      (99999999999999999999 xsd:integer true) ("a" xsd:string true) ("1" xsd:string true) }"""
    return f"{XSD} SELECT ?worth (({text}) && true AS ?v) {{ {data} }}"


def decimal(value: str) -> str:
    """Ask for one of DECIMALS as a decimal number."""
    return f"{XSD} SELECT (xsd:decimal({value}) AS ?d) {{}}"


def queries() -> Iterator[tuple[str, str]]:
    """Yield the queries, each with the data that it is asked over; ``:`` stands for ``urn:``."""
    asked = [graphs(pattern) for pattern, _ in GRAPHS]
    asked += [query for query, _ in PATHS] + BLANK_PATHS + LABELS
    asked += [concat(expression) for expression, _ in CONCATS]
    asked += [f"SELECT ?s {{ {pattern} }}" for pattern, _ in IDLE]
    asked += [f"{GROUPS_OF} {behind}" for behind, _ in SAMPLED] + [query for query, _ in NESTED]
    asked += [truth(f"({less})", f"({greater})") for less, greater in TRUTHS]
    asked += [condition(text) for text in CONDITIONS] + [f"{XSD} {query}" for query in MISREAD]
    asked += [decimal(value) for value, _ in DECIMALS]
    yield from ((DATA, query) for query in asked)
    yield from ((CHOICE_DATA, choice(pattern)) for pattern, _ in CHOICES)
    yield from ((CHOICE_DATA, query) for query, _ in COUNTED)

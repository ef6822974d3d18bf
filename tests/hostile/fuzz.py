"""Make queries for the fuzzer: by the grammar, and by damaging good ones.

https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from samgraf.sparql.tokens import tokenize

VARIABLES = st.sampled_from(["?s", "?p", "?o", "?a", "$b", "?é", "_:b", "[]"])
IRIS = st.sampled_from(
    ["ex:rose", "ex:petals", "rdfs:label", "a", "<x>", "<http://e/#'>", "ex:", "none:x", "owl:"]
)
LITERALS = st.sampled_from(
    ["1", "-1.5", "1e400", "'x'", '"""y\n"""', "'æ'@nb", "'1'^^xsd:integer", "true", "'\\uD800'"]
)
TERMS = st.one_of(VARIABLES, IRIS, LITERALS)
FUNCTIONS = st.sampled_from(
    ["STR", "LANG", "DATATYPE", "BOUND", "isIRI", "UCASE", "STRLEN", "SHA512", "ABS", "YEAR",
     "IRI", "STRUUID", "NOW", "CONCAT", "COALESCE", "IF", "REPLACE", "REGEX", "SUBSTR", "TRIPLE",
     "SUM", "STRDT", "STRLANG", "xsd:integer", "xsd:dateTime", "BNODE", "GROUP_CONCAT", "nothing"]
)  # fmt: skip
OPERATORS = st.sampled_from(["=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "&&", "||", "IN"])
#: What is put into good queries to damage them.
ODD = st.sampled_from(
    [*"{}()[].,;|/^!*+?<>'\"\\#@", "<<", ">>", "{|", "|}", "<<(", ")>>", "'''", "\0", "\ufeff",
     "\ud800", "SERVICE", "SERVICE <http://127.0.0.1:9/> {}", "LOAD <http://127.0.0.1:9/>",
     "UNION", "OPTIONAL {", "FILTER EXISTS {", "VALUES ?x { 1 UNDEF }", "SELECT * {", "LIMIT",
     "(ex:p*)*", "BIND(1 AS ?x)", "LATERAL {", "GRAPH ?g {", "ORDER BY", "\u202e", "%00"]
)  # fmt: skip


@st.composite
def paths(draw, depth: int = 2) -> str:
    """Draw a property path."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(IRIS, VARIABLES))
    one, two = draw(paths(depth - 1)), draw(paths(depth - 1))
    form = draw(
        st.sampled_from(["{0}/{1}", "({0}|{1})", "^{0}", "({0})*", "({0})+", "!{0}", "{0}?"])
    )
    return form.format(one, two)


@st.composite
def expressions(draw, depth: int = 2) -> str:
    """Draw an expression."""
    if depth == 0:
        return draw(TERMS)
    parts = draw(st.lists(expressions(depth - 1), min_size=1, max_size=3))
    how = draw(st.integers(0, 4))
    if how == 0:
        return f"{draw(FUNCTIONS)}({', '.join(parts)})"
    if how == 1:
        return f"({parts[0]} {draw(OPERATORS)} {parts[-1]})"
    if how == 2:
        return f"!({parts[0]})"
    if how == 3:
        return f"EXISTS {{ {draw(groups(depth - 1))} }}"
    return f"{parts[0]} IN ({', '.join(parts)})"


@st.composite
def groups(draw, depth: int = 3) -> str:
    """Draw what stands between braces."""
    triple = f"{draw(TERMS)} {draw(paths())} {draw(TERMS)} ."
    if depth == 0:
        return triple
    inner = [draw(groups(depth - 1)) for _ in range(draw(st.integers(0, 2)))]
    first, last = (inner or [triple])[0], (inner or [triple])[-1]
    form = draw(
        st.sampled_from(
            ["{0}", "OPTIONAL {{ {1} }}", "{{ {1} }} UNION {{ {2} }}", "MINUS {{ {1} }}",
             "GRAPH ?g {{ {1} }}", "FILTER({3})", "BIND({3} AS ?n)", "{{ SELECT * {{ {1} }} }}",
             "VALUES ?s {{ ex:rose 1 UNDEF }}", "FILTER NOT EXISTS {{ {1} }}",
             "{{ SELECT ?s (COUNT(*) AS ?c) {{ {1} }} GROUP BY ?s }}", "<< {0} >> ?r ?t ."]
        )
    )  # fmt: skip
    return f"{triple} {form.format(triple, first, last, draw(expressions()))} {first}"


@st.composite
def grammatical(draw) -> str:
    """Draw a query that has the form of one."""
    head = draw(
        st.sampled_from(
            ["SELECT *", "SELECT DISTINCT ?s", "SELECT (COUNT(*) AS ?n)", "ASK", "DESCRIBE ?s",
             "CONSTRUCT { ?s ?p ?o } WHERE", "CONSTRUCT WHERE", "SELECT REDUCED ?a ?a",
             "SELECT ?s (GROUP_CONCAT(?o) AS ?x) FROM <g> FROM NAMED <g>"]
        )
    )  # fmt: skip
    tail = draw(
        st.sampled_from(
            ["", "ORDER BY ?s DESC(?o)", "LIMIT 5", "LIMIT 0 OFFSET 99", "GROUP BY ?s HAVING(?s)",
             "GROUP BY (STR(?s) AS ?t)", "ORDER BY RAND()", "VALUES (?s ?o) { (1 2) }"]
        )
    )  # fmt: skip
    return f"{head} {{ {draw(groups())} }} {tail}"


def damaged(good: Sequence[str]) -> st.SearchStrategy[str]:
    """Return a strategy for queries of ``good`` with tokens lost, doubled, moved and put in."""

    @st.composite
    def strategy(draw) -> str:
        pieces = [t.text for t in tokenize(draw(st.sampled_from(good)))]
        for _ in range(draw(st.integers(1, 5))):
            at = draw(st.integers(0, len(pieces)))
            how = draw(st.integers(0, 4))
            if how == 0:
                del pieces[at : at + draw(st.integers(1, 6))]
            elif how == 1:
                pieces[at:at] = [draw(ODD)] * draw(st.sampled_from([1, 1, 1, 2, 70, 3000]))
            elif how == 2:
                pieces[at:at] = pieces[max(0, at - 8) : at] * draw(st.integers(1, 40))
            elif how == 3 and pieces:
                pieces[at % len(pieces)] = draw(st.one_of(ODD, TERMS))
            else:
                other = draw(st.integers(0, len(pieces)))
                pieces[at:at] = pieces[other : other + 5]
        return "".join(pieces)

    return strategy()


def queries(good: Sequence[str]) -> st.SearchStrategy[str]:
    """Return a strategy for queries of every kind."""
    return st.one_of(grammatical(), damaged(good), st.text(max_size=60))

"""Random queries over values of all kinds, odd ones among them."""

from __future__ import annotations

import random

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = {
    "": ["", "a", "7", " 7 ", "INF", "Infinity", "2020-01-02", "true"],
    "boolean": ["true", "false", "1", "TRUE"],
    "integer": ["0", "1", "-3", "7", "12", "100", "99999999999999999999", "x"],
    "byte": ["5", "-128", "y"],
    "decimal": ["0.0", "0.5", "-2.25", "-2.51", "7.0", "12.125"],
    "double": ["1.5", "0", "-2e3", "NaN", "INF", "1e"],
    "short integer": ["0", "7", "-12", "104233"],
    "long integer": ["9007199254740992", "9007199254740993", "-9007199254740993"],
    "long decimal": ["0.333333333333333333", "-422.5601590453078415", "66951605804625.4973582"],
    "equal double": ["9007199254740992", "-9007199254740992", "1e-400", "NaN"],
    "date": ["2020-01-02", "2020-01-02Z", "2020-01-03+14:00", "2020-13-01"],
    "dateTime": ["2020-01-02T00:00:00", "2020-01-02T09:00:00Z", "2020-01-02T20:00:00+14:00"],
    "duration": ["P1M", "P30D", "P32D", "-P1Y2M3DT4H5M6.5S", "P"],
    "dayTimeDuration": ["PT3H", "P1D"],
    "gYear": ["2020", "1999", "20"],
}
#: The kinds of values of each property: some have one, others many. Its last word is the type.
PROPERTIES = {
    "a": [kind for kind in VALUES if " " not in kind],
    "b": ["short integer", "decimal"],
    "c": ["", "integer"],
    "d": ["date", "dateTime"],
    "e": ["boolean"],
    "f": ["dateTime"],
    "g": ["duration", "dayTimeDuration"],
    "h": ["integer"],
    "i": ["short integer"],
    "k": ["short integer", "long decimal"],
    "o": ["long integer", "equal double"],
    "t": [""],
    "u": ["", "boolean"],
}
_FUNCTIONS = """ABS CEIL FLOOR ROUND STR STRLEN UCASE LCASE YEAR MONTH DAY HOURS MINUTES SECONDS TZ
    DATATYPE LANG isNumeric isLiteral isIRI BOUND xsd:integer xsd:decimal xsd:double xsd:float
    xsd:string xsd:boolean xsd:dateTime xsd:date"""
_SEVERAL = (
    "SUBSTR({a}, 2)",
    "SUBSTR({a}, {b})",
    "SUBSTR({a}, {b}, 2)",
    "CONCAT({a}, {b})",
    "CONTAINS({a}, {b})",
    "STRBEFORE({a}, {b})",
    "IF({c}, {a}, {b})",
    "COALESCE({a}, {b})",
    "sameTerm({a}, {b})",
    "STRDT({a}, xsd:date)",
    'STRLANG({a}, "nb")',
)
_QUOTIENTS = (
    "?v / ?w",
    "{n} * ?v / ?w",
    "?v / ?w * {n}",
    "?v / -?w",
    "?v / {n}",
    "{n} / ?w",
    "(?v + {n}) / (?w - ?v)",
    "?v / ?w / {n}",
    "?v / (?w / {n})",
    "ROUND(?v / ?w * 100) / 100",
    "?v * ?w * {n}",
    "{n} - ?v / ?w",
    "IF(?v / ?w > {n}, ?v, ?w) / {n}",
    "xsd:decimal(?v) / ABS(?w)",
)
_TIES = "STR(?v) STR(DATATYPE(?v)) LANG(?v)"


class Queries:
    """Queries and their data, the same for the same ``seed``."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)  # noqa: S311

    def _one(self, *of: str) -> str:
        return self._random.choice(of)

    def literal(self, *kinds: str) -> str:
        """Return a literal as N-Triples write it."""
        kind = self._one(*(kinds or (*VALUES, "")))
        text = self._one(*VALUES[kind])
        if kind:
            return f'"{text}"^^<{XSD}{kind.split()[-1]}>'
        return f'"{text}"' + self._one("", "", "@nb", "@en")

    def data(self) -> str:
        """Return quads: in the default graph and, some of them, in a named one."""
        lines = []
        for number in range(40):
            for name, kinds in PROPERTIES.items():
                if self._random.random() < 0.5:
                    lines.append(f"<urn:s{number}> <urn:{name}> {self.literal(*kinds)}")
            for name in "mn":
                other = self._random.randint(0, 39)
                lines.append(f"<urn:s{number}> <urn:{name}> <urn:s{other}>")
                lines += [lines[-1]] * self._random.randint(0, 1)
        every = [f"{line} ." for line in lines]
        return "\n".join(every + [f"{line} <urn:graph> ." for line in lines[::3]])

    def query(self) -> str:
        """Return a query, whose answer has an order only where it asks for one."""
        kind = self._random.random()
        if kind < 0.2:
            return (
                f"SELECT ?v {self._where()} ORDER BY {self._one('', 'DESC')}({self._key()}) {_TIES}"
            )
        if kind < 0.45:
            inner = self._aggregate() if self._random.random() < 0.9 else "COUNT(*)"
            by = self._one("", "", " GROUP BY ?s", " GROUP BY ?e", " GROUP BY (?v AS ?key)")
            having = self._one("", "", f" HAVING ({self._aggregate()} > 1)") if by else ""
            key = "?key " if "?key" in by else ""
            return f"SELECT {key}({inner} AS ?x) {self._where()}{by}{having}"
        if kind < 0.55:
            return self._quotient()
        if kind < 0.62:
            return f"SELECT {self._one('', 'DISTINCT ')}?s ?o {self._paths()}"
        if kind < 0.7:
            return f"SELECT (COUNT(*) AS ?n) {self._paths()}"
        if kind < 0.8:
            inner = f"SELECT ?s (MAX({self._expression(1)}) AS ?m) {self._where()} GROUP BY ?s"
            return f"SELECT ?s ?m {{ {{ {inner} }} BIND(?m AS ?v) FILTER({self._condition(1)}) }}"
        return f"SELECT ?s ({self._expression(3)} AS ?x) {self._where()}"

    def _quotient(self) -> str:
        left, right = (self._one("b", "b", "i", "i", "h", "k") for _ in "lr")
        where = f"{{ ?s :{left} ?v ; :{right} ?w }}"
        number = self._one("100", "0.5", "3", "1e2", '"2.50"^^xsd:decimal', "0", "12345678.9")
        written = self._one(*_QUOTIENTS).replace("{n}", number)
        kind = self._random.random()
        if kind < 0.5:
            return f"SELECT ?s ({written} AS ?x) {where}"
        if kind < 0.7:
            return f"SELECT ?s ?v {{ ?s :{left} ?v ; :{right} ?w FILTER({written} > {number}) }}"
        whole = self._one(
            "SUM(?v) / SUM(?w)", "SUM({w}) / {n}", "{n} * COUNT(?v) / SUM(?w)", "AVG({w})"
        )
        whole = whole.replace("{n}", number).replace("{w}", written)
        return f"SELECT ({whole} AS ?x) {where}{self._one('', ' GROUP BY ?s')}"

    def _key(self) -> str:
        return self._one("?v", "?v", "?v", f"COALESCE(?v, {self._literal()})", self._expression(1))

    def _aggregate(self) -> str:
        argument = self._one("?v", self._expression(2))
        if self._random.random() < 0.1:
            return f"STRLEN(GROUP_CONCAT(DISTINCT {argument}))"
        name = self._one("COUNT", "SUM", "MIN", "MAX", "AVG")
        return f"{name}({self._one('', 'DISTINCT ')}{argument})"

    def _where(self) -> str:
        name = self._one(*PROPERTIES, *PROPERTIES, "a")
        parts = [f"?s :{name} ?v ."]
        if self._random.random() < 0.6:
            parts.append(
                self._one("OPTIONAL {{ ?s :{} ?w }}", "?s :{} ?w .").format(self._one(*PROPERTIES))
            )
        if self._random.random() < 0.3:
            parts.append(f"BIND({self._expression(2)} AS ?z)")
        if self._random.random() < 0.5:
            parts.append(f"FILTER({self._condition(2)})")
        return f"{{ ?s :n ?e . {' '.join(parts)} }}"

    def _paths(self) -> str:
        path = self._path(2)
        around = self._one(
            "{}", "{}", "GRAPH ?k {{ {} }}", "GRAPH :graph {{ {} }}", "?s :m ?t MINUS {{ {} }}"
        )
        inner = f"{self._one('?s', ':s1')} {path} {self._one('?o', '?o', '?o', ':s2')}"
        return f"{{ {around.format(inner)} }}"

    def _path(self, depth: int) -> str:
        if not depth:
            return self._one(":m", ":n", "^:m", "!(:m|^:n)", "!:n", ":m")
        one, other = self._path(depth - 1), self._path(depth - 1)
        joined = self._one(
            f"{one}|{other}", f"({one}|{other})/{one}", f"{one}/{other}", f"^({one}|{other})"
        )
        return self._one(f"({joined})", f"({joined})", f"({one})+", f"({one}|{other})?")

    def _literal(self) -> str:
        return self._one(
            self.literal(), self.literal("integer", "decimal", ""), "true", "1.5", "2e0", "3"
        )

    def _operand(self) -> str:
        return self._one("?v", "?v", "?w", "?z", "?s", self._literal())

    def _expression(self, depth: int) -> str:
        kind = self._random.random()
        if not depth or kind < 0.2:
            return self._operand()
        if kind < 0.5:
            signs = [self._one(*"+-*/") for _ in range(self._random.randint(1, 3))]
            rest = (f" {sign} {self._one('', '', '-')}{self._inner(depth)}" for sign in signs)
            return f"{self._inner(depth)}{''.join(rest)}"
        if kind < 0.6:
            return f"({self._condition(depth - 1)})"
        if kind < 0.8:
            name = self._one(*_FUNCTIONS.split())
            return f"{name}({'?v' if name == 'BOUND' else self._expression(depth - 1)})"
        a, b = self._expression(depth - 1), self._expression(depth - 1)
        called = self._one(*_SEVERAL)
        return called.replace("{a}", a).replace("{b}", b).replace("{c}", self._condition(depth - 1))

    def _inner(self, depth: int) -> str:
        inner = self._expression(depth - 1)
        return inner if inner[0] in '?"' and " " not in inner else f"({inner})"

    def _condition(self, depth: int) -> str:
        kind = self._random.random()
        if not depth or kind < 0.15:
            return self._one("?v", "!?v", "!(?w)", "?w", f"!{self._literal()}")
        if kind < 0.5:
            sign = self._one("<", ">", "<=", ">=", "=", "!=")
            return f"{self._inner(depth)} {sign} {self._inner(depth)}"
        if kind < 0.8:
            sign = self._one("&&", "||")
            left, right = self._condition(depth - 1), self._condition(depth - 1)
            return self._one("({}) {} ({})", "{} {} {}", "!({} {} {})").format(left, sign, right)
        if kind < 0.9:
            return self._one(
                "BOUND(?w)", f"EXISTS {{ ?s :{self._one(*PROPERTIES)} ?w }}", "?v IN (1, ?w, 'a')"
            )
        return f"{self._one('COALESCE', 'IF')}({self._condition(0)}, ?v, ?w)"

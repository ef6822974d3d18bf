"""Queries made at random, of every form that may hold a SERVICE group, over a few names."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

NAMES = ("a", "b", "c", "d")
PROPERTIES = (":p", ":q", ":r")
TERMS = (":x", ":y", ":z", "1", "2", '"s"')
THINGS = (":x", ":y", ":z")
DATA_TERMS = (*THINGS, *THINGS, ":w", "1", "2", '"s"')


def seeds() -> st.SearchStrategy[Random]:
    """Return a strategy for sources of chance: what they lead to is spread more evenly."""
    return st.integers(0, 2**48).map(Random)


def triples(chance: Random) -> str:
    """Return some triples in Turtle."""
    lines = ["@prefix : <http://e.example/> ."]
    for _ in range(chance.randint(6, 24)):
        subject, value = chance.choice(THINGS), chance.choice(DATA_TERMS)
        lines.append(f"{subject} {chance.choice(PROPERTIES)} {value} .")
    return "\n".join(lines)


class _Maker:
    """Make the parts of one query; ``fresh`` numbers the variables that no pattern binds."""

    def __init__(self, chance: Random):
        self.chance = chance
        self.fresh = 0

    def one_of(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def number(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def variable(self) -> str:
        return "?" + self.one_of(*NAMES)

    def new_variable(self) -> str:
        self.fresh += 1
        return f"?n{self.fresh}"

    def triple(self) -> str:
        subject = self.one_of("?a", "?a", "?a", "?b", "?b", "?c", "?d", ":x")
        # how often the store answers a negated set, and whether it answers a path of no length,
        # depends on its plan; so these stand in no generated query
        verb = self.one_of(*PROPERTIES, *PROPERTIES, "?d", ":p/:q", ":p|:r", "^:q", ":p+")
        variables = tuple("?" + name for name in NAMES)
        return f"{subject} {verb} {self.one_of(*variables, *variables, *TERMS[:4])} ."

    def expression(self) -> str:
        left, right = self.variable(), self.one_of("?a", "?b", "1", "2", ":x", '"s"')
        return self.one_of(
            f"{left} = {right}",
            f"{left} != {right}",
            f"{left} < {right}",
            f"BOUND({left})",
            f"!BOUND({left})",
            f"ISIRI({left})",
            f"{left} IN ({right}, :y)",
            f"COALESCE({left}, 1) = 1",
            f"STR({left}) = {right}",
        )

    def data(self) -> str:
        if self.number(0, 1):
            terms = " ".join(self.one_of(*TERMS) for _ in range(self.number(1, 3)))
            return f"VALUES {self.variable()} {{ {terms} }}"
        first, second = self.chance.sample(NAMES, 2)
        rows = " ".join(
            f"({self.one_of(*TERMS, 'UNDEF')} {self.one_of(*TERMS, 'UNDEF')})"
            for _ in range(self.number(1, 3))
        )
        return f"VALUES (?{first} ?{second}) {{ {rows} }}"

    def select(self, depth: int, here: bool) -> str:
        inner = self.group(depth - 1, here)
        kept = " ".join(f"?{n}" for n in self.chance.sample(NAMES, self.number(1, 3)))
        kind = self.number(0, 5)
        if kind == 0:
            key, count = self.variable(), self.new_variable()
            return f"{{ SELECT {key} (COUNT(*) AS {count}) WHERE {inner} GROUP BY {key} }}"
        if kind == 1:
            # ordered by all that is seen, the first ones are always the same
            return f"{{ SELECT {kept} WHERE {inner} ORDER BY {kept} LIMIT {self.number(1, 3)} }}"
        if kind == 2:
            return f"{{ SELECT * WHERE {inner} }}"
        if kind == 3:
            return f"{{ SELECT {kept} WHERE {inner} {self.data()} }}"
        return f"{{ SELECT {self.one_of('', 'DISTINCT ')}{kept} WHERE {inner} }}"

    def service(self, depth: int) -> str:
        silent = self.one_of("", "", " SILENT")
        name = self.one_of("one", "two")
        group = self.plain_group() if self.number(0, 1) else self.group(depth - 1, here=False)
        return f"SERVICE{silent} <http://{name}.example/sparql> {group}"

    def plain_group(self) -> str:
        return "{ " + " ".join(self.triple() for _ in range(self.number(1, 2))) + " }"

    def exists(self, depth: int, here: bool) -> str:
        """Return a FILTER behind a pattern that binds what it shares with its EXISTS.

        Of variables that only stand further out, the store sees the value under some plans.
        """
        word, v = self.one_of("EXISTS", "NOT EXISTS"), self.variable()
        before = f"{v} {self.one_of(*PROPERTIES)} {self.one_of('?c', '?d', ':x')} ."
        inner = f"{v} {self.one_of(*PROPERTIES)} {self.one_of(self.new_variable(), ':y', '2')} ."
        if here and self.number(0, 2):
            name = self.one_of("one", "two")
            inner = f"SERVICE <http://{name}.example/sparql> {{ {inner} }}"
            if self.number(0, 1):
                inner = f"{v} {self.one_of(*PROPERTIES)} {self.new_variable()} . {inner}"
        return f"{before} FILTER {word} {{ {inner} }}"

    def element(self, depth: int, here: bool) -> str:
        kind = self.number(0, 13 if depth > 0 else 4)
        if kind <= 1:
            return self.triple()
        if kind == 2:
            return self.data()
        if kind == 3:
            return f"FILTER({self.expression()})"
        if kind == 4:
            v = self.variable()
            value = self.one_of(
                f"STR({v})", v, f"{v} + 1", f"COALESCE({v}, 1)", f"IF({v} = :x, 1, 2)"
            )
            return f"{v} {self.one_of(*PROPERTIES)} ?d . BIND({value} AS {self.new_variable()})"
        if kind <= 7 and here:
            return self.service(depth)
        if kind <= 8:
            return f"OPTIONAL {self.group(depth - 1, here)}"
        if kind == 9:
            return f"MINUS {self.group(depth - 1, here)}"
        if kind == 10:
            return f"{self.group(depth - 1, here)} UNION {self.group(depth - 1, here)}"
        if kind == 11:
            return self.select(depth, here)
        if kind == 12:
            return self.exists(depth, here)
        return self.group(depth - 1, here)

    def group(self, depth: int, here: bool) -> str:
        parts = [self.element(depth, here) for _ in range(self.number(1, 4 if depth > 1 else 2))]
        return "{ " + " ".join(parts) + " }"


def query(chance: Random) -> str:
    """Return a query that holds at least one SERVICE group."""
    make = _Maker(chance)
    parts = [make.triple() for _ in range(make.number(0, 2))]
    parts += [make.element(2, True) for _ in range(make.number(0, 2))]
    parts.insert(make.number(0, len(parts)), make.service(2))
    parts += [make.element(2, True) for _ in range(make.number(0, 1))]
    pattern = "{ " + "\n  ".join(parts) + " }"
    form = make.one_of("SELECT *", "SELECT *", "SELECT ?a ?b", "SELECT DISTINCT ?c ?a", "ASK")
    values = make.data() if make.number(0, 6) == 0 and form != "ASK" else ""
    return f"PREFIX : <http://e.example/>\n{form} WHERE {pattern} {values}"

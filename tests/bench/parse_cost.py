"""Measure what it costs the web process to read a query that is not in the cache.

    python tests/bench/parse_cost.py

Microseconds of processor time, medians of ROUNDS rounds in one process.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from samgraf.sparql.guard import guard
from samgraf.sparql.syntax import parse
from samgraf.sparql.tokens import significant

ROUNDS = 25
ROOT = Path(__file__).parents[2]
DENSE = "SELECT ?a (COUNT(DISTINCT ?b0) AS ?n) WHERE {\n" + "".join(
    f"  ?a ex:p{n} ?b{n} ; rdfs:label ?l{n} . OPTIONAL {{ ?b{n} skos:prefLabel ?x{n} }} "
    f"FILTER(lang(?l{n}) = 'nb')\n"
    for n in range(10)
)
ROWS = "".join(f"(<http://example.org/{n}> 'text {n}'@en)\n" for n in range(1000))


def median(call: Callable[[], object], calls: int) -> float:
    """Return the median microseconds of one ``call``."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(calls):
            call()
        rounds.append((time.thread_time() - began) / calls * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Measure and print the table."""
    files = [*(ROOT / "ontology/questions").glob("*.rq"), *(ROOT / "tests/bench").rglob("*.rq")]
    texts = [re.sub(r"\$\w+", "<http://e/>", p.read_text("utf-8")) for p in files]
    near = min(texts, key=lambda text: abs(len(text) - 1000))
    queries = {
        "shortest": min(texts, key=len),
        "of about 1 kB": near,
        "dense, of 1 kB": DENSE + "} GROUP BY ?a",
        "1000 rows of VALUES": f"SELECT * {{ VALUES (?a ?b) {{ {ROWS} }} }}",
    }
    print(f"{'':26}{'bytes':>8}{'tokens':>8}{'guard':>9}{'parse':>9}   (microseconds)")
    for name, query in queries.items():
        tokens = list(significant(query))
        prefixes = {t.text.partition(":")[0]: "http://e/" for t in tokens if t.kind == "name"}
        calls = 2 if len(query) > 10_000 else 50
        guarded = median(lambda query=query: guard(query), calls)
        parsed = median(lambda query=query, known=prefixes: parse(query, known), calls)
        print(f"{name:26}{len(query.encode()):8}{len(tokens):8}{guarded:9.1f}{parsed:9.1f}")


if __name__ == "__main__":
    main()

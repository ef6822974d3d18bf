"""Measure what the guard and the outline cost a query that is new, and one seen before.

    python tests/bench/guard_cost.py

Microseconds of processor time, medians of ROUNDS rounds in one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from samgraf.sparql import guard as module
from samgraf.sparql.guard import guard
from samgraf.sparql.memo import Memo
from samgraf.sparql.outline import outline
from samgraf.sparql.tokens import significant

ROUNDS, CALLS = 25, 100
LIMIT = 1_048_576
QUESTIONS = Path(__file__).parents[2] / "ontology" / "questions"
DENSE = "SELECT ?a (COUNT(DISTINCT ?b) AS ?n) WHERE {\n" + "".join(
    f"  ?a ex:p{n} ?b{n} ; rdfs:label ?l{n} . OPTIONAL {{ ?b{n} skos:prefLabel ?x{n} }} "
    f"FILTER(lang(?l{n}) = 'nb')\n"
    for n in range(10)
)
ROWS = "".join(f"(<http://example.org/{n}> 'text {n}'@en)\n" for n in range(1000))


def median(call: Callable[[], object], calls: int = CALLS) -> float:
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
    texts = sorted((p.read_text("utf-8") for p in QUESTIONS.glob("*.rq")), key=len)
    near = min(texts, key=lambda text: abs(len(text) - 1000))
    queries = {
        "shortest question": texts[0],
        "question of about 1 kB": near,
        "dense query of 1 kB": DENSE[:1000],
        "1000 rows of VALUES": f"SELECT * {{ VALUES (?a ?b) {{ {ROWS} }} }}",
    }
    print(f"{'':26}{'bytes':>8}{'tokens':>8}{'new':>9}{'again':>8}{'outline':>9}   (microseconds)")
    remembered = module._memo
    for name, query in queries.items():
        tokens = significant(query)
        calls = 2 if len(query) > 10_000 else CALLS
        try:
            module._memo = Memo(0)  # remembers nothing
            new = median(lambda query=query: guard(query, LIMIT), calls)
        finally:
            module._memo = remembered
        again = median(lambda query=query: guard(query, LIMIT))
        sketch = median(lambda tokens=tokens: outline(tokens, {}, "http://example.org/"), calls)
        size = len(query.encode())
        print(f"{name:26}{size:8}{len(tokens):8}{new:9.1f}{again:8.1f}{sketch:9.1f}")


if __name__ == "__main__":
    main()

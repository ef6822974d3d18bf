"""Write calls of functions and aggregates that the store evaluates otherwise.

https://www.w3.org/TR/sparql11-query/#SparqlOps, https://www.w3.org/TR/sparql11-query/#setFunctions
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, NoReturn

import pyoxigraph as ox

from samgraf.sparql import literals, xpath_regex
from samgraf.sparql.corrections.writing import Collected, Writing
from samgraf.sparql.errors import RefusedQueryError
from samgraf.sparql.syntax.nodes import Call, Node
from samgraf.sparql.tokens import Kind, unquoted

_REGEX = "urn:samgraf:function:regex"
_REPLACE = "urn:samgraf:function:replace"
_CONCAT = "urn:samgraf:function:group-concat:"
_COUNT = ox.NamedNode("urn:samgraf:function:count-distinct")
_ERROR = ox.NamedNode("urn:samgraf:error")


def pattern_call(writing: Writing, call: Call) -> str:
    """Translate the pattern of REGEX or REPLACE, or have it translated when it is evaluated."""
    constants = [_constant(writing, node) for node in call.arguments[1:]]
    written = [writing.text(node.start, node.end) for node in call.arguments]
    if None in constants:
        name = _REGEX if call.name == "REGEX" else _REPLACE
        evaluate = partial(_regex, writing) if call.name == "REGEX" else partial(_replace, writing)
        writing.result.functions[ox.NamedNode(name)] = evaluate
        return f"<{name}>({', '.join(written)})"
    given = [text or "" for text in constants]
    if call.name == "REGEX":
        pattern = xpath_regex.translated(*given)
        xpath_regex.matches_empty(pattern)
        return f"REGEX({written[0]}, {ox.Literal(pattern.rust)})"
    pattern = xpath_regex.translated(given[0], *given[2:])
    xpath_regex.require_consuming(pattern)
    replacement = ox.Literal(xpath_regex.replacement_of(given[1], pattern))
    return f"REPLACE({written[0]}, {ox.Literal(pattern.rust)}, {replacement})"


def group_concat(writing: Writing, call: Call) -> str:
    """Join the texts of terms to a text without a language.

    https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat: the store keeps a language, and
    takes neither IRIs nor numbers.
    """
    (argument,) = call.arguments
    expression = writing.text(argument.start, argument.end)
    if not call.distinct:
        separator = f"; SEPARATOR={call.separator}" if call.separator else ""
        return f"STR(GROUP_CONCAT(STR({expression}){separator}))"
    # terms are told apart before they are texts
    separator = unquoted(call.separator) if call.separator else " "
    name = ox.NamedNode(_CONCAT + separator.encode().hex())
    writing.result.aggregates[name] = lambda: Collected(partial(_joined, separator))
    return f"{name}({expression})"


def count(writing: Writing, call: Call) -> str:
    """Count only those for which the expression is no error, which spoils the store's count.

    https://www.w3.org/TR/sparql11-query/#defn_aggCount
    """
    (argument,) = call.arguments
    expression = writing.text(argument.start, argument.end)
    if not call.distinct:
        return f"SUM(COALESCE(IF(isBLANK({expression}), 1, 1), 0))"
    writing.result.aggregates[_COUNT] = lambda: Collected(_number)
    return f"{_COUNT}(COALESCE({expression}, {_ERROR}))"


def key(writing: Writing, call: Call) -> str:
    """Compute a variable that GROUP BY renames: as it is, the store finds it nowhere.

    https://www.w3.org/TR/sparql11-query/#groupby
    """
    return f"COALESCE({writing.text(call.start, call.end, call)})"


def sample(writing: Writing, call: Call) -> str:
    """Take some value of the group, where the store finds none.

    https://www.w3.org/TR/sparql11-query/#sparqlGroupAggregate
    """
    return f"SAMPLE({writing.plain(call.start, call.end)})"


def solutions(writing: Writing, call: Call) -> str:
    """Put pattern and modifiers into a select.

    The store groups in a SELECT alone. It describes IRIs with each solution, hence not where there
    is none, as https://www.w3.org/TR/sparql11-query/#describe has it.
    """
    chosen = call.separator or f"(1 AS ?{writing.free})"
    select = f"{{ SELECT {chosen} {writing.text(call.start, call.end, call)} }}"
    return f"{{ {select} UNION {{}} }}" if call.distinct else select


def refuse_bnode() -> NoReturn:
    """Refuse BNODE with a text: https://www.w3.org/TR/sparql11-query/#func-bnode."""
    raise RefusedQueryError(
        "BNODE with a text has to make another blank node for each solution (SPARQL 1.1, section "
        "17.4.2.9), which cannot be done here. Use BNODE(), or IRI(CONCAT(…))."
    )


def _constant(writing: Writing, node: Node) -> str | None:
    """Return the text that ``node`` is, if it is one without language and type."""
    token, *more = writing.query.within(node.start, node.end)
    return None if more or token.kind is not Kind.STRING else unquoted(token.text)


def _regex(writing: Writing, text: Any, pattern: Any, flags: Any = None) -> ox.Literal | None:
    return _evaluated(writing, lambda p: xpath_regex.regex(text, p), text, pattern, flags)


def _replace(
    writing: Writing, text: Any, pattern: Any, new: Any, flags: Any = None
) -> ox.Literal | None:
    if not literals.is_text(new):
        return None
    return _evaluated(
        writing, lambda p: xpath_regex.replace(text, p, new.value), text, pattern, flags
    )


def _evaluated(
    writing: Writing,
    evaluate: Callable[[xpath_regex.Pattern], Any],
    text: Any,
    pattern: Any,
    flags: Any,
) -> ox.Literal | None:
    if not isinstance(text, ox.Literal) or not literals.is_text(pattern):
        return None
    if flags is not None and not literals.is_text(flags):
        return None
    try:
        return evaluate(xpath_regex.translated(pattern.value, flags.value if flags else ""))
    except xpath_regex.BadPatternError:
        return None
    except xpath_regex.UnsupportedPatternError as error:
        writing.result.refusal = error
        return None


def _number(terms: Collection[Any]) -> ox.Literal:
    """Return how many ``terms`` there are, beside _ERROR."""
    return ox.Literal(len(terms) - (_ERROR in terms))


def _joined(separator: str, terms: Collection[Any]) -> ox.Literal | None:
    """Return the texts of ``terms``, joined; None where one has none."""
    if not all(isinstance(t, ox.Literal | ox.NamedNode) for t in terms):
        return None
    return ox.Literal(separator.join(t.value for t in terms))

"""Run each view on the finished graph: one that breaks or shows nothing must not be published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import cast

import pyoxigraph as ox

from samgraf.build.content import ContentErrors
from samgraf.build.offline import require_local
from samgraf.build.questions.file import sentence_fault
from samgraf.build.rdf import solutions_of
from samgraf.build.views.views import PAGES, View
from samgraf.columns import column_terms, headed
from samgraf.errors import ContentError
from samgraf.sparql.binding import bind
from samgraf.vocab import LABELS

#: Instances of a class on which a view may show nothing before it counts as empty.
MOST = 200


def check_view(
    store: ox.Store,
    view: View,
    prefixes: Mapping[str, str],
    spaces: tuple[str, str] | None = None,
) -> int:
    """Return the number of rows that ``view`` shows; raise ContentError where it is amiss.

    Where ``spaces`` has the base and the namespace of the content, every column that has a heading
    must be called something in the languages of the view's title, else ContentErrors is raised.

    A view of a class is run with ``$this`` bound to the instances of the class, in their order,
    until one has an answer: not every instance need have something to show.
    """
    prefixes = dict(prefixes)
    columns = _columns(store, view, prefixes) if spaces or view.sentences else []
    for language, sentence in view.sentences.items():
        if told := sentence.misnamed(columns, prefixes):
            raise sentence_fault(told, language, view.file, view.lines)
    rows = _rows(store, view, prefixes)
    if spaces:
        named = headed(view.view, columns)
        if faults := list(nameless(store, view.file, named, view.texts, spaces)):
            raise ContentErrors(faults)
    return rows


def nameless(
    store: ox.Store,
    file: str,
    variables: Sequence[str],
    languages: Iterable[str],
    spaces: tuple[str, str],
) -> Iterator[ContentError]:
    """Yield a fault for each of the columns ``variables`` in ``file`` that is called nothing."""
    for variable in variables:
        terms = [ox.NamedNode(iri) for iri in column_terms(variable, *spaces)]
        tags = {
            label.language or "" if isinstance(label, ox.Literal) else ""
            for term in terms
            for name in LABELS
            for label in (
                q.object for q in store.quads_for_pattern(term, ox.NamedNode(name), None, None)
            )
        }
        if missing := sorted({*languages} - tags):
            yield ContentError(
                f"The column ?{variable} has no name in {', '.join(missing)}.",
                file,
                None,
                f"Give <{terms[0].value}> an rdfs:label, in 'ontology/views/columns.ttl', or call "
                "the column as a term is called.",
            )


def _rows(store: ox.Store, view: View, prefixes: dict[str, str]) -> int:
    tried = 0
    for given in _givens(store, view):
        tried += 1
        result = _asked(store, view, given, prefixes)
        # a yes is one row, a no is none
        is_boolean = isinstance(result, ox.QueryBoolean)
        if shown := int(bool(result)) if is_boolean else sum(1 for _ in result):
            return shown
    if view.on in PAGES:
        mend = "Correct the query or the data, or remove the file."
        raise ContentError("The view shows nothing: its answer is empty.", view.file, None, mend)
    if not tried:
        raise ContentError(
            f"The view is shown on each <{view.on}>, and there is none.",
            view.file,
            None,
            "Name a class that has instances after '# on:'.",
        )
    raise ContentError(
        f"The view shows nothing on any <{view.on}> (tried: {tried}).",
        view.file,
        None,
        "Correct the data, or the query, which gets the thing as $this.",
    )


def _givens(store: ox.Store, view: View) -> Iterator[dict[str, ox.NamedNode]]:
    """Yield what the view is given: nothing on a page of the site, else one instance at a time."""
    if view.on in PAGES:
        yield {}
        return
    found = solutions_of(
        store, bind(_instances(), **{"class": ox.NamedNode(view.on), "most": MOST})
    )
    for solution in found:
        yield {"this": cast("ox.NamedNode", solution["instance"])}


def _columns(store: ox.Store, view: View, prefixes: dict[str, str]) -> list[str]:
    """Return the columns of the answer to ``view``; none where it has no columns."""
    given = {} if view.on in PAGES else {"this": ox.NamedNode(view.on)}
    result = _asked(store, view, given, prefixes)
    return [v.value for v in result.variables] if isinstance(result, ox.QuerySolutions) else []


def _asked(
    store: ox.Store, view: View, given: dict[str, ox.NamedNode], prefixes: dict[str, str]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    require_local(view.query, view.file)
    return store.query(bind(view.query, **given), prefixes=prefixes)


@cache
def _instances() -> str:
    return (files("samgraf.build.views") / "instances.rq").read_text("utf-8")

"""Whatever the terms of an answer and wherever it is cut, what is left can be read."""

import csv
import io
import json
import tempfile
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samgraf import limits
from samgraf.engine.workers.spool import Spool, SpoolFullError, truncate
from samgraf.sparql.formats import RESULT_WRITERS as RESULTS

HARD = [
    "},{",
    '"',
    '"},{"a',
    "\\",
    "\n",
    "\r\n",
    "</result>",
    "]}}",
    ",",
    "\t",
    '""',
    "{",
    "å",
    "𝄞",
]
TEXTS = st.lists(st.sampled_from([*HARD, "x", " "]), max_size=6).map("".join)
TERMS = st.one_of(
    TEXTS.map(ox.Literal),
    st.just(ox.NamedNode("http://example.org/a")),
    st.just(ox.BlankNode("b")),
    st.none(),
    TEXTS.map(
        lambda t: ox.Triple(ox.BlankNode("b"), ox.NamedNode("http://p.example/"), ox.Literal(t))
    ),
)
ROWS = st.lists(st.tuples(TERMS, TERMS), max_size=12)


def written(rows, media_type):
    if media_type == "text/csv":
        # the format has no triple terms; what the store writes for them no reader takes apart
        rows = [[None if isinstance(t, ox.Triple) else t for t in row] for row in rows]
    values = " ".join(
        f"({' '.join('UNDEF' if t is None else term(t) for t in row)})" for row in rows
    )
    answer = ox.Store().query(f"SELECT ?a ?value {{ VALUES (?a ?value) {{ {values} }} }}")
    return answer.serialize(format=RESULTS[media_type])


def term(value):
    if isinstance(value, ox.BlankNode):
        return "<http://example.org/b>"
    if isinstance(value, ox.Triple):
        return f"<<( <http://example.org/s> {value.predicate} {value.object} )>>"
    return str(value)


def read(body, media_type):
    """Return the rows as they stand in the format."""
    if media_type.endswith("+json"):
        return json.loads(body)["results"]["bindings"]
    if media_type.endswith("+xml"):
        space = "{http://www.w3.org/2005/sparql-results#}result"
        return [ET.tostring(row) for row in ET.fromstring(body).iter(space)]  # noqa: S314
    if media_type == "text/csv":
        return list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]
    return body.decode().split("\n")[1:-1]


def fill(target, body):
    for start in range(0, len(body), 7):
        target.write(body[start : start + 7])


def check(body, media_type, limit, spool):
    target = Spool(limit, spool.fileno())
    try:
        fill(target, body)
    except SpoolFullError:
        assert len(body) > limit
    else:
        assert len(body) <= limit
        assert target.read(0, target.length) == body
        return
    if not truncate(target, media_type, limit):
        return
    kept = target.read(0, target.length)
    assert len(kept) == target.length <= limit
    first = read(kept, media_type)
    assert first == read(body, media_type)[: len(first)]


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(list(RESULTS)), st.data())
def test_cut_answers_are_the_first_rows(rows, media_type, data):
    body = written(rows, media_type)
    limit = data.draw(st.integers(0, len(body) + 1))
    with tempfile.TemporaryFile() as spool:
        check(body, media_type, limit, spool)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(list(RESULTS)), st.integers(1, 64), st.data())
def test_cutting_does_not_depend_on_windows_and_spools(rows, media_type, window, data):
    body = written(rows, media_type)
    limit = data.draw(st.integers(0, len(body) + 1))
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryFile() as spool:
        patch.setattr(limits, "TRUNCATE_WINDOW", window)
        patch.setattr(limits, "INLINE_RESULT", 20)
        check(body, media_type, limit, spool)


def test_a_cut_far_from_the_limit_is_found():
    rows = [(ox.Literal("a"), ox.Literal("b")), (ox.Literal("x" * 700_000), ox.Literal("c"))]
    for media_type in RESULTS:
        body = written(rows, media_type)
        with tempfile.TemporaryFile() as spool:
            target = Spool(600_000, spool.fileno())
            try:
                fill(target, body)
            except SpoolFullError:
                assert truncate(target, media_type, 600_000)
            assert len(read(target.read(0, target.length), media_type)) == 1


def test_answer_of_a_type_that_cannot_be_cut_is_not_cut():
    with tempfile.TemporaryFile() as file:
        spool = Spool(100, file.fileno())
        spool.write(b"x" * 50)
        assert not truncate(spool, "application/octet-stream", 40)
        assert spool.length == 50

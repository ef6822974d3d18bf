"""Whoever lists formats lists those of the one table."""

import json
from pathlib import Path

import pyoxigraph as ox

from samgraf.cli import query as command
from samgraf.release.file_formats import FILE_FORMATS
from samgraf.sparql.evaluation import QueryKind
from samgraf.sparql.formats import FORMATS, RESULT_WRITERS, formats_for

SITE = Path(__file__).parents[2] / "server" / "samgraf" / "site"
NAMES = [*dict.fromkeys(f.name for f in FORMATS)]


def test_every_writer_of_results_is_used():
    known = (ox.QueryResultsFormat.from_media_type(t) for t in RESULT_WRITERS)
    assert [*known] == [*RESULT_WRITERS.values()]
    graphs = {f.media_type for f in formats_for(QueryKind.GRAPH)}
    assert {f.media_type for f in FILE_FORMATS} == graphs


def test_iris_are_those_of_the_w3c():
    assert all(f.iri.startswith("http://www.w3.org/ns/formats/") for f in FORMATS)
    assert len({f.iri for f in FORMATS}) == len(FORMATS)


def test_command_offers_each_format():
    assert (*NAMES, "table") == command.NAMES


def test_interface_description_names_each_format():
    described = json.loads((SITE / "openapi.json").read_text("utf-8"))
    parameters = described["components"]["parameters"]
    assert parameters["resultFormat"]["schema"]["enum"] == [*NAMES, "html"]
    graphs = [f.name for f in formats_for(QueryKind.GRAPH)]
    assert parameters["graphFormat"]["schema"]["enum"] == [*graphs, "html"]
    answer = described["components"]["responses"]["Answer"]["content"]
    assert {f.media_type for f in FORMATS} <= set(answer)

"""Published ontologies are built as their makers wrote them; run where their folder is.

The report tells the time of each stage and the notes of each pair.
"""

import os
from pathlib import Path

import pytest

from samgraf.build.content import find_content
from samgraf.build.pipeline import Run, run
from samgraf.engine.in_process_service import in_process_service
from samgraf.progress import Silent
from samgraf.settings import Settings
from samgraf.site import create_app

_BESIDE = Path(__file__).parents[3] / "shared" / "suites"
FOLDER = Path(os.environ.get("SAMGRAF_SUITES") or _BESIDE) / "foreign"
HTML = {"Accept": "text/html"}
PAIRS = sorted(p.name for p in FOLDER.iterdir()) if FOLDER.is_dir() else []


@pytest.mark.slow
@pytest.mark.skipif(not PAIRS, reason="the folder of foreign contents is not here (SAMGRAF_SUITES)")
@pytest.mark.parametrize("name", PAIRS)
def test_a_published_pair_is_served_as_it_is(tmp_path, name, report_counts):
    progress = Silent()
    outcome = run(
        find_content(FOLDER / name), Run(progress, "en", lambda line: None), out=tmp_path / "out"
    )
    told = {f"{stage}, ms": round(seconds * 1000) for stage, seconds in progress.times.items()}
    told |= {f"note: {n.kind} {n.file or ''}": n.count for n in outcome.notes}
    report_counts(f"foreign: {name}", told)
    client = create_app(in_process_service(tmp_path / "out", Settings())).test_client()
    for address in ("/", "/ontology", "/vocabularies", "/datasets", "/status", "/search?q=a"):
        assert client.get(address, headers=HTML).status_code == 200, address
    for iri in _things(outcome):
        page = client.get("/doc", query_string={"iri": iri}, headers=HTML, follow_redirects=True)
        assert page.status_code == 200, iri
        assert "<h1" in page.text, iri


def _things(outcome):
    """Return ten things of the content, from all over it."""
    subjects = {
        t.subject.value for f in outcome.loaded.files for t in f.triples if "://" in str(t.subject)
    }
    ordered = sorted(subjects)
    return ordered[:: max(1, len(ordered) // 10)][:10]

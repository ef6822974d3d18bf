import base64
import gzip
import hashlib
import time

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from gateway_client import GatewayClient
from samgraf.engine.in_process_service import in_process_service
from samgraf.release import read_manifest
from samgraf.release.dumps import datasets_of
from samgraf.settings import Settings
from samgraf.site import create_app
from small_release import write_release


class Whole(FlaskClient):
    """Read each answer to its end, as a server would."""

    def open(self, *args, **how):
        return super().open(*args, buffered=True, **how)


class Patient:
    """Ask again as long as a file is not made: where much else runs, that takes its time."""

    def __init__(self, client):
        self._client = client

    def get(self, path, **how):
        return self._ask(self._client.get, path, **how)

    def head(self, path, **how):
        return self._ask(self._client.head, path, **how)

    def _ask(self, ask, path, **how):
        end = time.monotonic() + 120
        while True:
            answer = ask(path, **how)
            if answer.status_code != 503 or time.monotonic() > end:
                return answer
            assert int(answer.headers["Retry-After"]) > 0
            time.sleep(0.2)


@pytest.fixture(scope="module", params=["flask", "front"])
def client(request, other_release, tmp_path_factory):
    """Return a client of the pages alone, and one that comes through the front."""
    settings = Settings(cache_dir=tmp_path_factory.mktemp("cache"))
    if request.param == "flask":
        app = create_app(in_process_service(other_release, settings))
        app.test_client_class = Whole
        yield Patient(app.test_client())
        return
    front = GatewayClient(other_release, settings)
    yield Patient(front)
    front.close()


def test_a_file_is_made_when_it_is_wanted_and_comes_whole(client, other_release):
    answer = client.get("/dumps/all.nq.gz")
    assert answer.status_code == 200
    assert gzip.decompress(answer.data) == (other_release / "quads.nq").read_bytes()
    digest = hashlib.sha256(answer.data)
    told = base64.b64encode(digest.digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{told}:"
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Type"] == "application/gzip"
    assert not {"Last-Modified", "Expires"} & set(answer.headers.keys())
    assert "Content-Encoding" not in answer.headers


def test_a_file_that_was_altered_in_its_place_is_not_sent_under_its_hash(tmp_path):
    folder = write_release(tmp_path / "release")
    app = create_app(in_process_service(folder, Settings(cache_dir=tmp_path / "cache")))
    app.test_client_class = Whole
    client, path = app.test_client(), f"/release/{read_manifest(folder)['release']}/quads.nq"
    whole = client.get(path).data
    altered = whole.replace(b"rose", b"nose")
    assert len(altered) == len(whole)
    assert altered != whole
    (folder / "quads.nq").write_bytes(altered)
    answer = client.get(path)
    assert (answer.status_code, "ETag" in answer.headers) == (503, False)
    assert "altered" in answer.text
    (folder / "quads.nq").write_bytes(whole)
    assert client.get(path).data == whole


def test_a_file_has_a_name_of_its_own(client):
    answer = client.get("/dumps/graph/places.ttl.gz")
    assert answer.headers["Content-Disposition"] == "attachment; filename=graph-places.ttl.gz"


@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld", "rdf"])
def test_a_graph_can_be_read_where_it_stands(client, extension):
    """By a tool that decompresses what comes compressed, and by one that does not."""
    path = f"/dumps/graph/places.{extension}"
    plain, coded = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip, br"})
    format = ox.RdfFormat.from_extension(extension)
    assert plain.headers["Content-Type"].partition(";")[0] == format.media_type.partition(";")[0]
    assert "Content-Encoding" not in plain.headers
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.data) == plain.data
    assert coded.data == client.get(f"{path}.gz").data
    assert plain.headers["ETag"] != coded.headers["ETag"]
    for answer in (plain, coded):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(list(ox.parse(input=plain.data, format=format))) > 5


@pytest.mark.parametrize("refused", ["identity", "gzip;q=0", "br", "identity;q=1, gzip;q=0.5"])
def test_who_does_not_take_gzip_gets_the_file_itself(client, refused):
    answer = client.get("/dumps/all.nq", headers={"Accept-Encoding": refused})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/dumps/all.nq", "/dumps/all.nq.gz", "/release/{}/quads.nq"])
def test_a_part_of_a_file_can_be_had(client, other_release, path):
    path = path.format(read_manifest(other_release)["release"])
    whole = client.get(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    size = len(whole.data)
    for asked, first, end in (
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, size),
        ("bytes=-5", size - 5, size),
        (f"bytes=10-{size + 50}", 10, size),
    ):
        part = client.get(path, headers={"Range": asked})
        assert (part.status_code, part.data) == (206, whole.data[first:end])
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{size}"
        assert part.headers["Content-Length"] == str(end - first)
        assert part.headers["ETag"] == whole.headers["ETag"]


def test_a_part_that_is_not_there_is_416(client):
    size = len(client.get("/dumps/all.nq").data)
    answer = client.get("/dumps/all.nq", headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=5-1"])
def test_other_ranges_are_not_heeded(client, asked):
    answer = client.get("/dumps/all.nq", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (200, client.get("/dumps/all.nq").data)


def test_a_part_of_another_state_of_a_file_is_not_sent(client):
    etag = client.get("/dumps/all.nq").headers["ETag"]
    asked = {"Range": "bytes=0-1"}
    assert client.get("/dumps/all.nq", headers=asked | {"If-Range": etag}).status_code == 206
    for other in ('"other"', f"W/{etag}", "Sat, 28 Nov 2026 23:12:17 GMT"):
        answer = client.get("/dumps/all.nq", headers=asked | {"If-Range": other})
        assert answer.status_code == 200


def test_head_heeds_no_range(client):
    answer = client.head("/dumps/all.nq", headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.data) == (200, b"")


def test_head_tells_the_same_and_sends_nothing(client):
    whole, head = client.get("/dumps/all.trig.gz"), client.head("/dumps/all.trig.gz")
    assert head.data == b""
    for name in ("Content-Length", "ETag", "Repr-Digest", "Content-Type"):
        assert head.headers[name] == whole.headers[name]


def test_a_file_that_the_client_has_is_not_sent_again(client):
    first = client.get("/dumps/graph/places.nt.gz")
    again = client.get(
        "/dumps/graph/places.nt.gz", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["places.nt", "places.nt.gz"])
def test_what_is_not_sent_again_depends_on_what_the_file_depends_on(client, name):
    path = f"/dumps/graph/{name}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    # https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
    assert set(again.vary) == set(first.vary)
    assert ("Accept-Encoding" in again.vary) == (not name.endswith(".gz"))


def test_the_list_of_hashes_holds_all_files(client, other_release):
    lines = client.get("/dumps/SHA256SUMS").text.splitlines()
    manifest = read_manifest(other_release)
    sets = datasets_of(manifest["graphs"], manifest["base"])
    assert len(lines) == 2 * 2 + 2 * 5 * len(sets)
    digest, name = lines[0].split("  ")
    assert digest == hashlib.sha256(client.get(f"/dumps/{name}").data).hexdigest()


@pytest.mark.parametrize(
    "name", ["nothing.ttl.gz", "../manifest.json", "index.jsonl", "lock", "graph/places.gz"]
)
def test_nothing_else_in_the_folder_can_be_had(client, name):
    assert client.get(f"/dumps/{name}").status_code == 404


def test_the_release_is_had_under_its_hash(client, other_release):
    release = read_manifest(other_release)["release"]
    quads = client.get(f"/release/{release}/quads.nq")
    assert hashlib.sha256(quads.data).hexdigest() == release
    assert "immutable" in quads.headers["Cache-Control"]
    manifest = client.get(f"/release/{release}/manifest.json")
    assert manifest.json["release"] == release


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_page(other_release, tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(cache_dir=tmp_path / "file")
    client = create_app(in_process_service(other_release, settings)).test_client()
    assert client.get("/datasets", headers={"Accept": "text/html"}).status_code == 200

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from live import wait_until
from samgraf.cli import main
from samgraf.cli.serve import listening
from samgraf.errors import UsageError

COMMAND = [str(Path(sys.executable).with_name("samgraf")), "serve"]
QUERY = "SELECT ?s WHERE { ?s a ex:Flower } ORDER BY ?s"
PATIENCE = 60


class Server:
    """Run ``samgraf serve`` on a free port until told to stop."""

    def __init__(self, release_dir):
        self.process = subprocess.Popen(
            [*COMMAND, "--release", str(release_dir), "--port", "0"],
            env=os.environ | {"SAMGRAF_RELEASES_DIR": str(release_dir.parent / "kept")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.line = self.process.stdout.readline()
        found = re.search(r"http://[\d.:]+/", self.line)
        assert found, self.process.communicate(timeout=PATIENCE)
        self.address = found[0]

    def stop(self, number):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + err


@pytest.fixture
def server(release_dir):
    server = Server(release_dir)
    yield server
    if server.process.poll() is None:
        server.stop(signal.SIGTERM)


def answer(address, **more):
    with urlopen(Request(address, **more), timeout=PATIENCE) as response:
        return response.status, response.headers, response.read()


def flowers(body):
    return [r["s"]["value"].rpartition("/")[2] for r in json.loads(body)["results"]["bindings"]]


def test_what_is_served_is_kept_with_its_time(server, release_dir):
    release = json.loads((release_dir / "manifest.json").read_text())["release"]
    status, headers, body = answer(f"{server.address}release/{release}/quads.nq")
    assert (status, body) == (200, (release_dir / "quads.nq").read_bytes())
    assert headers["Memento-Datetime"].endswith("GMT")
    (kept,) = (release_dir.parent / "kept").glob(f"*/{release}/kept.json")
    assert json.loads(kept.read_text()).keys() == {"since", "last"}


def test_serve_answers_and_ends_cleanly(server, release_dir):
    release = json.loads((release_dir / "manifest.json").read_text())["release"]
    assert server.line.startswith(f"samgraf serves release {release[:12]}… at http://127.0.0.1:")
    endpoint = server.address + "sparql"
    form = urlencode({"query": QUERY})

    status, headers, body = answer(f"{endpoint}?{form}")
    assert (status, flowers(body)) == (200, ["mint", "rose"])
    assert headers["Samgraf-Release"] == release
    assert headers["Access-Control-Allow-Origin"] == "*"

    _, _, body = answer(endpoint, data=form.encode())
    assert flowers(body) == ["mint", "rose"]

    direct = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    _, headers, body = answer(endpoint, data=QUERY.encode(), headers=direct)
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert body.startswith(b"s\r\n")

    status, headers, body = answer(f"{endpoint}?{form}", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0

    with pytest.raises(HTTPError) as refused:
        answer(endpoint + "?query=nonsense")
    with refused.value as error:
        assert error.code == 400
        assert error.headers["Access-Control-Allow-Origin"] == "*"

    with pytest.raises(HTTPError) as too_long:
        answer(endpoint, data=b"#" * 2_000_000, headers=direct)
    with too_long.value as error:
        assert error.code == 413

    status, rest = server.stop(signal.SIGTERM)
    assert status == 0
    assert "Traceback" not in rest
    assert "rror" not in rest


def test_interrupt_ends_cleanly(server):
    status, rest = server.stop(signal.SIGINT)
    assert status == 0
    assert "Traceback" not in rest


def test_stopped_server_leaves_nothing_behind(server):
    group = server.process.pid
    server.stop(signal.SIGTERM)

    def gone():
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    assert wait_until(gone)  # one that has ended may still have to be reaped


def test_port_in_use_is_told_with_the_option():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"Port {port} .* --port"):
            listening("127.0.0.1", port)


def test_port_in_use_is_told_before_anything_is_built(tmp_path, release_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--release", str(release_dir), "--port", port])
    assert result.exit_code == 2


def test_folder_that_is_no_release_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["serve", "--release", str(tmp_path), "--port", "0"])
    assert result.exit_code == 2


def test_altered_release_is_not_served(tmp_path, release_dir):
    for file in release_dir.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "quads.nq").open("a") as file:
        file.write("<http://e/a> <http://e/a> <http://e/a> <http://e/g> .\n")
    done = subprocess.run(
        [*COMMAND, "--release", str(tmp_path), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "SHA-256" in done.stderr
    assert "serves" not in done.stdout
    assert "Traceback" not in done.stderr


def test_content_and_release_exclude_each_other(tmp_path, release_dir):
    options = ["--release", str(release_dir), "--content", str(tmp_path)]
    assert CliRunner().invoke(main, ["serve", *options]).exit_code == 2


def test_serving_imports_neither_reasoner_nor_validator(release_dir):
    script = (
        "import sys; from pathlib import Path\n"
        "import samgraf.cli.serve, samgraf.gateway.web_process\n"
        "from samgraf.settings import Settings\n"
        "from samgraf.build.cached import cached_release\n"
        "from samgraf.site import create_app\n"
        "from samgraf.engine.in_process_service import in_process_service\n"
        "app = create_app(in_process_service(Path(sys.argv[1]), Settings()))\n"
        "client = app.test_client()\n"
        "assert client.get('/').status_code == 200\n"
        "assert client.get('/sparql?query=ASK{}').status_code == 200\n"
        "print(sorted({'rdflib', 'pyshacl', 'owlrl'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(release_dir)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"

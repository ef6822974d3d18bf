"""``samgraf query`` asks partners as a server does."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from faulty_partner import FaultyPartner

from partnered import with_partners

QUERY = 'SELECT * { SERVICE <near> { BIND("one" AS ?x) } }'


def ask(release, **settings):
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SAMGRAF_")}
    return subprocess.run(
        [sys.executable, "-m", "samgraf", "query", "-", "--release", str(release)],
        input=QUERY,
        capture_output=True,
        text=True,
        env=environ | {f"SAMGRAF_{name.upper()}": value for name, value in settings.items()},
    )


def test_partners_are_asked_by_a_process_of_their_own_and_told_of(release_dir, tmp_path):
    with FaultyPartner() as partner:
        release = with_partners(release_dir, tmp_path / "release", near=partner.url)
        done = ask(release, contact="mailto:test@example.org", partner_hosts="127.0.0.1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["partners"][0]["outcome"] == "ok"
    assert done.stderr == "near: ok, rows: 2.\n"
    assert partner.requests[0].headers["user-agent"].endswith("(+mailto:test@example.org)")


def test_without_a_contact_nobody_is_asked(release_dir, tmp_path):
    with FaultyPartner() as partner:
        release = with_partners(release_dir, tmp_path / "release", near=partner.url)
        done = ask(release)
    assert done.returncode == 2
    assert "SAMGRAF_CONTACT" in done.stderr
    assert partner.connections == 0

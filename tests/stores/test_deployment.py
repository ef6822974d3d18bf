"""The container's and the service's files say what the program can do, and no more may happen."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway_client import GatewayClient
from samgraf.cli import COMMANDS, main
from samgraf.settings import Settings

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "server" / "Containerfile"
UNIT = ROOT / "server" / "samgraf.service"
INSTRUCTIONS = {
    *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL"),
    *("CMD", "ARG", "LABEL"),
}
# systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5), systemd.resource-control(5)
DIRECTIVES = {
    "Unit": {"Description", "After", "StartLimitIntervalSec", "StartLimitBurst"},
    "Service": {
        *("Type", "ExecStart", "ExecReload", "EnvironmentFile", "Environment", "Restart"),
        *("RestartSec", "KillMode", "TimeoutStopSec", "DynamicUser", "CacheDirectory"),
        *(
            "StateDirectory",
            "LogsDirectory",
            "RuntimeDirectory",
            "UMask",
            "ProtectSystem",
            "ProtectHome",
        ),
        *("PrivateTmp", "PrivateDevices", "NoNewPrivileges", "CapabilityBoundingSet"),
        *("AmbientCapabilities", "RestrictSUIDSGID", "LockPersonality", "RestrictRealtime"),
        *("RestrictNamespaces", "ProtectKernelTunables", "ProtectKernelModules"),
        *("ProtectKernelLogs", "ProtectControlGroups", "ProtectClock", "ProtectHostname"),
        *("ProtectProc", "ProcSubset", "SystemCallArchitectures", "SystemCallFilter"),
        *("SystemCallErrorNumber", "RestrictAddressFamilies", "MemoryMax", "TasksMax"),
        *("LimitNICE", "LimitNOFILE", "LimitCORE"),
    },
    "Install": {"WantedBy"},
}


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, arguments) of the Containerfile, in order."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def last(name: str) -> str:
    """Return the arguments of the last instruction ``name``: those that the image has."""
    return next(arguments for found, arguments in reversed(instructions()) if found == name)


def unit() -> dict[str, list[tuple[str, str]]]:
    """Return (directive, value) of each section of the unit."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            current = sections.setdefault(match[1], [])
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            current.append((name, value))
    return sections


def service(name: str) -> list[str]:
    return [value for found, value in unit()["Service"] if found == name]


def require_command(words: list[str]) -> None:
    """Fail unless ``words`` are a command of the program with options that it has."""
    program, command, *options = words
    assert Path(program).name == "samgraf"
    assert command in COMMANDS
    known = {o for p in main.get_command(None, command).params for o in p.opts}
    assert {o for o in options if o.startswith("--")} <= known


def test_container_has_known_instructions_only():
    assert {name for name, _ in instructions()} <= INSTRUCTIONS


def test_container_starts_the_server_at_the_exposed_port():
    words = json.loads(last("CMD"))
    require_command(words)
    assert words[words.index("--port") + 1] == last("EXPOSE")
    assert words[words.index("--host") + 1] == "0.0.0.0"  # noqa: S104 - inside the container


def test_container_runs_as_nobody_with_two_stages_and_no_tool_for_building():
    user = last("USER").partition(":")[0]
    assert user.isdigit()
    assert int(user) > 0
    stages = [i for i, (name, _) in enumerate(instructions()) if name == "FROM"]
    assert len(stages) == 2
    final = instructions()[stages[-1] :]
    assert not [a for n, a in final if n == "RUN"]
    assert [a for n, a in final if n == "COPY"] == ["--from=build /opt/samgraf /opt/samgraf"]


def test_container_copies_what_there_is():
    for name, arguments in instructions():
        if name == "COPY" and not arguments.startswith("--from"):
            *sources, _ = arguments.split()
            assert all((ROOT / source).exists() for source in sources)


def test_container_installs_locked_packages_only():
    installs = [a for n, a in instructions() if n == "RUN"]
    steps = [s for a in installs for s in a.split("&&") if "pip install" in s]
    assert steps
    for step in steps:
        assert "--require-hashes" in step or "--no-deps" in step


def test_container_asks_for_its_health(release_dir):
    words = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    assert words[:2] == ["python", "-c"]
    compile(words[2], "healthcheck", "exec")
    path = re.search(rf"127\.0\.0\.1:{last('EXPOSE')}(/\w+)", words[2])[1]
    client = GatewayClient(release_dir, Settings())
    assert client.get(path).status_code == 200
    client.close()


def test_container_sees_only_what_it_copies():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    seen = {line[1:] for line in lines if line.startswith("!")}
    copies = [a.split() for n, a in instructions() if n == "COPY" and not a.startswith("--from")]
    assert seen == {source for *sources, _ in copies for source in sources}


def test_unit_has_known_directives_only():
    found = unit()
    assert set(found) == set(DIRECTIVES)
    for section, entries in found.items():
        assert {name for name, _ in entries} <= DIRECTIVES[section]


def test_unit_starts_the_server_and_reloads_it_by_signal():
    require_command(shlex.split(service("ExecStart")[0]))
    assert service("ExecReload") == ["/bin/kill -HUP $MAINPID"]


def test_unit_sets_settings_that_there_are():
    names = {value.partition("=")[0] for value in service("Environment")}
    assert names
    for name in names:
        assert hasattr(Settings(), name.removeprefix("SAMGRAF_").lower())


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("NoNewPrivileges", "yes"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ],
)
def test_unit_is_hardened(directive, value):
    assert service(directive) == [value]


def test_unit_leaves_the_calls_that_query_workers_need():
    allowed, *denied = service("SystemCallFilter")
    assert allowed == "@system-service"
    # fork, clone and pidfd are of @process; setrlimit and setpriority of @resources
    assert not {"@process", "@resources"} & set(" ".join(denied).replace("~", "").split())
    assert not service("LimitNPROC")
    assert not service("MemoryDenyWriteExecute")


def test_systemd_itself_accepts_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    program = service("ExecStart")[0].split()[0]
    copy = tmp_path / UNIT.name
    # the program need not be installed where the test runs
    copy.write_text(UNIT.read_text("utf-8").replace(program, "/bin/true"), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=25", copy],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert rated.returncode == 0, rated.stdout[-300:]

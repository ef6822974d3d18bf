"""Install the Java programs that the tests use into the user's cache, and say where they are.

    python tests/java.py      fetches them from Maven Central

Maven checks each file by the checksum that the repository gives. Tests only read what is there:
they install nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

#: By name: group, artifact, version and type. Each has a folder, as they want other versions of
#: the same libraries.
PROGRAMS = {
    "robot": ("org.obolibrary.robot", "robot-command", "1.9.8", "jar"),
    "jena": ("org.apache.jena", "jena-cmds", "5.6.0", "jar"),
    "rdf4j": ("org.eclipse.rdf4j", "rdf4j-client", "4.3.16", "pom"),
}
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>tests</artifactId><version>1</version>
<dependencies><dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
<type>{}</type></dependency></dependencies>
</project>
"""
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
DEADLINE = 600  # seconds for one program and its libraries
#: For programs that live for seconds: without the second compiler and the threads of a collector,
#: they take hardly more than half the processor time.
OPTIONS = ("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
#: Marks a folder whose files are all there.
WHOLE = "installed"


def folder(name: str) -> Path:
    """Return the folder for this very version of a program, whether or not it exists."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
    digest = hashlib.sha256(POM.format(*PROGRAMS[name]).encode())
    return cache / "samgraf" / "java" / f"{name}-{digest.hexdigest()[:16]}"


def command(name: str) -> list[str] | None:
    """Return how to start Java with a program's classes, or None where they are not there."""
    ready = shutil.which("java") and (folder(name) / WHOLE).is_file()
    return ["java", *OPTIONS, "-cp", f"{folder(name)}/lib/*"] if ready else None


def install(name: str) -> None:
    """Fetch a program and its libraries by Maven; raise CalledProcessError where that fails."""
    target = folder(name)
    if (target / WHOLE).is_file():
        return
    target.mkdir(parents=True, exist_ok=True)
    (target / "pom.xml").write_text(POM.format(*PROGRAMS[name]), "utf-8")
    options = ("-q", "-B", "--strict-checksums", "-DincludeScope=runtime", "-DoutputDirectory=lib")
    subprocess.run(["mvn", *options, COPY], cwd=target, check=True, timeout=DEADLINE)
    (target / WHOLE).touch()


if __name__ == "__main__":
    if shutil.which("mvn") is None:
        sys.exit("mvn is missing; on Debian and Ubuntu: apt-get install maven")
    for program in PROGRAMS:
        install(program)

"""Run the process that asks partners: ``python -m samgraf.federation.desk RELEASE SOCKET``."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from samgraf.errors import SamgrafError
from samgraf.federation.partner_client import Desk
from samgraf.federation.network import Network, hosts_of
from samgraf.federation.desk.process import Process
from samgraf.release import read_manifest
from samgraf.release.partner import partners_of
from samgraf.settings import Settings

#: Seconds after which a thread that reads an answer gives way to the loop.
SWITCH = 0.0005


def main(arguments: list[str]) -> int:
    """Serve the partners of a release; return the exit status."""
    if len(arguments) != 2:
        print("Give the folder of a release and the path of a socket.", file=sys.stderr)
        return 2
    sys.setswitchinterval(SWITCH)
    try:
        settings = Settings.load()
        partners = partners_of(read_manifest(Path(arguments[0])))
        asyncio.run(_serve(partners, settings, Path(arguments[1])))
    except (SamgrafError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(partners: dict, settings: Settings, path: Path) -> None:
    network = Network(hosts_of(settings.partner_hosts))
    desk = Desk(partners.values(), settings.contact, network, settings.partner_cache_bytes)
    for name, error in desk.refused.items():
        print(f"The partner {name} is left out: {error}", file=sys.stderr)
    await Process(desk, path).run()


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # a thread may hang in the system's resolver

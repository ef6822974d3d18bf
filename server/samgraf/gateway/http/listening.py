"""Listen before anyone serves, so that clients wait rather than fail while a process comes up."""

from __future__ import annotations

import socket

#: Connections that the system holds ready until a process takes them.
BACKLOG = 2048


def listen(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for each address of ``host``, all at ``port``; 0 takes a free one.

    Raise OSError where one cannot be had.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            taken = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(taken)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6 and len(addresses) > 1:
                # the other address is listened at by a socket of its own
                taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            taken.bind((address[0], port, *address[2:]))
            taken.listen(BACKLOG)
            port = taken.getsockname()[1]
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets

"""Serve one application over HTTP/1.1 (RFC 9112), on one event loop.

The application is one of RSGI 1.5 (https://github.com/emmett-framework/granian/blob/master/docs/
spec/RSGI.md); requests are read by llhttp. Everything happens on the loop: there is no thread to
hand a request to, which costs more than a kept answer does.
"""

from samgraf.gateway.http.bodies import ProtocolClosedError
from samgraf.gateway.http.bounds import Bounds
from samgraf.gateway.http.heads import Packed
from samgraf.gateway.http.scope import Headers, Scope
from samgraf.gateway.http.server import Server
from samgraf.gateway.http.shares import Shares

__all__ = ["Bounds", "Headers", "Packed", "ProtocolClosedError", "Scope", "Server", "Shares"]

"""A pretend SPARQL endpoint on a free port of loopback, which it prints.

``pretend_partner.py LOG [ELSEWHERE]`` appends each request to LOG as a line of JSON. The path says
what it answers: /sparql two rows, /html a page, /err 500, /redirect the way to ELSEWHERE.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

LOG, ELSEWHERE = Path(sys.argv[1]), (*sys.argv[2:], "")[0]
LABELS = [{"type": "literal", "value": text, "xml:lang": "de"} for text in ("Über", "Zug")]
ROWS = [
    {"s": {"type": "uri", "value": f"http://bugs.example/id/r{n}"}, "label": label}
    for n, label in enumerate(LABELS)
]
ANSWER = json.dumps({"head": {"vars": ["s", "label"]}, "results": {"bindings": ROWS}}).encode()
ANSWERS = {
    "/html": (200, "text/html", b"<!doctype html><p>not results"),
    "/err": (500, "text/plain", b"remote trouble"),
    "/redirect": (302, "text/plain", b""),
}


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and writes down what was asked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def do_POST(self):
        """Answer by the path."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = parse_qs(body).get("query", [body])[0]
        told = {"method": self.command, "url_length": len(self.path), "query": query}
        with LOG.open("a", encoding="utf-8") as log:
            log.write(json.dumps(told) + "\n")
        results = (200, "application/sparql-results+json", ANSWER)
        status, kind, answer = ANSWERS.get(self.path.partition("?")[0], results)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        if status == 302:
            self.send_header("Location", ELSEWHERE)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()

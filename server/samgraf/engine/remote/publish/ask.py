"""Ask a store what it holds: counts of graphs, releases that are whole."""

from __future__ import annotations

import json
from importlib.resources import files
from urllib.parse import urlencode

from samgraf.engine.remote.http import Link, StoreError
from samgraf.engine.remote.publish.store import PATIENCE
from samgraf.settings import Settings

BATCH = 40  # some stores repeat each graph asked for in a header of the answer
_JSON = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


class Asker:
    """Ask the SPARQL endpoint at ``url``."""

    def __init__(self, url: str, settings: Settings):
        self._link = Link(url, settings.store_user, settings.store_password)
        self._max_bytes = settings.max_result_bytes

    def counts(self, graphs: list[str]) -> dict[str, int]:
        """Return the number of triples in each of ``graphs`` that has any."""
        rows = []
        for start in range(0, len(graphs), BATCH):
            rows += self._rows("counts.rq", named=graphs[start : start + BATCH])
        return {row["graph"]: int(row["triples"]) for row in rows if row.get("graph")}

    def releases(self, base: str) -> list[tuple[str, str, str]]:
        """Return (marker graph, release hash, time) of each whole release under ``base``."""
        rows = self._rows("releases.rq")
        return [
            (row["graph"], row["release"], row["issued"])
            for row in rows
            if row["graph"].startswith(f"{base}release/") and row["graph"].endswith("/complete")
        ]

    def parts(self, marker: str) -> list[str]:
        """Return the graphs that the release of a marker graph is made of."""
        root = marker.removesuffix("complete")
        rows = self._rows("parts.rq", default=[marker])
        return sorted(row["part"] for row in rows if row["part"].startswith(root))

    def close(self) -> None:
        """Close the connections."""
        self._link.close()

    def _rows(
        self, name: str, default: list[str] | None = None, named: list[str] | None = None
    ) -> list[dict[str, str]]:
        fields = [("query", (files("samgraf.engine.remote.publish") / name).read_text("utf-8"))]
        fields += [("default-graph-uri", graph) for graph in default or ()]
        fields += [("named-graph-uri", graph) for graph in named or ()]
        parts = self._link.parts
        reply = self._link.send(
            "POST",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            {"Accept": _JSON, "Content-Type": _FORM},
            urlencode(fields).encode(),
            timeout=PATIENCE,
            max_bytes=self._max_bytes,
        )
        if reply.status != 200 or reply.media_type != _JSON:
            words = f": {reply.words}" if reply.words else ""
            raise StoreError(
                f"The store does not answer queries at {self._link.address}{parts.path} "
                f"({reply.status}){words}. Name its SPARQL endpoint with --query."
            )
        try:
            bindings = json.loads(reply.body)["results"]["bindings"]
            return [{k: v["value"] for k, v in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError("The store's answer is broken.") from error

"""Ask partners from the event loop of the web process."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Mapping
from typing import Any

from samgraf.federation.desk.desk import Desk
from samgraf.federation.desk.network import Network, hosts_of
from samgraf.release.partner import Partner
from samgraf.settings import Settings
from samgraf.sparql.federated.reply import Reply


class PartnerClient:
    """What asks the partners of one release."""

    def __init__(self, partners: Mapping[str, Partner], settings: Settings):
        network = Network(hosts_of(settings.partner_hosts))
        self._desk = Desk(
            partners.values(), settings.contact, network, settings.partner_cache_bytes
        )
        for name, error in self._desk.refused.items():
            print(f"The partner {name} is left out: {error}", file=sys.stderr)

    async def ask(
        self, partner: str, query: str, seconds: float, max_rows: int, *, last_good: bool = False
    ) -> Reply:
        """Return the partner's answer to ``query``; raise PartnerError if there is none."""
        answer, cached, size = await self._desk.ask(partner, query, seconds, max_rows, last_good)
        rows = [row for batch in answer.rows.batches for row in marshal.loads(batch)]  # noqa: S302
        return Reply(answer.rows.variables, rows, answer.at, cached, size)

    async def states(self) -> list[dict[str, Any]]:
        """Return what is known of each partner."""
        return [_State(state) for state in self._desk.states()]


class _State(dict[str, Any]):
    """A partner's state whose members are attributes too, as the metrics read them."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

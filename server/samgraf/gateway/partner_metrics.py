"""Tell Prometheus how partners were asked: counts of the process that asks, from its start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from samgraf.federation.partner_client import PartnerState

_COUNTED = (
    ("samgraf_partner_seconds_total", "counter", "Seconds that partners took.", "seconds"),
    ("samgraf_partner_bytes_total", "counter", "Bytes of the answers of partners.", "bytes"),
    ("samgraf_partner_answers", "gauge", "Answers of partners that are kept.", "cached"),
)
_REQUESTS = "samgraf_partner_requests_total"


def metrics_of(states: Sequence[PartnerState]) -> bytes:
    """Return the lines for the states of partners."""
    return "".join(_lines([state for state in states if not state.refused])).encode()


def _lines(states: Sequence[PartnerState]) -> Iterator[str]:
    if not states:
        return
    yield f"# HELP {_REQUESTS} Requests to partners by outcome.\n# TYPE {_REQUESTS} counter\n"
    for state in states:
        for outcome, count in sorted(state.outcomes.items()):
            yield f'{_REQUESTS}{{partner="{state.partner}",outcome="{outcome}"}} {count}\n'
    for name, kind, help_, member in _COUNTED:
        yield f"# HELP {name} {help_}\n# TYPE {name} {kind}\n"
        for state in states:
            yield f'{name}{{partner="{state.partner}"}} {getattr(state, member):.15g}\n'

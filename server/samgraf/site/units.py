"""Write numbers as readers of each language do."""

from __future__ import annotations

_THIN = "\u202f"  # a narrow space that does not break
_COMMA = frozenset(("nb", "nn"))


def number(value: int) -> str:
    """Return ``value`` in groups of three."""
    return f"{value:,}".replace(",", _THIN)


def size(value: int, language: str) -> str:
    """Return a number of bytes in the unit that suits it: kB is 1000 bytes."""
    amount, unit = float(value), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    text = f"{amount:.0f}" if unit == "B" or amount >= 100 else f"{amount:.1f}"
    return f"{text.replace('.', ',') if language in _COMMA else text}\u00a0{unit}"

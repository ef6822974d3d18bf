"""Write points in time, and how long something takes, as readers of each language do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from samgraf.site.language import interface_text
from samgraf.site.values import written_number

_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def day(value: date, language: str) -> str:
    """Return a date with the month by its name."""
    month = interface_text(language, f"forms_month_{value.month}")
    return str(interface_text(language, "forms_date", day=value.day, month=month, year=value.year))


def moment(at: datetime, language: str) -> str:
    """Return a date with its time of day, in UTC: readers and server may be far apart."""
    at = at.astimezone(UTC)
    time = at.strftime("%H:%M" if language == "en" else "%H.%M")
    return str(interface_text(language, "partners_moment", date=day(at, language), time=time))


def duration(seconds: float, language: str) -> str:
    """Return a length of time in the largest unit that it is a whole number of."""
    for length, unit in _UNITS:
        if seconds >= length and seconds % length == 0:
            count = int(seconds // length)
            key = f"partners_one_{unit}" if count == 1 else f"partners_{unit}"
            return str(interface_text(language, key, count=count))
    return str(interface_text(language, "partners_seconds", count=number(seconds, language)))


def number(value: float, language: str) -> str:
    """Return ``value`` with one decimal at most, none where it is whole or large."""
    text = f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    return written_number(Decimal(text), language)

"""Measure and wrap text for pictures, without a font at hand.

Widths are Inter's, in classes: near enough to wrap by, on the safe side.
"""

from __future__ import annotations

_CLASSES = (
    (0.30, "iIjlítf.,:;'’|!()[]/ \u00ad"),
    (0.40, 'r-–“”"*'),
    (0.67, "ABCDEFGHKLNOPQRSTUVXYZÅÄÖÆŠŽŊ&"),
    (0.90, "mwMWæœ@%—…"),
)
_WIDTH = {letter: width for width, letters in _CLASSES for letter in letters}
_OTHER = 0.59
_SCRIPTS = 0x2E80  # from here on letters are about as wide as high


def width_of(text: str, size: float) -> float:
    """Return about how wide ``text`` is at the font size ``size``."""
    return size * sum(_WIDTH.get(c, _OTHER if ord(c) < _SCRIPTS else 1.0) for c in text)


def wrap(text: str, width: float, size: float, most: int = 4) -> list[str]:
    """Return ``text`` in lines of ``width`` at most, the last one cut where ``most`` is passed.

    A word that is wider than a line is divided, with a hyphen.
    """
    lines: list[str] = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        *parts, rest = _divided(word, width, size)
        lines[-1:] = [*parts, rest]
    if len(lines) > most:
        lines = lines[:most]
        while lines[-1] and width_of(lines[-1] + "…", size) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] = lines[-1].rstrip() + "…"
    return lines


def _divided(word: str, width: float, size: float) -> list[str]:
    parts = []
    while width_of(word, size) > width and len(word) > 1:
        end = len(word) - 1
        while end > 1 and width_of(word[:end] + "-", size) > width:
            end -= 1
        parts.append(word[:end] + "-")
        word = word[end:]
    return [*parts, word]

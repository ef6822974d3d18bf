"""The table at the end of a run."""

from __future__ import annotations

from samgraf.build.pipeline import BuildOutcome
from samgraf.build.validate import WARNING
from samgraf.progress import Progress


def summary(outcome: BuildOutcome, progress: Progress, lang: str = "en") -> str:
    """Return what was checked, counted, with the time of each stage, as plain lines.

    A text that the content points into and that was not at hand is told at the end.
    """
    warnings = sum(f.severity == WARNING for f in outcome.findings)
    facts = {
        "files": len(outcome.loaded.files),
        "triples asserted": outcome.asserted,
        "triples inferred": len(outcome.inferred),
        "violations": 0,
        "warnings": warnings,
        "notes": len(outcome.findings) - warnings + len(outcome.notes),
        "questions answered": len(outcome.verdicts),
        "views shown": len(outcome.views),
    }
    lines = [f"{name:<24} {count:>8,}" for name, count in facts.items()]
    lines += [f"{stage:<24} {seconds:>8.2f} s" for stage, seconds in progress.times.items()]
    if outcome.texts.missing:
        for iri in outcome.texts.missing:
            name = outcome.loaded.labels.of(iri, lang) or outcome.loaded.header.shorten(iri)
            lines.append(
                f"Not at hand: {name}. What copies it, or has moved in it, was not looked for; "
                "give it with --text FILE."
            )
    return "\n".join(lines)

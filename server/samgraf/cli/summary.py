"""The table at the end of a run."""

from __future__ import annotations

from samgraf.progress import Progress
from samgraf.release.pipeline import Outcome
from samgraf.validate import WARNING


def summary(outcome: Outcome, progress: Progress) -> str:
    """Return what was checked, counted, with the time of each stage, as plain lines."""
    warnings = sum(f.severity == WARNING for f in outcome.findings)
    facts = {
        "files": len(outcome.loaded.files),
        "triples asserted": outcome.asserted,
        "triples inferred": len(outcome.inferred),
        "violations": 0,
        "warnings": warnings,
        "notes": len(outcome.findings) - warnings,
        "questions answered": len(outcome.verdicts),
        "views shown": outcome.views,
    }
    lines = [f"{name:<24} {count:>8,}" for name, count in facts.items()]
    lines += [f"{stage:<24} {seconds:>8.2f} s" for stage, seconds in progress.times.items()]
    return "\n".join(lines)

"""The stages from files to a release, in order; faults are told together where they can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from samgraf import limits
from samgraf.build.catalogue import catalogue_quads
from samgraf.build.content import (
    Content,
    ContentFile,
    Loaded,
    Note,
    check_graphs,
    check_terms,
    load,
)
from samgraf.build.content.faults import Faults
from samgraf.build.content.layout import DESCRIBED, FileKind
from samgraf.build.content.vocabulary import own_vocabulary, vocabulary_quads
from samgraf.build.evidence import Texts
from samgraf.build.literals import check_literals
from samgraf.build.manifest import empty_pages, manifest_of
from samgraf.build.partners.examples import FOLDER, Example, example_quads, read_examples
from samgraf.build.partners.records import partner_records
from samgraf.build.profile import profile_violations
from samgraf.build.profile.judge import described_quads, judge_profile
from samgraf.build.questions import (
    Question,
    Verdict,
    check_queries,
    question_quads,
    read_questions,
)
from samgraf.build.rdf import in_graph
from samgraf.build.reason.contradictions import tell as tell_clash
from samgraf.build.source_files import check_source_files
from samgraf.build.stages import (
    Answers,
    answers_stage,
    load_libraries,
    reason_stage,
    shapes_stage,
    stage,
)
from samgraf.build.validate import (
    VIOLATION,
    Finding,
    StatementIndex,
    halves,
    report_quads,
    shapes_of,
    vanished,
)
from samgraf.build.validate import tell as tell_finding
from samgraf.build.versions import check_version
from samgraf.build.views import (
    View,
    check_display,
    check_sentences,
    read_views,
    view_quads,
)
from samgraf.progress import Progress
from samgraf.release.partner import partners_of
from samgraf.release.write import canonicalise, write_release
from samgraf.settings import Settings
from samgraf.sparql.federated.last import key_of

T = TypeVar("T")


@dataclass
class BuildOutcome:
    """What a run found; a fault is raised, never returned."""

    loaded: Loaded
    inferred: list[ox.Quad] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    texts: Texts = field(default_factory=Texts)
    partners: list[dict[str, Any]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    version: dict[str, Any] = field(default_factory=dict)

    @property
    def asserted(self) -> int:
        """Count the asserted quads."""
        return sum(len(f.triples) for f in self.loaded.files)


@dataclass(frozen=True)
class Run:
    """How to run the stages: in which language, within which bounds, and where to say what.

    ``check_texts`` holds the content against the texts that it points into, for those who ask.
    """

    progress: Progress
    lang: str = "en"
    say: Callable[[str], None] = print
    check_texts: Callable[[Loaded], Texts] | None = None
    settings: Settings = field(default_factory=Settings)


def run(
    content: Content, how: Run, *, extra: Iterable[ContentFile] = (), out: Path | None = None
) -> BuildOutcome:
    """Check ``content`` together with ``extra`` files and, where ``out`` is given, release it.

    Raise SamgrafError where there are faults: those of all stages that do not need one another.
    First come the files, what they use, the profile, the shapes on the asserted data and what
    contradicts itself; then the shapes on the closure; then questions and views.
    """
    how.progress.begin("load")
    check_source_files(content)
    loaded = load(content, extra)
    outcome, faults = BuildOutcome(loaded, notes=[*loaded.notes()]), Faults()
    how.progress.end("load", f"{len(loaded.files)} files, {outcome.asserted:,} triples")
    _check_asserted(outcome, how, faults)
    for note in outcome.notes:
        how.say(note.tell(how.lang))
    faults.stop()
    _validate_closure(outcome, how, faults)
    faults.stop()
    answers = _ask(outcome, how, faults)
    faults.stop()
    how.progress.begin("release")
    quads = _all_quads(outcome, answers)
    lines = canonicalise(quads)
    how.progress.end("release", f"{len(lines):,} quads")
    how.progress.begin("manifest")
    warnings = _warnings(outcome.findings)
    manifest = manifest_of(lines, loaded, outcome.verdicts, {"violations": 0, "warnings": warnings})
    manifest |= outcome.version
    manifest["notes"] = [note.record() for note in outcome.notes]
    listed = {"questions": outcome.questions, "partners": outcome.partners}
    manifest["empty_pages"] = empty_pages(quads, loaded, outcome.inferred, listed)
    if outcome.partners:
        manifest["partners"] = outcome.partners
        manifest["federated"] = [key_of(example.query) for example in outcome.examples]
    if out is not None:
        write_release(out, lines, manifest)
    how.progress.end("manifest", manifest["release"][:12])
    return outcome


def _check_asserted(outcome: BuildOutcome, how: Run, faults: Faults) -> None:
    """Check all that needs nothing but the files, and reason."""
    loaded, progress = outcome.loaded, how.progress
    described, shapes = loaded.triples(DESCRIBED), shapes_of(loaded)
    load_libraries()
    progress.begin("SHACL, as asserted")
    seen = [*described, *loaded.mirrored()]
    validating = ("SHACL, as asserted", how.settings, shapes_stage, seen, shapes, loaded.place)
    stages = [stage(*validating)]
    try:
        progress.begin("reason")
        stages.append(stage("reason", how.settings, reason_stage, described))
        progress.begin("profile")
        in_profile, shorten = described_quads(loaded), loaded.header.shorten
        stages.append(stage("profile", how.settings, profile_violations, in_profile, shorten))
        with faults.kept():
            outcome.notes += check_terms(loaded)
        are_defined = not faults
        _check_files(outcome, how, faults)
        with faults.kept():
            # a term that is defined nowhere is told once
            violations = [
                v for v in stages[2].result() if are_defined or not v.rule.startswith("undeclared-")
            ]
            outside, notes = judge_profile(violations, loaded)
            faults.add(outside)
            outcome.notes += notes
            progress.end("profile", "OWL 2 RL")
        with faults.kept():
            outcome.findings = stages[0].result()
            _report(outcome.findings, loaded, how, faults)
            progress.end("SHACL, as asserted", f"warnings: {_warnings(outcome.findings)}")
        with faults.kept():
            inferred, contradictions = stages[1].result()
            faults.add(contradictions, lambda c: tell_clash(c, loaded, how.lang))
            triples = (q.triple for q in ox.parse(inferred, ox.RdfFormat.N_TRIPLES))
            outcome.inferred = list(in_graph(triples, loaded.header.base + "graph/inferred"))
            progress.end("reason", f"{len(outcome.inferred):,} triples inferred")
    finally:
        for each in stages:
            each.kill()


def _check_files(outcome: BuildOutcome, how: Run, faults: Faults) -> None:
    """Check what the files use and say to people; read the questions and views."""
    loaded = outcome.loaded
    for check in (check_graphs, check_display):
        with faults.kept():
            check(loaded)
    with faults.kept():
        outcome.notes += check_literals(loaded)
    with faults.kept():
        outcome.questions = read_questions(loaded.content)
        check_queries(outcome.questions, loaded)
    with faults.kept():
        outcome.views = read_views(loaded.content, loaded.header.prefixes)
        check_sentences(outcome.views, loaded.header.languages)
    with faults.kept():
        outcome.version = check_version(loaded)
    with faults.kept():
        _hold_against_texts(outcome, how)
    with faults.kept():
        _meet_partners(outcome, how)


def _hold_against_texts(outcome: BuildOutcome, how: Run) -> None:
    if how.check_texts is None:
        return
    how.progress.begin("texts")
    outcome.texts = texts = how.check_texts(outcome.loaded)
    told = f"{len(texts.at_hand)} of {len(texts.at_hand) + len(texts.missing)} at hand"
    how.progress.end("texts", told)


def _meet_partners(outcome: BuildOutcome, how: Run) -> None:
    """Check the partners, where there are any, and read their records."""
    loaded = outcome.loaded
    of_partners = {FileKind.PARTNERS, FileKind.MIRROR}
    if not loaded.content.federated() and not any(f.file.kind in of_partners for f in loaded.files):
        return
    how.progress.begin("partners")
    outcome.partners = partner_records(loaded, how.lang)
    known = partners_of({"partners": outcome.partners})
    outcome.examples = read_examples(loaded.content, known, loaded.header.prefixes)
    check_queries(outcome.examples, loaded)
    told = f"{len(known)}, {sum(p.mirror is not None for p in known.values())} with an extract"
    how.progress.end("partners", f"{told}, {len(outcome.examples)} federated examples")


def _validate_closure(outcome: BuildOutcome, how: Run, faults: Faults) -> None:
    """Validate what is asserted together with what is inferred, which may add results only."""
    loaded, progress, before = outcome.loaded, how.progress, outcome.findings
    progress.begin("SHACL, with inferred")
    shapes, whole = shapes_of(loaded), []
    if shapes:
        inferred = (q.triple for q in outcome.inferred)
        whole = [*loaded.triples(DESCRIBED), *loaded.mirrored(), *inferred]
    parts = [
        stage("SHACL, with inferred", how.settings, shapes_stage, whole, part, loaded.place)
        for part in halves(shapes)
    ]
    try:
        with faults.kept():
            after = [f for part in parts for f in part.result()]
            outcome.findings = sorted(dict.fromkeys(after), key=Finding.key)
            known = set(before)
            new = [f for f in outcome.findings if f not in known]
            _report(new, loaded, how, faults)
            faults.add(
                vanished(before, outcome.findings),
                lambda f: (
                    "Inference hides this result, so the conclusion rests on the fault: "
                    + tell_finding(f, loaded, how.lang)
                ),
            )
            progress.end("SHACL, with inferred", f"warnings more: {_warnings(new)}")
    finally:
        for part in parts:
            part.kill()


def _warnings(findings: list[Finding]) -> int:
    """Count the findings that do not refuse the content."""
    return sum(f.severity != VIOLATION for f in findings)


def _report(findings: list[Finding], loaded: Loaded, how: Run, faults: Faults) -> None:
    """Say the warnings, and keep the violations as faults."""
    index = StatementIndex(loaded) if findings else None
    tell = partial(tell_finding, loaded=loaded, lang=how.lang, index=index)
    warnings = [f for f in findings if f.severity != VIOLATION]
    for finding in warnings[: limits.FAULTS_TOLD]:
        how.say(tell(finding))
    if len(warnings) > limits.FAULTS_TOLD:
        how.say(f"… and {len(warnings) - limits.FAULTS_TOLD:,} more warnings and notes.")
    faults.add((f for f in findings if f.severity == VIOLATION), tell)


def _ask(outcome: BuildOutcome, how: Run, faults: Faults) -> Answers | None:
    """Ask the questions and run the views; return what they say, which is released too."""
    loaded, progress = outcome.loaded, how.progress
    questions, views = outcome.questions, outcome.views
    progress.begin("questions and views")
    if not questions and not views:  # the whole release is not read to be asked nothing
        progress.end("questions and views", "none")
        return None
    is_strict = "definedTerms" in loaded.header.keeps
    asking = stage(
        "questions and views",
        how.settings,
        answers_stage,
        _all_quads(outcome),
        loaded.quads(),
        loaded.apart(),
        loaded.header.prefixes,
        questions,
        views,
        # what a column is called is a matter of style, for those who hold themselves to it
        (loaded.header.base, loaded.header.namespace) if is_strict else None,
    )
    answers = None
    try:
        with faults.kept():
            answers = asking.result()
            outcome.verdicts = answers.verdicts
            failed = (v for v in answers.verdicts if not v.passed)
            faults.add(failed, lambda v: v.tell(loaded))
            faults.add(
                answers.needless,
                lambda q: (
                    f"{q.file}: The question says that it needs inference, "
                    "yet it is answered without."
                ),
            )
            faults.merge(answers.faults)
            needy = sum(q.needs_inference for q in questions)
            rows = sum(v.rows for v in answers.verdicts)
            note = f"{len(questions)} answered, {rows} rows, {needy} by inference; "
            progress.end("questions and views", f"{note}{len(views)} views, {answers.rows} rows")
    finally:
        asking.kill()
    return answers


def _all_quads(outcome: BuildOutcome, answers: Answers | None = None) -> list[ox.Quad]:
    """Return all that the release holds, what ``answers`` say in words only once known."""
    header = outcome.loaded.header
    base = header.base
    quads = [
        *outcome.loaded.quads(),
        *outcome.inferred,
        *question_quads(outcome.questions, header, answers.words if answers else None),
        *example_quads(outcome.examples, header),
        *view_quads(outcome.views, header, answers.named if answers else ()),
        *own_vocabulary("samgraf.build.views", base),
        *(own_vocabulary("samgraf.build.partners", base) if outcome.partners else ()),
        *report_quads(outcome.findings, base),
    ]
    quads += vocabulary_quads(quads, base)
    queries = [f"questions/{q.slug}" for q in outcome.questions]
    queries += [f"{FOLDER}{e.slug}" for e in outcome.examples]
    return [*quads, *catalogue_quads(outcome.loaded, queries, quads)]

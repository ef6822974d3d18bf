"""The stages from files to a release, in order; the first fault stops them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from samgraf.build.catalogue import catalogue_quads
from samgraf.build.content import (
    Content,
    ContentErrors,
    ContentFile,
    Loaded,
    LoadedFile,
    Note,
    check_graphs,
    check_terms,
    load,
)
from samgraf.build.content.header import RDF_TYPE
from samgraf.build.content.labels import Labels
from samgraf.build.content.layout import DESCRIBED, Kind
from samgraf.build.content.notes import note_of
from samgraf.build.content.vocabulary import vocabulary_quads
from samgraf.build.evidence import Texts
from samgraf.build.literals import check_literals
from samgraf.build.manifest import manifest_of
from samgraf.build.partners.examples import FOLDER, Example, example_quads, read_examples
from samgraf.build.partners.records import federation_vocabulary_quads, partner_records
from samgraf.build.profile import Violation, profile_violations
from samgraf.build.questions import (
    Question,
    Verdict,
    check_topics,
    judge,
    question_quads,
    read_questions,
)
from samgraf.build.reason.contradictions import Clash, clashes
from samgraf.build.reason.contradictions import tell as tell_clash
from samgraf.build.validate import (
    VIOLATION,
    Finding,
    halves,
    report_quads,
    shapes_of,
    validate,
    vanished,
)
from samgraf.build.validate import tell as tell_finding
from samgraf.build.views import (
    View,
    check_display,
    check_views,
    display_vocabulary_quads,
    read_views,
    view_quads,
)
from samgraf.errors import ContentError
from samgraf.limits import NOTE_EXAMPLES
from samgraf.progress import Progress
from samgraf.release import fill_store
from samgraf.release.partner import partners_of
from samgraf.release.subprocess_call import DirectCall, SubprocessCall
from samgraf.release.write import canonicalise, write_release
from samgraf.sparql.federated.last import key_of
from samgraf.vocab import CONTENT, OA, SKOS

if TYPE_CHECKING:
    from samgraf.build.reason.closure import Closure

#: Contents smaller than this are worked on in one process: a second takes longer to start.
_SMALL = 1500


@dataclass
class Outcome:
    """What a run found; a fault is raised, never returned."""

    loaded: Loaded
    inferred: list[ox.Triple] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    views: int = 0
    texts: Texts = field(default_factory=Texts)
    partners: list[dict[str, Any]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    @property
    def asserted(self) -> int:
        """Count the asserted quads."""
        return sum(len(f.triples) for f in self.loaded.files)


@dataclass(frozen=True)
class Run:
    """How to run the stages: in which language, and where to say what.

    ``check_texts`` holds the content against the texts that it points into, for those who ask.
    """

    progress: Progress
    lang: str = "nb"
    say: Callable[[str], None] = print
    check_texts: Callable[[Loaded], Texts] | None = None


def run(
    content: Content, how: Run, *, extra: Iterable[ContentFile] = (), out: Path | None = None
) -> Outcome:
    """Check ``content`` together with ``extra`` files and, where ``out`` is given, release it.

    Raise SamgrafError at the first stage that finds a fault, with all faults of that stage.
    """
    progress = how.progress
    progress.begin("load")
    loaded = load(content, extra)
    notes = [*loaded.notes(), *check_terms(loaded)]
    check_graphs(loaded)
    check_display(loaded)
    # first of all, since the queries of the shapes and questions run on the store
    notes += check_literals(loaded)
    questions = read_questions(content)
    check_topics(questions, loaded)
    views = read_views(content, loaded.header.prefixes)
    outcome = Outcome(loaded, notes=notes)
    progress.end("load", f"{len(loaded.files)} files, {outcome.asserted:,} triples")
    _hold_against_texts(outcome, how)
    _meet_partners(outcome, how)
    _reason_and_validate(outcome, how)
    quads = _all_quads(outcome, questions, views)
    store = fill_store(quads, loaded.apart())
    _ask(outcome, store, questions, how)
    _look(outcome, store, views, how)
    progress.begin("release")
    lines = canonicalise(quads)
    warnings = sum(f.severity != VIOLATION for f in outcome.findings)
    manifest = manifest_of(lines, loaded, outcome.verdicts, {"violations": 0, "warnings": warnings})
    manifest["notes"] = [note.record() for note in outcome.notes]
    manifest["empty_pages"] = _empty_pages(outcome, quads, questions)
    if outcome.partners:
        manifest["partners"] = outcome.partners
        manifest["federated"] = [key_of(example.query) for example in outcome.examples]
    if out is not None:
        write_release(out, lines, manifest)
    progress.end("release", f"{len(lines):,} quads, {manifest['release'][:12]}")
    return outcome


def _hold_against_texts(outcome: Outcome, how: Run) -> None:
    if how.check_texts is None:
        return
    how.progress.begin("texts")
    outcome.texts = texts = how.check_texts(outcome.loaded)
    told = f"{len(texts.at_hand)} of {len(texts.at_hand) + len(texts.missing)} at hand"
    how.progress.end("texts", told)


def _meet_partners(outcome: Outcome, how: Run) -> None:
    """Check the partners, where there are any, and read their records."""
    loaded = outcome.loaded
    of_partners = {Kind.PARTNERS, Kind.MIRROR}
    if not loaded.content.federated() and not any(f.file.kind in of_partners for f in loaded.files):
        return
    how.progress.begin("partners")
    outcome.partners = partner_records(loaded, how.lang)
    known = partners_of({"partners": outcome.partners})
    outcome.examples = read_examples(loaded.content, known, loaded.header.prefixes)
    check_topics(outcome.examples, loaded)
    told = f"{len(known)}, {sum(p.mirror is not None for p in known.values())} with an extract"
    how.progress.end("partners", f"{told}, {len(outcome.examples)} federated examples")


def _reason_and_validate(outcome: Outcome, how: Run) -> None:
    loaded, progress = outcome.loaded, how.progress
    described = loaded.triples(DESCRIBED)
    shapes = shapes_of(loaded)
    labels = Labels(t for f in loaded.files for t in f.triples)
    start = DirectCall if len(described) < _SMALL else SubprocessCall
    work = []
    try:
        progress.begin("SHACL, as asserted")
        seen = [*described, *mirrored(loaded)]
        work.append(start(validate, seen, shapes))
        work.append(start(reason, described))
        progress.begin("profile")
        outcome.notes += check_profile(loaded)
        progress.end("profile", "OWL 2 RL")
        for note in outcome.notes:
            how.say(note.tell(how.lang))
        before = work[0].result()
        _report(before, loaded, labels, how)
        progress.end("SHACL, as asserted", f"warnings: {len(before)}")
        progress.begin("reason")
        result, found = work[1].result()
        if found:
            raise ContentErrors([tell_clash(c, loaded, labels, how.lang) for c in found])
        outcome.inferred = result.inferred
        progress.end("reason", f"{len(result.inferred):,} triples inferred")
        progress.begin("SHACL, with inferred")
        whole = seen + result.inferred
        parts = [start(validate, whole, part) for part in halves(shapes)]
        work += parts
        after = [f for part in parts for f in part.result()]
        outcome.findings = sorted(dict.fromkeys(after), key=Finding.key)
        known = set(before)
        new = [f for f in outcome.findings if f not in known]
        _report(new, loaded, labels, how)
        if gone := vanished(before, outcome.findings):
            raise ContentErrors(
                [
                    "Inference hides this result, so the conclusion rests on the fault: "
                    + tell_finding(f, loaded, labels, how.lang)
                    for f in gone
                ]
            )
        progress.end("SHACL, with inferred", f"warnings more: {len(new)}")
    finally:
        for child in work:
            child.kill()


def reason(described: list[ox.Triple]) -> tuple[Closure, list[Clash]]:
    """Return the closure, without what only checks need, and the contradictions in it."""
    # imported here, since this runs in a process of its own: owlrl and rdflib take long
    from samgraf.build.reason.closure import Closure, closure

    result = closure(described)
    found = clashes(described, result)
    return Closure(result.inferred, [], result.errors), found


def mirrored(loaded: Loaded) -> list[ox.Triple]:
    """Return what the extracts of partners say, for the shapes to hold ours against.

    Their texts are left out, since they are in whatever languages; so are the descriptions of the
    extracts, which are checked with the partners.
    """
    extracts = [f for f in loaded.files if f.file.kind is Kind.MIRROR]
    return [
        t
        for f in extracts
        for t in f.triples
        if t.subject != f.graph and not (isinstance(t.object, ox.Literal) and t.object.language)
    ]


#: What a content holds itself to that keeps some rules of the profile apart from the others, and
#: the kind of the note where it does not.
_KEPT_APART = {
    "undeclared-class": ("declaredTerms", "undeclared"),
    "undeclared-property": ("declaredTerms", "undeclared"),
    "undeclared-datatype": ("declaredTerms", "undeclared"),
    "blank-node": ("namedNodes", "unnamed"),
}


def check_profile(loaded: Loaded) -> list[Note]:
    """Return notes on what is outside OWL 2 RL, one for each rule and file.

    Raise ContentErrors where the content holds itself to the rule.
    """
    files = {g: f for f in loaded.files for g in (f.graph, *f.graphs())}
    described = [
        q
        for f in loaded.files
        if f.file.kind in DESCRIBED
        for t in f.triples
        if not t.predicate.value.startswith(CONTENT)
        for q in (ox.Quad(t.subject, t.predicate, t.object, f.graph),)
    ]
    faults: list[ContentError] = []
    noted: dict[tuple[str, str | None], list[Violation]] = {}
    keeps = loaded.header.keeps
    for violation in profile_violations(described, loaded.header.shorten):
        rule, kind = _KEPT_APART.get(violation.rule, ("owl2rl", "outside-rl"))
        file = files.get(violation.graph)
        if rule in keeps:
            place = _place_of(violation, loaded, file) or (None, None)
            faults.append(ContentError(f"Outside OWL 2 RL: {violation}", *place))
        else:
            name = file.file.name if file else None
            noted.setdefault((kind, name), []).append(violation)
    if faults:
        raise ContentErrors(faults)
    return [
        note_of(
            kind,
            name,
            [f"{_at(_place_of(v, loaded, None))}{v.message}" for v in some[:NOTE_EXAMPLES]],
            count=len(some),
        )
        for (kind, name), some in noted.items()
    ]


def _place_of(
    violation: Violation, loaded: Loaded, file: LoadedFile | None
) -> tuple[str, int | None] | None:
    iri = loaded.header.expand(violation.subject)
    place = loaded.place(iri) if iri else None
    if place is None and violation.axiom is not None and file is not None:
        place = file.file.name, file.line_of_triple(violation.axiom)
    return place


def _at(place: tuple[str, int | None] | None) -> str:
    return f"{place[0]}:{place[1]}: " if place and place[1] else ""


def _report(findings: list[Finding], loaded: Loaded, labels: Labels, how: Run) -> None:
    """Say the warnings; raise ContentErrors where there is a violation."""
    bad = [f for f in findings if f.severity == VIOLATION]
    for finding in findings:
        if finding.severity != VIOLATION:
            how.say(tell_finding(finding, loaded, labels, how.lang))
    if bad:
        raise ContentErrors([tell_finding(f, loaded, labels, how.lang) for f in bad])


def _ask(outcome: Outcome, store: ox.Store, questions: list[Question], how: Run) -> None:
    how.progress.begin("questions")
    header = outcome.loaded.header
    prefixes = header.prefixes
    outcome.verdicts = [judge(store, q, prefixes) for q in questions]
    faults = [v.tell(outcome.loaded) for v in outcome.verdicts if not v.passed]
    needy = [q for q in questions if q.needs_inference]
    if needy and not faults:
        bare = fill_store(outcome.loaded.quads(), outcome.loaded.apart())
        faults = [
            f"{q.file}: The question says that it needs inference, yet it is answered without."
            for q in needy
            if judge(bare, q, prefixes).passed
        ]
    if faults:
        raise ContentErrors(faults)
    rows = sum(v.rows for v in outcome.verdicts)
    note = f"{len(questions)} answered as expected, {rows} rows, {len(needy)} by inference"
    how.progress.end("questions", note)


def _look(outcome: Outcome, store: ox.Store, views: list[View], how: Run) -> None:
    how.progress.begin("views")
    outcome.views = len(views)
    rows = check_views(store, views, outcome.loaded.header.prefixes)
    how.progress.end("views", f"{len(views)} have something to show, {rows} rows")


def _empty_pages(outcome: Outcome, quads: list[ox.Quad], questions: list[Question]) -> list[str]:
    """Return the pages, as the site calls them, that would show nothing of this content."""
    predicates = {q.predicate.value for q in quads}
    concepts = {ox.NamedNode(SKOS + n) for n in ("Concept", "ConceptScheme", "Collection")}
    map_page = ox.NamedNode(outcome.loaded.header.base + "map")
    has = {
        "questions": bool(questions),
        "map": any(q.object == map_page for q in quads),
        "sources": OA + "hasSource" in predicates,
        "vocabularies": any(q.predicate == RDF_TYPE and q.object in concepts for q in quads),
        "partners": bool(outcome.partners),
    }
    return sorted(name for name, is_there in has.items() if not is_there)


def _all_quads(outcome: Outcome, questions: list[Question], views: list[View]) -> list[ox.Quad]:
    base = outcome.loaded.header.base
    graph = ox.NamedNode(base + "graph/inferred")
    quads = [
        *outcome.loaded.quads(),
        *(ox.Quad(t.subject, t.predicate, t.object, graph) for t in outcome.inferred),
        *question_quads(questions, base, outcome.loaded.header),
        *example_quads(outcome.examples, outcome.loaded.header),
        *view_quads(views, base),
        *display_vocabulary_quads(base),
        *(federation_vocabulary_quads(base) if outcome.partners else ()),
        *report_quads(outcome.findings, base),
    ]
    quads += vocabulary_quads(quads, base)
    queries = [f"questions/{q.slug}" for q in questions]
    queries += [f"{FOLDER}{e.slug}" for e in outcome.examples]
    return [*quads, *catalogue_quads(outcome.loaded, queries, quads)]

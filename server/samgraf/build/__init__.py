"""Left of the release: everything from the files of a content to the finished artefact.

In: the files of ``ontology/`` and ``data/``. Out: a release in a folder, or the faults found, each
with file and line. Nothing here answers requests or connects anywhere, and nothing that answers
requests imports it. The stages, in the order in which ``pipeline`` runs them:

1. ``source_files``: refuse pipes, devices and links out of the folder. ``content``: find the
   files, parse each into its named graph, read the ontology's header, find terms that nothing
   defines; ``literals``: what the store would alter.
2. ``profile``: OWL 2 RL, one query for each rule.
3. ``reason``: the closure by owlrl, and contradictions, one query for each rule.
4. ``validate``: SHACL by pySHACL, before and after reasoning; findings with the line at fault.
5. ``questions``: ask each competency question and compare with the answer worked out by hand.
6. ``views``: run each view, so that none is published that shows nothing. ``words``: what both say
   in sentences, answers and the names of nameless things.
7. ``partners``: the records of other endpoints, their dated extracts, and federated examples.
8. ``catalogue``: VoID and DCAT-AP-NO, constructed from the finished graph.
9. ``manifest``: what the release holds and was made from.

The faults of 1 to 4 are told together, but for those of shapes on the closure; then these; then
those of 5 and 6. ``stages`` runs 2 to 6 in forks of the process, each within bounds of time and
memory, so that a build ends whatever a content says.

``evidence`` checks the passages that a content points into; ``cached`` builds a release only where
none is kept for the same content and code; ``offline`` refuses queries that ask other endpoints;
``rdf`` reads the build's own RDF and queries; it and ``rdflib_bridge`` have what the stages share
about terms.
"""

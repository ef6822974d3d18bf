-- One page of what was found, best first.
SELECT things.id, things.iri, documents.language, documents.label, documents.texts, found.score
FROM found
JOIN things ON things.id = found.thing
JOIN documents ON documents.id = found.document
ORDER BY found.place, found.score DESC, things.iri
LIMIT :size OFFSET :offset

-- Of which classes is what was found?
SELECT classes.iri, count(*) AS things
FROM found
JOIN kinds ON kinds.thing = found.thing
JOIN classes ON classes.id = kinds.class
GROUP BY classes.id
ORDER BY things DESC, classes.iri
LIMIT :most

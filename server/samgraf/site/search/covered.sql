-- Of which classes are most things that have names, those of the model and the last left out?
SELECT classes.iri, count(*) AS things
FROM things
JOIN kinds ON kinds.thing = things.id
JOIN classes ON classes.id = kinds.class
WHERE things.place = 0
  AND EXISTS (SELECT 1 FROM documents WHERE documents.thing = things.id AND documents.length > 0)
GROUP BY classes.id
ORDER BY things DESC, classes.iri
LIMIT :most

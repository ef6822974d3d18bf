-- Which classes are called so and have things that are not of the model? The widest last.
WITH named AS (
  SELECT DISTINCT classes.id, classes.iri
  FROM names
  JOIN documents ON documents.id = names.document
  JOIN things ON things.id = documents.thing
  JOIN classes ON classes.iri = things.iri
  WHERE names.name IN (SELECT value FROM json_each(:names)) AND names.kind < 2
)
SELECT named.id, named.iri, EXISTS (
  SELECT 1 FROM above JOIN named AS narrow ON narrow.id = above.class
  WHERE above.above = named.id AND above.class <> named.id
) AS wide
FROM named
WHERE EXISTS (
  SELECT 1 FROM above
  JOIN kinds ON kinds.class = above.class
  JOIN things AS members ON members.id = kinds.thing
  WHERE above.above = named.id AND members.place <> 1
)
ORDER BY wide, named.iri

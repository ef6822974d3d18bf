-- Keep what is of one of these classes, or of one below it.
DELETE FROM found WHERE thing NOT IN (
  SELECT kinds.thing
  FROM classes
  JOIN above ON above.above = classes.id
  JOIN kinds ON kinds.class = above.class
  WHERE classes.iri IN (SELECT value FROM json_each(:classes))
)

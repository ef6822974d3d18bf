-- Keep what is of this class, or of one below it.
DELETE FROM found WHERE thing NOT IN (
  SELECT kinds.thing
  FROM classes
  JOIN above ON above.above = classes.id
  JOIN kinds ON kinds.class = above.class
  WHERE classes.iri = :class
)

-- Each thing once, by the document that fits best. bm25 is the lower the better.
WITH hits AS MATERIALIZED ( -- else the function would be called where its table is no more
  SELECT rowid AS document, bm25(words, 10.0, 6.0, 2.0, 2.0) AS score
  FROM words WHERE words MATCH :expression
),
called AS MATERIALIZED (
  SELECT document, min(kind) AS kind FROM names
  WHERE name = :whole OR kind = 1 AND name IN (:norwegian, :english)
  GROUP BY document
),
ranked AS (
  SELECT
    documents.thing,
    documents.id AS document,
    -- by its class and just so; just so; as a stem; by the end of its IRI; by names; by texts; by
    -- a part of its IRI, where it has no name
    10 * things.place + CASE
      WHEN called.kind IS NOT NULL THEN CASE WHEN :classes IS NULL THEN 1 + called.kind ELSE 0 END
      WHEN documents.id IN (SELECT rowid FROM words WHERE words MATCH :names) THEN 4
      WHEN length > 0 THEN 5
      ELSE 6
    END AS place,
    nearness,
    -- what still is goes before what has ended, a short name before a long one
    hits.score * nearness * (1.0 + 1.0 / max(length, 1)) * iif(things.until IS NULL, 1.0, 0.9) AS rank
  FROM hits
  JOIN (
    SELECT id, thing, length, CASE
      WHEN language IN (:language, :likewise, '') THEN 1.0
      WHEN language IN ('nb', 'nn', 'no') AND :likewise = 'no' THEN 0.8
      ELSE 0.5
    END AS nearness
    FROM documents
  ) AS documents ON documents.id = hits.document
  JOIN things ON things.id = documents.thing
  LEFT JOIN called ON called.document = documents.id
  WHERE :classes IS NULL OR things.id IN (
    SELECT kinds.thing FROM above JOIN kinds ON kinds.class = above.class
    WHERE above.above IN (SELECT value FROM json_each(:classes))
  )
)
INSERT INTO found (thing, document, place, score)
SELECT thing, document, place, score FROM (
  -- beside one min(), the other columns are those of the least row: the best place, then the
  -- reader's language, then the score
  SELECT thing, document, place, -rank AS score,
    min(1000000.0 * place + 10000.0 * (nearness < 1.0) + rank)
  FROM ranked GROUP BY thing
) WHERE true
ON CONFLICT (thing) DO UPDATE SET document = excluded.document, place = excluded.place,
  score = excluded.score
WHERE excluded.place < place

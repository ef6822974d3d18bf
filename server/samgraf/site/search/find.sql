-- Each thing once, by the document that fits best. bm25 is the lower the better.
WITH hits AS MATERIALIZED ( -- else the function would be called where its table is no more
  SELECT rowid AS document, bm25(words, 10.0, 6.0, 2.0, 2.0) AS score
  FROM words WHERE words MATCH :expression
)
INSERT INTO found (thing, document, place, score)
SELECT thing, document, place, score
FROM (
  -- beside one min(), the other columns are those of the least row: the best place, then the
  -- reader's language, then the score
  SELECT
    thing, document, place, -rank AS score,
    min(1000000.0 * place + 10000.0 * (nearness < 1.0) + rank)
  FROM (
    SELECT
      documents.thing,
      documents.id AS document,
      2 * things.last + CASE
        WHEN documents.id IN (SELECT document FROM names WHERE stem = 0 AND name = :whole) THEN 0
        WHEN documents.id IN (
          SELECT document FROM names WHERE stem = 1 AND name IN (:norwegian, :english)
        ) THEN 1
        WHEN documents.id IN (SELECT rowid FROM words WHERE words MATCH :names) THEN 4
        ELSE 5
      END AS place,
      nearness,
      hits.score * nearness AS rank
    FROM hits
    JOIN (
      SELECT id, thing, CASE
        WHEN language IN (:language, :likewise, '') THEN 1.0
        WHEN language IN ('nb', 'nn', 'no') AND :likewise = 'no' THEN 0.8
        ELSE 0.5
      END AS nearness
      FROM documents
    ) AS documents ON documents.id = hits.document
    JOIN things ON things.id = documents.thing
  )
  GROUP BY thing
)

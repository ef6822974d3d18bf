-- One page of what was found, in any order, with the words asked for between U+0002 and U+0003.
WITH ordered AS (
  SELECT thing, document, score, since, until, row_number() OVER (
    -- of things that are called alike, what still is goes first
    ORDER BY found.place, found.place % 10 < 4 AND until IS NOT NULL, score DESC, iri
  ) AS number
  FROM found JOIN things ON things.id = found.thing
),
page AS MATERIALIZED (
  SELECT * FROM ordered WHERE number > :offset AND number <= :offset + :size
)
SELECT
  page.number, page.score, things.iri, things.id, documents.language, page.since, page.until,
  highlight(words, 0, char(2), char(3)) AS label,
  snippet(words, 2, char(2), char(3), '…', :tokens) AS text,
  snippet(words, 1, char(2), char(3), '…', :tokens) AS name
FROM page
JOIN words ON words.rowid = page.document
JOIN documents ON documents.id = page.document
JOIN things ON things.id = page.thing
WHERE words MATCH :expression

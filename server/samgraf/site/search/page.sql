-- One page of what was found, in any order, with the words asked for between U+0002 and U+0003.
WITH page AS MATERIALIZED (
  SELECT thing, document, place, score
  FROM found JOIN things ON things.id = found.thing
  ORDER BY place, score DESC, iri
  LIMIT :size OFFSET :offset
)
SELECT
  page.place, -page.score AS score, things.iri, things.id, documents.language,
  highlight(words, 0, char(2), char(3)) AS label,
  snippet(words, 2, char(2), char(3), '…', :tokens) AS text,
  snippet(words, 1, char(2), char(3), '…', :tokens) AS name
FROM page
JOIN words ON words.rowid = page.document
JOIN documents ON documents.id = page.document
JOIN things ON things.id = page.thing
WHERE words MATCH :expression

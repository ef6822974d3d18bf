-- The tokens that are this word in another spelling (kind 0), have its stem (1), or, where :begun,
-- begin with it in some spelling; the commonest first.
SELECT DISTINCT token, begun FROM (
  SELECT token, uses, 0 AS begun FROM forms WHERE stem = 0 AND form = :word
  UNION ALL
  SELECT token, uses, 0 FROM forms WHERE stem = 1 AND form IN (SELECT value FROM json_each(:stems))
  UNION ALL
  SELECT token, uses, 1 FROM forms
  WHERE :begun AND stem = 0 AND form > :word AND form < :word || char(1114111)
)
ORDER BY begun, uses DESC, token
LIMIT :most

-- The tokens that are this word in another spelling, or have its stem; the commonest first.
SELECT DISTINCT token FROM (
  SELECT token, uses FROM forms WHERE stem = 0 AND form = :word
  UNION ALL
  SELECT token, uses FROM forms WHERE stem = 1 AND form IN (:norwegian, :english)
)
ORDER BY uses DESC, token
LIMIT :most

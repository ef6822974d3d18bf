-- The tokens that are this word in another spelling, the commonest first.
SELECT token FROM forms WHERE stem = 0 AND form = :word ORDER BY uses DESC, token LIMIT :most

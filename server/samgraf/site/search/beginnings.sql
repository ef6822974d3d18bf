-- The tokens that begin with this word in some spelling, the commonest first.
SELECT DISTINCT token FROM forms
WHERE stem = 0 AND form >= :word AND form < :end
ORDER BY uses DESC, token
LIMIT :most

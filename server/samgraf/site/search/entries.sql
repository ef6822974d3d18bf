-- What is there to find, in each language in which something is said of it?
SELECT
  things.iri, things.place > 0 AS last, documents.language, words.label, words.names, words.texts, (
    SELECT group_concat(classes.iri, ' ')
    FROM kinds JOIN classes ON classes.id = kinds.class
    WHERE kinds.thing = things.id
  ) AS classes
FROM things
JOIN documents ON documents.thing = things.id
JOIN words ON words.rowid = documents.id
ORDER BY things.iri, documents.language

-- The index of one release. A document is what is said of a thing in one language.
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE things (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE,
  last INTEGER NOT NULL DEFAULT 1 -- to be shown after all others, as what has no class is
);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  thing INTEGER NOT NULL,
  language TEXT NOT NULL,
  label TEXT NOT NULL, -- as it stands in the graph, empty where there is none
  texts TEXT NOT NULL  -- all others, a JSON array
);
-- whole names, folded, for what is called just as it was asked for; and the same as stems
CREATE TABLE names (
  name TEXT, stems INTEGER, document INTEGER, PRIMARY KEY (name, stems, document)
) WITHOUT ROWID;
CREATE TABLE classes (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
-- a thing with its narrowest classes, and a class with those above it
CREATE TABLE kinds (thing INTEGER, class INTEGER, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE above (class INTEGER, above INTEGER, PRIMARY KEY (above, class)) WITHOUT ROWID;
-- Words are folded and set apart by spaces before they come here, so the simplest tokenizer is
-- the right one: it splits at the spaces and takes every other character as it is.
CREATE VIRTUAL TABLE words USING fts5(
  label, names, texts, name_stems, text_stems, name_spellings, text_spellings,
  content = '', tokenize = 'ascii', prefix = '2 3'
);
-- the words that there are, to be found by their trigrams
CREATE VIRTUAL TABLE vocabulary USING fts5(
  word, uses UNINDEXED, tokenize = 'trigram case_sensitive 1', detail = 'none'
);

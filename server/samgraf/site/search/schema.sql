-- The index of one release. A document is what is said of a thing in one language.
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE things (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE,
  place INTEGER NOT NULL DEFAULT 2, -- 0; 1 of the model; 2 after all others, as what has no class
  since TEXT, until TEXT -- dates or years between which it holds
);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  thing INTEGER NOT NULL,
  language TEXT NOT NULL,
  length INTEGER NOT NULL -- words of its label
);
CREATE INDEX documents_of ON documents (thing);
-- whole names, for what is called just as it was asked for: 0 folded, 1 as stems or typed without
-- Nordic letters, 2 the end of the IRI
CREATE TABLE names (
  kind INTEGER, name TEXT, document INTEGER, PRIMARY KEY (name, kind, document)
) WITHOUT ROWID;
CREATE TABLE classes (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
-- a thing with its narrowest classes, and a class with those above it
CREATE TABLE kinds (thing INTEGER, class INTEGER, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE above (class INTEGER, above INTEGER, PRIMARY KEY (above, class)) WITHOUT ROWID;
-- The texts as they stand in the graph, so that FTS5 shows pieces of them. Which of their tokens
-- are the same word is decided by "forms", so the tokenizer takes no accents off. The parts of
-- words, which are found but not shown, stand by themselves.
CREATE VIRTUAL TABLE words USING fts5(
  label, names, texts, parts, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'
);
-- every token under each of its spellings, and under its stems
CREATE TABLE forms (
  stem INTEGER, form TEXT, token TEXT, uses INTEGER, PRIMARY KEY (stem, form, token)
) WITHOUT ROWID;
-- the words that there are, to be found by their trigrams
CREATE VIRTUAL TABLE vocabulary USING fts5(
  word, uses UNINDEXED, tokenize = 'trigram case_sensitive 1', detail = 'none'
);

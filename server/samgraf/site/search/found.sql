-- What the search at hand found: a table of this connection alone, in memory.
CREATE TEMP TABLE found (
  thing INTEGER PRIMARY KEY,
  document INTEGER NOT NULL,
  place INTEGER NOT NULL, -- how it was found, the best first
  score REAL NOT NULL
);

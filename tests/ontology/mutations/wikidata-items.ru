PREFIX schema: <https://schema.org/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
DELETE DATA { municipality:tranoy schema:sameAs wd:Q48597 }

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
INSERT DATA { municipality:luroy rdfs:label "Et navn til"@nb }

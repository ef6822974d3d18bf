PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
PREFIX passage: <https://w3id.org/samgraf/id/passage/>
DELETE DATA { factor:too-many-collaborations sg:evidencedBy passage:S26 }

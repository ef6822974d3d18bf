PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX passage: <https://w3id.org/samgraf/id/passage/>
PREFIX reading: <https://w3id.org/samgraf/id/reading/>
DELETE DATA { reading:trust-promotes-and-takes-time sg:readFrom passage:S24 }

PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX passage: <https://w3id.org/samgraf/id/passage/>
PREFIX reading: <https://w3id.org/samgraf/id/reading/>
DELETE DATA { reading:equal-votes-and-skewed-power sg:readFrom passage:S14 }

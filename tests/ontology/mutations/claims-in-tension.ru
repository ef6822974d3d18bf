PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
PREFIX reading: <https://w3id.org/samgraf/id/reading/>
DELETE DATA { reading:county-helps-and-presses sg:tensionBetween claim:S18 }

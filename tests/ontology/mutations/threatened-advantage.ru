PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX certainty: <https://w3id.org/samgraf/id/certainty/>
PREFIX reading: <https://w3id.org/samgraf/id/reading/>
DELETE DATA { reading:S28-as-possible sg:certainty certainty:possible }

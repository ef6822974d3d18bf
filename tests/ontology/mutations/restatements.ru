PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
DELETE DATA { claim:S23-3 sg:sharpens claim:S03b }

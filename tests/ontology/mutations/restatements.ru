PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
DELETE DATA { claim:S26 sg:hedges claim:S13 }

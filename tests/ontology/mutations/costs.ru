PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
PREFIX resource: <https://w3id.org/samgraf/id/resource/>
DELETE DATA { claim:S23-4 sg:claimsScarce resource:capacity }

PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX certainty: <https://w3id.org/samgraf/id/certainty/>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
DELETE DATA { claim:S26 sg:certainty certainty:presumed }

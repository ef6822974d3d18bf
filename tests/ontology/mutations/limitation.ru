PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
PREFIX limitation: <https://w3id.org/samgraf/id/limitation/>
DELETE DATA { claim:S25 sg:subjectToLimitation limitation:not-generalisable }

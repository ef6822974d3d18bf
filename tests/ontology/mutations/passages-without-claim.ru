PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX claim-status: <https://w3id.org/samgraf/id/claim-status/>
PREFIX passage: <https://w3id.org/samgraf/id/passage/>
DELETE DATA { passage:S17 sg:claimStatus claim-status:heading }

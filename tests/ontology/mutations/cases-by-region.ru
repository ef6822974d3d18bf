PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX case: <https://w3id.org/samgraf/id/case/>
PREFIX region: <https://w3id.org/samgraf/id/region/>
DELETE DATA { case:luroy sg:caseRegion region:rana }

PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX condition: <https://w3id.org/samgraf/id/condition/>
PREFIX passage: <https://w3id.org/samgraf/id/passage/>
DELETE DATA { condition:many-decision-stages sg:evidencedBy passage:S28 }

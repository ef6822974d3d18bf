PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX cost: <https://w3id.org/samgraf/id/cost/>
PREFIX resource: <https://w3id.org/samgraf/id/resource/>
DELETE DATA { cost:follow-up-time sg:tiesUp resource:time }

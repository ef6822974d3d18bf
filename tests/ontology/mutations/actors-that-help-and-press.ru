PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX actor-group: <https://w3id.org/samgraf/id/actor-group/>
PREFIX pressure: <https://w3id.org/samgraf/id/pressure/>
DELETE DATA { actor-group:county-authorities sg:exertsPressure pressure:from-county-authority }

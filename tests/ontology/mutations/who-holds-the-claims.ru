PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX actor-group: <https://w3id.org/samgraf/id/actor-group/>
PREFIX claim: <https://w3id.org/samgraf/id/claim/>
DELETE DATA { claim:S21 sg:heldBy actor-group:small-municipalities }
